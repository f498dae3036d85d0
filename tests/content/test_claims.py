"""Glossary, lesson and key say the same where a question computes with a definition.

`claims.yaml` names formula, words and sums once. The formula is taken from the glossary and worked out with the
figures of the question; the result must stand in the option that is marked as right. Whoever changes only one of
the three finds the other two here.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from exchange.content_files import MARK, plain, texts_of
from gates.blocks import Piece
from gates.sources import load_yaml
from glossary.wordfile import SensePart
from tests.content.given import CODES, course, resolve, senses, words
from tests.content.sums import agrees
from tests.content.test_arithmetic import irr, npv, text_of
from tests.content.test_language import texts_of_word

CLAIMS: Final = Path(__file__).with_name("claims.yaml")
# Months, hours, days and per cent: nobody has to give these figures in a question.
OF_THE_CALENDAR: Final = frozenset({0, 1, 7, 12, 24, 60, 100, 365})
IN_WORDS: Final = dict(
    zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True)
) | {"twenty": 20, "fifty": 50}
_FIGURE: Final = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_WORD: Final = re.compile(rf"\b({'|'.join(IN_WORDS)})\b", re.I)


@cache
def claims() -> dict[str, Any]:
    return {name: claim for name, claim in _file().items() if "#" in name}


@cache
def _file() -> dict[str, Any]:
    read = load_yaml(CLAIMS.read_text(encoding="utf-8"), source=CLAIMS.name)
    assert isinstance(read, dict)
    return read


@cache
def questions() -> dict[str, dict[str, Any]]:
    return {str(item["id"]): item for code in CODES for item in course(code).questions}


@cache
def with_formula() -> dict[str, SensePart]:
    return {f"{word.slug}#{sense.slug}": sense for word, sense in senses() if sense.texts["formula"]}


SUMS: Final = [(name, code) for name, claim in claims().items() for code in claim["sums"]]
each_sum = pytest.mark.parametrize(("name", "code"), SUMS, ids=[f"{code} {name}" for name, code in SUMS])
each_claim = pytest.mark.parametrize("name", claims())


# --- The glossary


@each_claim
def test_the_formula_stands_in_the_glossary(name: str) -> None:
    assert with_formula()[name].texts["formula"] == claims()[name]["formula"]


@each_claim
def test_the_words_that_a_formula_rests_on_stand_in_the_definition(name: str) -> None:
    texts = with_formula()[name].texts
    definition = flat(" ".join(texts[one] for one in ("gloss", "wording_business", "wording_technology")))

    assert [phrase for phrase in claims()[name]["rests_on"]["glossary"] if phrase not in definition] == []


# --- The lessons


@each_claim
def test_the_words_that_a_formula_rests_on_stand_in_every_lesson_that_is_asked_about(name: str) -> None:
    said = {place: found for place, found in claims()[name]["rests_on"].items() if place != "glossary"}

    assert {place_of(code) for code in claims()[name]["sums"]} <= set(said)
    missing = [(place, one) for place, found in said.items() for one in found if one not in text_of(place)]
    assert missing == []


def place_of(code: str) -> str:
    """“B5/05” for a question about the fifth lesson of B5."""
    item = questions()[code]
    home = code.partition("-")[0].upper()
    lesson = next(one for one in course(home).lessons if one.slug == item["lesson"])
    return f"{home}/{lesson.name[:2]}"


# --- The keys


@each_sum
def test_the_right_option_says_what_the_formula_gives(name: str, code: str) -> None:
    item, asked = questions()[code], claims()[name]["sums"][code]
    results = worked_out(with_formula()[name].texts["formula"], asked)
    says = listed(asked["says"])

    assert len(results) == len(says)
    for result, said in zip(results, says, strict=True):
        assert agrees(result, in_figures(said)), f"{result} is not {said}"
    if item["kind"] == "numeric":
        assert agrees(float(item["answer"]), says[0])
    else:
        right = [option for option in item["options"] if option.get("correct") is True]
        assert [str(option["id"]).lower() for option in right] == [asked["key"]]
        told = {"explain": right[0]["explain"], "stem": item["stem"]}.get(asked.get("told"), right[0]["text"])
        assert [one for one in says if bare(one) not in bare(flat(str(told)))] == []


@each_sum
def test_the_figures_of_a_sum_stand_in_the_question(name: str, code: str) -> None:
    """Otherwise a question could be altered and its sum would still be the old one."""
    asked = claims()[name]["sums"][code]
    given = figures(str(questions()[code]["stem"])) | figures(" ".join(map(str, asked.get("counted", []))))
    used = figures(" ".join(texts_in([asked["with"], asked.get("then", ""), asked.get("holds", "")])))

    assert used - given - OF_THE_CALENDAR == set()


def worked_out(formula: str, asked: dict[str, Any]) -> list[float]:
    rows = listed(asked["with"])
    holds = listed(asked.get("holds", ""))
    values = [
        solved(formula, row, asked["asks"], compute(holds[index % len(holds)]))
        if "asks" in asked
        else value_of(formula, row)
        for index, row in enumerate(rows)
    ]
    letters = dict(zip("ABCDEF", values, strict=False))
    steps = listed(asked.get("then", list(letters)[: len(listed(asked["says"]))]))
    return [compute(re.sub(r"[A-F]", lambda one: f"({letters[one[0]]!r})", str(step))) for step in steps]


BY_HAND: Final[dict[str, Callable[[dict[str, Any]], float]]] = {
    "sum over years t of cash(t) ÷ (1 + rate)^t": lambda row: npv(
        compute(row["rate"]), *map(compute, row["cash"])
    ),
    "the rate at which net present value = 0": lambda row: irr(*map(compute, row["cash"])),
    "sum of (value of each open deal × likelihood of winning it)": lambda row: sum(
        compute(value) * compute(chance) for value, chance in row["deals"]
    ),
}
"""Formulas that no pocket calculator understands."""


def value_of(formula: str, row: dict[str, Any]) -> float:
    """The formula with a figure in place of each name. Fails where a name is left or is not in it."""
    if formula in BY_HAND:
        return BY_HAND[formula](row)
    text = formula.partition(", ")[0]
    for name in sorted(row, key=len, reverse=True):
        assert name in text, f"“{name}” is no part of “{formula}”"
        text = text.replace(name, f"({row[name]})")
    return compute(text)


def solved(formula: str, row: dict[str, Any], name: str, holds: float) -> float:
    """The figure for `name` with which the formula gives `holds`; it may rise or fall with it, but not turn."""
    low, high = 1e-9, 1e9
    rises = value_of(formula, {**row, name: high}) > value_of(formula, {**row, name: low})
    for _step in range(200):
        middle = (low + high) / 2
        below = value_of(formula, {**row, name: middle}) < holds
        low, high = (middle, high) if below == rises else (low, middle)
    return low


def compute(text: Any) -> float:
    """A sum with × ÷ + − ^, brackets and per cent, as it is written in `claims.yaml`."""
    sum_ = str(text).replace(",", "").replace(" million", " * 1000000")
    sum_ = re.sub(r"([\d.]+) ?%", r"(\1 / 100)", sum_)
    for sign, ours in {"×": "*", "÷": "/", "−": "-", "^": "**"}.items():
        sum_ = sum_.replace(sign, ours)
    assert re.fullmatch(r"[\d.e()*/+\s-]+", sum_), f"not a sum: {sum_}"
    return float(eval(sum_, {"__builtins__": {}}))


def flat(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def bare(said: str) -> str:
    """What is said without “about”, which the option may say in other words."""
    return said.casefold().removeprefix("about ")


def in_figures(text: str) -> str:
    return _WORD.sub(lambda match: str(IN_WORDS[match[0].lower()]), text)


def figures(text: str) -> set[float]:
    return {float(one.replace(",", "")) for one in _FIGURE.findall(in_figures(text))}


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def texts_in(value: Any) -> Iterator[str]:
    """Figures of a claim as texts; the names in the formula are left out."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from texts_in(one)
    else:
        yield str(value)


