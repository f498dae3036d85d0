"""Questions explain themselves, belong to a place in a lesson, and do not give themselves away."""

import re
from collections import Counter
from typing import Any

import pytest

from quizzes.rules.publishable import OptionDraft, QuestionDraft, problems
from tests.content.given import CODES, course, listed, resolve

BANK_LEAST = 17
LONGEST_MOST = 0.4
CHI_SQUARE_99 = {1: 6.63, 2: 9.21, 3: 11.34, 4: 13.28}
"""Critical values at 1 %, by degrees of freedom. Source: any table of the chi-square distribution."""

each_course = pytest.mark.parametrize("code", CODES)


def single_choices(code: str, *purposes: str) -> list[dict[str, Any]]:
    return [
        item
        for item in course(code).questions
        if item["kind"] == "single_choice" and item["purpose"] in purposes
    ]


@each_course
def test_every_question_can_be_published(code: str) -> None:
    """By the rules of the editor: options, one key, explanations of 40 characters and more, no links."""
    faults = []
    for item in course(code).questions:
        draft = QuestionDraft(
            kind=item["kind"],
            purpose=item["purpose"],
            probe_kind=item.get("probe", ""),
            stem=str(item["stem"]),
            options=[
                OptionDraft(
                    str(option["id"]),
                    str(option["text"]),
                    option.get("correct") is True,
                    str(option["explain"]),
                )
                for option in item.get("options", [])
            ],
            sense_count=len(item.get("senses", [])),
            settings=item,
        )
        faults += [f"{item['id']}: {problem.text}" for problem in problems(draft)]

    assert not faults, listed(faults)


@each_course
def test_ids_name_the_course_and_what_the_question_is_for(code: str) -> None:
    letter = {"quiz": "q", "check": "c", "probe": "p"}

    wrong = [
        item["id"]
        for item in course(code).questions
        if not re.fullmatch(rf"{code.lower()}-{letter[item['purpose']]}[a-z0-9-]+", item["id"])
    ]

    assert wrong == []


@each_course
def test_the_bank_holds_seventeen_and_twice_what_a_quiz_draws(code: str) -> None:
    bank = course(code).asked("quiz", answerable=True)

    assert len(bank) >= BANK_LEAST
    assert len(bank) >= 2 * course(code).about["quiz"]["questions"]


@each_course
def test_every_outcome_has_three_questions_in_the_bank(code: str) -> None:
    outcomes = Counter(item["outcome"] for item in course(code).asked("quiz", answerable=True))
    known = {outcome["id"] for outcome in course(code).about["outcomes"]}

    assert set(outcomes) == known
    assert min(outcomes.values()) >= 3, outcomes


@each_course
def test_questions_are_of_several_kinds_and_difficulties(code: str) -> None:
    bank = course(code).asked("quiz", answerable=True)

    assert {item["kind"] for item in bank} == {"single_choice", "multiple_choice", "true_false"}
    assert {item["difficulty"] for item in bank} == {1, 2, 3}
    recalled = sum(item["difficulty"] == 1 for item in bank)
    assert recalled <= len(bank) / 2, "at least half ask to apply"


@each_course
def test_every_question_leads_to_the_heading_where_it_is_explained(code: str) -> None:
    headings = {lesson.slug: lesson.sections for lesson in course(code).lessons}
    outcomes = {outcome["id"] for outcome in course(code).about["outcomes"]}

    wrong = [
        f"{item['id']}: {item.get('lesson')} · {item.get('section')} · {item.get('outcome')}"
        for item in course(code).questions
        if item.get("section") not in headings.get(item.get("lesson", ""), [])
        or item.get("outcome") not in outcomes
    ]

    assert not wrong, listed(wrong)


@each_course
def test_every_lesson_is_asked_about_in_the_quiz(code: str) -> None:
    asked = {item["lesson"] for item in course(code).asked("quiz", answerable=True)}

    assert asked == {lesson.slug for lesson in course(code).lessons}


@each_course
def test_every_tag_names_one_sense(code: str) -> None:
    wrong = []
    for item in course(code).questions:
        for sense in item.get("senses", []):
            try:
                resolve(str(sense))
            except LookupError as problem:
                wrong.append(f"{item['id']}: {problem}")

    assert not wrong, listed(wrong)


@each_course
def test_no_check_is_left_out_of_the_lessons(code: str) -> None:
    shown = {check for lesson in course(code).lessons for check in lesson.checks}

    assert {item["id"] for item in course(code).asked("check")} == shown


@each_course
@pytest.mark.parametrize("purposes", [("quiz",), ("quiz", "check", "probe")], ids=["quiz", "all"])
def test_the_right_option_is_seldom_the_longest(code: str, purposes: tuple[str, ...]) -> None:
    asked = single_choices(code, *purposes)

    longest = [item["id"] for item in asked if _right_is_longest(item)]

    assert len(longest) <= LONGEST_MOST * len(asked), listed(longest)


def _right_is_longest(item: dict[str, Any]) -> bool:
    lengths = [len(str(option["text"])) for option in item["options"]]
    return lengths.pop(_right(item)) > max(lengths)


def _right(item: dict[str, Any]) -> int:
    return next(place for place, option in enumerate(item["options"]) if option.get("correct") is True)


@each_course
@pytest.mark.parametrize("purposes", [("quiz",), ("quiz", "check", "probe")], ids=["quiz", "all"])
def test_the_right_option_stands_in_every_place_as_often(code: str, purposes: tuple[str, ...]) -> None:
    """Chi-square of the places, apart for three and four options; 1 % of fair courses would fail."""
    asked = single_choices(code, *purposes)

    for size in {len(item["options"]) for item in asked}:
        places = Counter(_right(item) for item in asked if len(item["options"]) == size)
        expected = places.total() / size
        if expected < 3:  # too few to say anything
            continue
        chi_square = sum((places[place] - expected) ** 2 / expected for place in range(size))
        assert chi_square <= CHI_SQUARE_99[size - 1], places


@each_course
def test_true_and_false_are_right_in_turn(code: str) -> None:
    statements = [item for item in course(code).questions if item["kind"] == "true_false"]

    true = sum(str(item["options"][_right(item)]["id"]).lower() == "true" for item in statements)

    assert len(statements) < 3 or 0 < true < len(statements), f"{true} of {len(statements)} are true"


@each_course
def test_no_option_says_all_or_none_of_the_others(code: str) -> None:
    given_away = re.compile(
        r"\b(?:all|none|both|neither) of (?:the|these|those) (?:above|others|answers)\b", re.I
    )

    codes = [
        item["id"]
        for item in course(code).questions
        for option in item.get("options", [])
        if given_away.search(str(option["text"]))
    ]

    assert codes == []


@each_course
def test_no_explanation_scolds_or_only_says_that_it_is_so(code: str) -> None:
    empty = re.compile(r"(?:wrong|incorrect|correct|right|not quite|no|yes|exactly)[.!,]", re.I)

    empty_ones = [
        f"{item['id']}: {option['explain']}"
        for item in course(code).questions
        for option in item.get("options", [])
        if (start := empty.match(str(option["explain"]).strip()))
        and len(str(option["explain"])) - start.end() < 40
    ]

    assert not empty_ones, listed(empty_ones)


@each_course
def test_no_explanation_is_used_twice_in_a_question(code: str) -> None:
    for item in course(code).questions:
        explanations = [str(option["explain"]).strip() for option in item.get("options", [])]
        assert len(set(explanations)) == len(explanations), item["id"]
