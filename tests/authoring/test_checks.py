"""The one list of what is missing: rules on plain data."""

from typing import Any

import pytest

from authoring.rules import faults
from authoring.rules.lacks import CheckState, LessonDraft, Spot, findings


def draft(body: list[dict[str, Any]] | None = None, **fields: Any) -> LessonDraft:
    """A lesson in which nothing is missing, apart from what a test says."""
    whole = [
        {"type": "hook", "id": "h", "value": {"text": "The shop was closed."}},
        {"type": "checks", "id": "c", "value": {"questions": [{"type": "item", "id": "i", "value": 7}]}},
    ]
    stated: dict[str, Any] = {
        "objective": "count hours", "minutes": 1, "body": whole if body is None else body, "text": "The shop was closed.",
        "checks": {7: CheckState(7, "t2-c1", ())}, "faults": {}, "unlinked": [],
    }  # fmt: skip
    return LessonDraft(**stated | fields)


def told(one: LessonDraft) -> list[str]:
    return [finding.message % finding.values for finding in findings(one)]


def test_nothing_is_missing_in_a_whole_lesson() -> None:
    assert findings(draft()) == []


BLOCKS = [
    ("hook", {"text": " "}, "tell what went wrong"),
    ("text", "<p></p>", "empty text block"),
    (
        "meeting",
        {"said": "x", "heard": "x", "hearer": "x", "speaker": "x", "say_instead": ""},
        "said instead",
    ),
    ("example", {"title": "x", "steps": []}, "add a step"),
    ("exhibit", {"title": "", "text": "x"}, "give it a title"),
    ("figure", {"image": None, "drawing": ""}, "choose a picture"),
    ("figure", {"image": 3, "alt": ""}, "cannot see it"),
    ("video", {"title": "x", "file": 1, "captions": None, "transcript": "x"}, "captions"),
    ("video", {"title": "x", "file": 1, "captions": 2, "transcript": ""}, "transcript"),
    ("table", {"caption": "", "head": ["a"], "rows": [["b"]]}, "caption"),
    ("checks", {"questions": []}, "write a check"),
    ("fold", {"title": "", "parts": [{"type": "text", "id": "t", "value": "x"}]}, "say what opens"),
    ("fold", {"title": "x", "parts": []}, "put something into it"),
    ("say", {"line": ""}, "write the sentence"),
    ("resources", {"items": [{"title": "x", "url": ""}]}, "title and an address"),
]


@pytest.mark.parametrize(("kind", "value", "sentence"), BLOCKS)
def test_each_block_says_what_it_lacks_and_leads_there(kind: str, value: Any, sentence: str) -> None:
    (finding,) = [one for one in findings(draft([{"type": kind, "id": "b1", "value": value}])) if one.needed]

    assert sentence in finding.message
    assert finding.block == "b1"


@pytest.mark.parametrize(("kind", "value", "sentence"), BLOCKS)
def test_a_block_in_another_says_the_same_and_leads_there(kind: str, value: Any, sentence: str) -> None:
    inner = {"type": kind, "id": "in", "value": value}
    body = [{"type": "fold", "id": "b1", "value": {"title": "More", "parts": [inner]}}]

    (finding,) = [one for one in findings(draft(body)) if one.needed]

    assert sentence in finding.message
    assert finding.block == "in"
    assert finding.path[:3] == ("b1", "parts", "in")


MARKS: list[tuple[str, list[str], list[tuple[str, bool]]]] = [
    ("Available [1] in [2].", ["Of agreed time."], [("Exhibit: [2] has no note", True)]),
    ("Available [1].", ["Of agreed time.", "Left over."], [("nothing leads to note 2", False)]),
    ("Available [1] in [2].", ["Of agreed time.", ""], [("note 2 is empty", True)]),
    ("Available [1] in [12:30].", ["Of agreed time."], []),
]


@pytest.mark.parametrize(("text", "notes", "sentences"), MARKS)
def test_marks_and_notes_of_an_exhibit_belong_together(
    text: str, notes: list[str], sentences: list[tuple[str, bool]]
) -> None:
    value = {"title": "A clause", "text": text, "notes": notes}
    found = findings(draft([{"type": "exhibit", "id": "e", "value": value}]))

    told_here = [(one.message % one.values, one.needed) for one in found if one.block == "e"]
    assert len(told_here) == len(sentences)
    for (message, needed), (sentence, is_needed) in zip(told_here, sentences, strict=True):
        assert sentence in message
        assert needed == is_needed


def test_a_decoration_needs_no_words() -> None:
    body = [{"type": "figure", "id": "f", "value": {"image": 3, "alt": "", "decorative": True}}]

    assert not any(one.needed for one in findings(draft(body)))


def test_a_diagram_that_is_refused_says_why() -> None:
    body = [{"type": "figure", "id": "f", "value": {"drawing": "<svg/>"}}]

    assert "Figure: It has no title." in told(
        draft(body, faults={"f": [faults.refused_drawing("It has no title.", Spot())]})
    )


def test_the_problems_of_a_check_stand_in_the_list_with_its_row() -> None:
    one = draft(checks={7: CheckState(7, "t2-c1", ("An option needs words.",))})

    (finding,) = findings(one)
    assert finding.message % finding.values == "Check 1: An option needs words."
    assert (finding.block, finding.question, finding.needed) == ("c", 7, True)


def test_a_check_that_is_gone_is_missing() -> None:
    assert "Check 1 does not exist any more." in told(draft(checks={}))


def test_links_and_glossary_marks_that_lead_nowhere_are_needed() -> None:
    spot = Spot("h", ("h", "text"))
    one = draft(
        faults={"h": [faults.unknown_word("uptiem", (), spot), faults.dead_link("/courses/nowhere/", spot)]}
    )

    assert [finding.needed for finding in findings(one)] == [True, True]
    assert "uptiem" in told(one)[0]
    assert "/courses/nowhere/" in told(one)[1]


def test_advice_stops_nothing() -> None:
    hard = "Organisational interoperability necessitates institutional accountability considerations. " * 12
    one = draft(text=hard, minutes=30, unlinked=["uptime"])

    found = findings(one)

    assert len(found) == 3
    assert not any(one.needed for one in found)
    assert any("30 minutes" in sentence for sentence in told(one))
    assert any("years of school" in sentence for sentence in told(one))
    assert any("uptime" in sentence for sentence in told(one))


def test_an_empty_lesson_says_so() -> None:
    assert told(draft([], objective=""))[:2] == [
        "Say what people can do after this lesson.",
        "The lesson is empty: add a block.",
    ]