# --- Nothing is left out


def test_every_question_that_computes_with_a_definition_is_claimed() -> None:
    """Whoever writes one gives its sum in `claims.yaml`, or says there why it is none."""
    claimed = {code for _name, code in SUMS} | set(_file()["elsewhere"])

    assert {code for code in questions() if computes(code)} - claimed == set()
    assert claimed - set(questions()) == set()


def computes(code: str) -> bool:
    """It is evidence for a meaning with a formula, and its answer has two figures or more."""
    item = questions()[code]
    answers = [
        one
        for option in item.get("options", [])
        if option.get("correct")
        for one in (option["text"], option["explain"])
    ]
    answers += [item.get("answer", ""), item.get("explain", "")]
    tagged = {resolve(str(sense)) for sense in item.get("senses", [])}
    return bool(tagged & set(with_formula())) and len(_FIGURE.findall(" ".join(map(str, answers)))) >= 2


# --- No text says what the glossary advises against


@pytest.mark.parametrize("name", _file()["not_said"])
def test_nobody_explains_a_meaning_by_its_misunderstanding(name: str) -> None:
    wrong = [
        f"{place}: {phrase}"
        for place, text in explaining()
        for phrase in _file()["not_said"][name]
        if phrase.casefold() in text
    ]

    assert resolve(name) == name
    assert wrong == []


