"""A file with a mistake says where it is and what to do."""

import re
from pathlib import Path

import pytest

from glossary.rules.linting import count_words
from glossary.wordfile import read_word

GOOD = """\
lemma: uptime
slug: uptime
pronunciation: ˈʌptaɪm
senses:
  - home_side: shared
    gloss: The hours in which a system was running.
    wording_business: The hours in which it worked.
    wording_technology: Time running and usable.
    in_a_meeting:
      - speaker_side: business
        speaker: Sales
        said: 99.9 %
        hearer: IT
        heard: never closed
        say_instead: How long may it be closed?
    synonyms:
      - label: being up
        acceptability: avoid
        side: technology
    abbreviation: UT
    expansion: up time
    related: [downtime]
    matches:
      - kind: exact
        uri: https://example.com/uptime
    sources:
      - title: A book
        year: 2016
        url: https://example.com/book
        quoted: false
    importance: 2
"""
SECOND = """\
  - slug: second
    qualifier: of something
    gloss: g
    wording_business: b
    wording_technology: t
"""


def test_a_good_file_is_read_in_full() -> None:
    word, errors = read_word(GOOD, source="uptime.yaml")

    assert not errors
    assert word is not None
    sense = word.senses[0]
    assert (word.slug, sense.slug, sense.position, sense.importance) == ("uptime", "main", 1, 2)
    assert sense.synonyms == [{"label": "being up", "acceptability": "avoid", "side": "technology"}]
    assert [(link.kind, link.reference, link.line) for link in sense.links] == [("related", "downtime", 22)]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("lemma: uptime\n", "", 1, "“lemma” is missing"),
        ("lemma: uptime", "lemma: [a]", 1, "“lemma” must be a text"),
        ("lemma: uptime", "lemma: " + "x" * 121, 1, "“lemma” has 121 characters; at most 120"),
        ("slug: uptime", "slug: Up time", 2, "“Up time” is no address"),
        ("slug: uptime", "slug: ../secret", 2, "is no address"),
        ("pronunciation:", "pronounciation:", 3, "“pronounciation” is not known here"),
        ("pronunciation: ˈʌptaɪm", "spine: up|times", 3, "the spine must be “uptime” with one | in it"),
        (
            "pronunciation: ˈʌptaɪm",
            "careful: Two meanings.",
            3,
            "only for words whose senses are false friends",
        ),
        (
            "    home_side: shared",
            "    home_side: both",
            None,
            "“home_side” is one of business, technology, shared",
        ),
        ("    gloss: The hours in which a system was running.", "    gloss:", 6, "“gloss” is missing"),
        ("The hours in which a system was running.", "word " * 26, 6, "“gloss” has 26 words; at most 25"),
        ("Time running and usable.", "word " * 61, 8, "“wording_technology” has 61 words; at most 60"),
        ("        speaker: Sales\n", "", 10, "“speaker” is missing"),
        (
            "speaker_side: business",
            "speaker_side: shared",
            10,
            "“speaker_side” is one of business, technology",
        ),
        (
            "acceptability: avoid",
            "acceptability: never",
            18,
            "“acceptability” is one of preferred, admitted, avoid",
        ),
        ("    abbreviation: UT\n", "", 20, "“expansion” needs an “abbreviation”"),
        ("related: [downtime]", "related: downtime", 22, "“related” must be a list"),
        ("related: [downtime]", "related: [{a: b}]", 22, "each entry of “related” must be a text"),
        ("related: [downtime]", 'related: ["a b"]', 22, "“a b” is no reference"),
        ("related: [downtime]", "false_friends: [{sense: downtime}]", 22, "“contrast” is missing"),
        ("kind: exact", "kind: same", 24, "“kind” is one of exact, close, broad, narrow"),
        (
            "https://example.com/uptime",
            "javascript:alert(1)",
            25,
            "“uri” must begin with https:// or http://",
        ),
        ("https://example.com/book", "ftp://example.com/", 29, "“url” must begin with https:// or http://"),
        ("year: 2016", "year: soon", 28, "“year” is a year such as 2018"),
        ("quoted: false", "quoted: perhaps", 30, "“quoted” is true or false"),
        ("importance: 2", "importance: 4", 31, "“importance” is 1, 2 or 3"),
        ("importance: 2\n", "importance: 2\n" + SECOND, 5, "tells them apart by “qualifier”"),
        (
            "importance: 2\n",
            "importance: 2\n" + SECOND.replace("second", "main"),
            32,
            "the sense “main” was already given",
        ),
        ("importance: 2\n", "importance: 2\n  - text\n", 32, "each entry of “senses” must be a mapping"),
        ("lemma: uptime", "lemma: uptime\nlemma: twice", 2, "the key “lemma” was already given"),
        ("lemma: uptime", "lemma: !!python/object:os.system x", 1, ""),
        ("lemma: uptime", "lemma: [", None, "no YAML"),
    ],
)
def test_a_mistake_is_reported_with_its_line(old: str, new: str, line: int | None, reason: str) -> None:
    assert old in GOOD or old.strip() in GOOD
    text = GOOD.replace(old, new, 1) if old in GOOD else GOOD.replace(old.strip(), new.strip(), 1)

    word, errors = read_word(text, source="uptime.yaml")

    assert word is None
    assert any(reason in error.reason and line in (None, error.line) for error in errors), [
        str(error) for error in errors
    ]
    assert {error.source for error in errors} == {"uptime.yaml"}


@pytest.mark.parametrize(
    "text", ["", "just a text", "- a\n- list", "lemma: a\nslug: a\n", "lemma: a\nslug: a\nsenses: []\n"]
)
def test_what_is_no_word_is_refused(text: str) -> None:
    word, errors = read_word(text, source="x.yaml")

    assert word is None
    assert errors


def test_more_than_three_exchanges_are_too_many() -> None:
    block = GOOD[GOOD.index("      - speaker_side") : GOOD.index("    synonyms")]

    errors = read_word(GOOD.replace(block, block * 4), source="x.yaml")[1]

    assert [error.reason for error in errors] == ["at most 3 exchanges, here are 4"]


def test_all_mistakes_of_a_file_come_together() -> None:
    text = GOOD.replace("importance: 2", "importance: 9").replace("kind: exact", "kind: same")

    assert len(read_word(text, source="x.yaml")[1]) == 2


def test_signs_without_letters_are_no_words() -> None:
    assert count_words("99.5 % − 3 ÷ hours") == 3


def test_no_break_spaces_survive_reading() -> None:
    word, _errors = read_word(GOOD.replace("said: 99.9 %", "said: 99.9\u00a0%"), source="x.yaml")

    assert word is not None
    assert word.senses[0].exchanges[0]["said"] == "99.9\u00a0%"


def test_the_same_content_has_the_same_digest_in_any_order_of_keys() -> None:
    swapped = re.sub(r"(    wording_business: .*\n)(    wording_technology: .*\n)", r"\2\1", GOOD)
    first, second = read_word(GOOD, source="a")[0], read_word(swapped, source="b")[0]

    assert swapped != GOOD
    assert first is not None
    assert second is not None
    assert first.senses[0].digest == second.senses[0].digest


def test_every_word_of_the_starter_content_is_read() -> None:
    folder = Path(__file__).parents[2] / "content" / "terms"
    files = sorted(folder.glob("*.yaml"))

    assert len(files) >= 25
    for path in files:
        assert read_word(path.read_text(), source=path.name)[1] == []
