"""Templates: nothing inline that the policy would block, and no sentence that cannot be translated."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("site/bothways", "courses", "quizzes", "glossary", "people")
# Wagtail's admin has its own policy and its own head.
SPOKEN = ("alt", "title", "aria-label", "placeholder", "aria-description")


@cache
def templates() -> tuple[Path, ...]:
    return tuple(
        path
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("templates/**/*"))
        if path.suffix in {".html", ".txt"} and path.is_file()
    )


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
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)


def without_tags(text: str) -> str:
    text = COMMENT.sub("", CLASSES.sub("", text))
    return TAG.sub("", TRANSLATED.sub("", text))


def pieces(path: Path) -> Pieces:
    parser = Pieces()
    parser.feed(without_tags(path.read_text()))
    return parser


def test_the_walk_finds_the_templates():
    assert len(html()) > 40


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

    assert not [text for text in [*found.text, *spoken] if word.search(text)]


@pytest.mark.parametrize("path", [path for path in templates() if path.suffix == ".txt"], ids=name_of)
def test_every_sentence_of_a_mail_can_be_translated(path):
    assert not re.findall(r"[^\W\d_]{2,}", without_tags(path.read_text()))


def test_untranslated_words_would_be_found():
    """The check itself is checked: this is what a fault looks like."""
    parser = Pieces()
    parser.feed(
        without_tags('{% load i18n %}<p title="Hello there">{% translate "Fine" %} {{ x }} Not fine</p>')
    )

    assert parser.text == ["Not fine"]
    assert ("p", "title", "Hello there") in parser.attributes