@cache
def explaining() -> tuple[tuple[str, str], ...]:
    """Every text that tells how something is: not the wrong options, and not what somebody says or hears in a meeting."""
    texts = []
    for code in CODES:
        for lesson in course(code).lessons:
            texts += [(lesson.name, piece_text(piece)) for piece in lesson.pieces if piece.kind != "meeting"]
        for item in course(code).questions:
            for option in item.get("options", []):
                texts.append((str(item["id"]), str(option["explain"])))
                texts += [(str(item["id"]), str(option["text"]))] if option.get("correct") else []
            texts.append((str(item["id"]), str(item.get("explain", ""))))
    for slug, word in words().items():
        texts.append((slug, word.texts["careful"]))
        for sense in word.senses:
            texts += [(slug, text) for field, text in sense.texts.items() if field != "slug"]
            texts += [(slug, link.contrast) for link in sense.links]
            texts += [(slug, str(exchange["say_instead"])) for exchange in sense.exchanges]
    return tuple((place, flat(plain(text)).casefold()) for place, text in texts)


def piece_text(piece: Piece) -> str:
    return "\n".join(texts_of(piece))


_ADVICE: Final = re.compile(r"\b(?:say|write|call (?:it|them)|speak of)\b([^.?!;]*)", re.I)
_INSTEAD: Final = re.compile(r"\b(?:before you|never|not|rather than|instead of|do not)\b", re.I)
_QUOTED: Final = re.compile(r"“([^”]+)”")


def advised(text: str) -> Iterator[str]:
    """The words that “write “set up” or …” and its like put into the mouth of the reader."""
    for match in _ADVICE.finditer(text):
        before = text[max(0, match.start() - 14) : match.start()]
        if not _INSTEAD.search(before):
            yield from (word.strip(" .,").casefold() for word in _QUOTED.findall(_INSTEAD.split(match[1])[0]))


def avoided(reference: str) -> set[str]:
    slug, _hash, name = reference.partition("#")
    return {
        str(row["label"]).casefold()
        for sense in words()[slug].senses
        if sense.slug == name
        for row in sense.synonyms
        if row["acceptability"] == "avoid"
    }


def test_no_lesson_advises_a_name_that_the_glossary_advises_against() -> None:
    advice = []
    for code in CODES:
        for lesson in course(code).lessons:
            for piece in lesson.pieces:
                text = piece_text(piece)
                linked = {
                    resolve(f"{mark[1]}#{mark[2]}" if mark[2] else mark[1]) for mark in MARK.finditer(text)
                }
                against = set().union(*map(avoided, linked))
                advice += [
                    f"{code}/{lesson.name}: {word}" for word in advised(flat(plain(text))) if word in against
                ]

    assert advice == []


def test_no_word_advises_a_name_that_it_advises_against() -> None:
    against = [
        f"{slug}: {advice}"
        for slug, word in words().items()
        for sense in word.senses
        for text in texts_of_word(slug)
        for advice in advised(flat(text))
        if advice in avoided(f"{slug}#{sense.slug}")
    ]

    assert against == []


def test_advice_is_found() -> None:
    """A reader of advice that understands none would find no fault."""
    texts = [text for code in CODES for one in course(code).lessons for text in [flat(one.read_text)]]

    assert sum(1 for text in texts for _word in advised(text)) >= 20
    assert list(advised("In mails, write “set up” or “money set aside”.")) == ["set up", "money set aside"]
    assert list(advised("Check your list before you write “bug”.")) == []
    assert list(advised("Say “version”, never “drop”.")) == ["version"]
