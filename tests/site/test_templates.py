"""Templates: nothing inline that the policy would block, and no sentence that cannot be translated."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.house.source import templates

ROOT = Path(__file__).resolve().parents[2]
# Wagtail's admin has its own policy and its own head.
SPOKEN = ("alt", "title", "aria-label", "placeholder", "aria-description")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def html() -> list[Path]:
    return [path for path in templates() if path.suffix == ".html"]


class Pieces(HTMLParser):
    """Text nodes, attributes and elements of a template whose tags were taken out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.silent = 0
        self.inline: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.attributes += [(tag, key, value or "") for key, value in attrs]
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.inline.append(f"<{tag}>")
        self.silent += tag in {"script", "style", "code", "kbd", "svg"}

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style", "code", "kbd", "svg"}

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.text.append(data.strip())


TRANSLATED = re.compile(r"{%-?\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
# The names of classes are no words for people.
CLASSES = re.compile(r"{%\s*block body_class\s*%}.*?{%\s*endblock\s*%}", re.DOTALL)
COMMENT = re.compile(r"{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
# Literals within tags: `{{ name|default:"nobody yet" }}`. First what is translated there, and what nobody reads.
TRANSLATED_LITERAL = re.compile(r"""\b_\((?:"[^"]*"|'[^']*')\)|{%-?\s*trans(?:late)?\b.*?%}""")
FOR_MACHINES = re.compile(r"""{%\s*icon\b.*?%}|<meta name="color-scheme"[^>]*>""")
LITERAL = re.compile(r""""([^"]*)"|'([^']*)'""")
SENTENCE = re.compile(r"[^\W\d_]{2,}[,;:.]?\s[^\W\d_]{2,}")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)


def without_tags(text: str) -> str:
    text = COMMENT.sub("", CLASSES.sub("", text))
    return TAG.sub("", TRANSLATED.sub("", text))


TRANSLATE = "put these words into {% translate %} or {% blocktranslate %}."


def said_in_tags(text: str) -> list[str]:
    """Sentences that stand as literals within tags, where nobody can translate them."""
    text = FOR_MACHINES.sub("", text)
    text = TRANSLATED_LITERAL.sub("", TRANSLATED.sub("", COMMENT.sub("", CLASSES.sub("", text))))
    literals = [one or two for tag in TAG.findall(text) for one, two in LITERAL.findall(tag)]
    return [literal for literal in literals if SENTENCE.search(literal)]


def pieces(path: Path) -> Pieces:
    parser = Pieces()
    parser.feed(without_tags(path.read_text()))
    return parser


def test_the_walk_finds_the_templates_of_every_package():
    packages = {name_of(path).partition("/templates/")[0] for path in templates()}

    assert len(html()) > 100
    assert packages >= {"courses", "glossary", "people", "quizzes", "reports", "site/bothways"}


@pytest.mark.parametrize("path", html(), ids=name_of)
def test_no_style_and_no_script_stands_in_a_template(path):
    found = pieces(path)
    attributes = [
        f"{tag} {key}" for tag, key, _ in found.attributes if key == "style" or key.startswith("on")
    ]
    addresses = [
        value
        for _, key, value in found.attributes
        if key in {"href", "src"} and value.startswith("javascript:")
    ]

    assert not [*found.inline, *attributes, *addresses]


@pytest.mark.parametrize("path", html(), ids=name_of)
def test_every_sentence_of_a_page_can_be_translated(path):
    """Words between elements, and words that a screen reader says, stand inside translate tags."""
    word = re.compile(r"[^\W\d_]{2,}")
    found = pieces(path)
    spoken = [value for _, key, value in found.attributes if key in SPOKEN]

    untranslated = [text for text in [*found.text, *spoken] if word.search(text)]
    untranslated += said_in_tags(path.read_text())
    assert untranslated == [], f"{name_of(path)}: {TRANSLATE}"


@pytest.mark.parametrize("path", [path for path in templates() if path.suffix == ".txt"], ids=name_of)
def test_every_sentence_of_a_mail_can_be_translated(path):
    text = path.read_text()
    untranslated = re.findall(r"[^\W\d_]{2,}", without_tags(text)) + said_in_tags(text)
    assert untranslated == [], f"{name_of(path)}: {TRANSLATE}"


def test_untranslated_words_would_be_found():
    """The check itself is checked: this is what a fault looks like."""
    parser = Pieces()
    parser.feed(
        without_tags('{% load i18n %}<p title="Hello there">{% translate "Fine" %} {{ x }} Not fine</p>')
    )

    assert parser.text == ["Not fine"]
    assert ("p", "title", "Hello there") in parser.attributes


def test_an_untranslated_literal_within_a_tag_would_be_found():
    text = """{% include "row.html" with label="Not fine at all" %}{{ name|default:'nobody yet' }}
    {% translate "Quite fine" as word %}{{ word|default:_("Also fine") }}{# "never said" #}"""

    assert said_in_tags(text) == ["Not fine at all", "nobody yet"]


@pytest.mark.parametrize(
    "file", ["reports/templates/reports/team.html", "courses/templates/courses/lesson.html"]
)
def test_a_sentence_of_ours_without_its_tag_would_be_found(file):
    parser = Pieces()
    parser.feed(without_tags(re.sub(r'{% translate "([^"]*)" %}', r"\1", (ROOT / file).read_text())))

    assert [text for text in parser.text if SENTENCE.search(text)]
