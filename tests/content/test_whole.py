"""The curriculum is whole: twelve courses, every word of the plan, a licence, and no id twice."""

from collections import Counter
from typing import Final

import pytest

from exchange.content_files import read_curriculum, totals
from gates.sources import load_yaml
from tests.content.given import CODES, CONTENT, course, linked, listed, words
from tests.content.plan import COURSES, FALSE_FRIENDS, LESSONS_OF_A_COURSE, TERMS

DIGCOMP: Final = "digcomp-2.2"
FINOPS: Final = "finops"
each_course = pytest.mark.parametrize("code", CODES)


def test_all_twelve_courses_are_there_with_five_lessons_each() -> None:
    lessons = {code: len(course(code).lessons) for code in CODES}

    assert lessons == dict.fromkeys(sorted(COURSES), LESSONS_OF_A_COURSE)


def test_every_word_of_the_plan_is_there() -> None:
    assert set(TERMS) - set(words()) == set()


def test_there_is_as_much_as_was_promised() -> None:
    counted = totals(read_curriculum(CONTENT))

    assert counted.courses == 12
    assert counted.lessons == 60
    assert counted.questions >= 204
    assert counted.terms >= 165
    assert counted.probes >= 165
    assert counted.diagrams >= 24
    assert counted.complete_terms == counted.terms
    assert counted.false_friends >= len(FALSE_FRIENDS) == 55


@each_course
def test_every_file_of_a_course_is_there(code: str) -> None:
    folder = course(code).folder

    assert course(code).code == code
    assert not course(code).errors, listed(course(code).errors)
    assert {path.name for path in folder.iterdir()} == {
        "course.yaml",
        "questions.yaml",
        "session-plan.md",
        "images",
        *(lesson.name for lesson in course(code).lessons),
    }


@each_course
def test_a_course_says_what_it_is(code: str) -> None:
    about = course(code).about
    direction = "technology-for-business" if code.startswith("T") else "business-for-technicians"

    assert about["direction"] == direction
    assert all(about[name] for name in ("title", "short_title", "slug", "summary", "level"))
    assert len(about["outcomes"]) >= 3
    assert about["session"]["kind"] in {"brown-bag", "tour", "office-hour"}
    assert about["quiz"]["pass_percent"] == 80
    assert about["quiz"]["required"] is True


@each_course
def test_a_course_points_to_competences_that_exist(code: str) -> None:
    known = {}
    for path in (CONTENT / "frameworks").glob("*.yaml"):
        framework = load_yaml(path.read_text(encoding="utf-8"))
        assert framework["attribution"]
        known[framework["code"]] = {str(item["code"]) for item in framework["competences"]}

    assert {(name, one) for name, one in competences_of(code) if one not in known[name]} == set()


@each_course
def test_a_competence_is_claimed_only_where_an_outcome_teaches_it(code: str) -> None:
    """Personnel reads these as promises: each one names the outcome that keeps it."""
    outcomes = {outcome["id"] for outcome in course(code).about["outcomes"]}

    assert competences_of(code) == set(TAUGHT_BY[code])
    assert set(TAUGHT_BY[code].values()) <= outcomes


def competences_of(code: str) -> set[tuple[str, str]]:
    return {(row["framework"], str(one)) for row in course(code).about["frameworks"] for one in row["codes"]}


TAUGHT_BY: Final = {
    "T1": {(DIGCOMP, "1.3"): "store", (DIGCOMP, "5.1"): "trace"},
    "T2": {(DIGCOMP, "5.1"): "route", (DIGCOMP, "5.2"): "recovery"},
    "T3": {(DIGCOMP, "5.2"): "need"},
    "T4": {(DIGCOMP, "1.2"): "mismatch", (DIGCOMP, "1.3"): "quality", (DIGCOMP, "4.2"): "generative"},
    "T5": {(DIGCOMP, "2.6"): "access", (DIGCOMP, "4.1"): "habits", (DIGCOMP, "4.2"): "personal"},
    "T6": {
        (DIGCOMP, "5.2"): "five-years",
        **dict.fromkeys([(FINOPS, one) for one in ("U.2", "U.3", "U.4", "O.2", "O.3")], "bill"),
        (FINOPS, "Q.1"): "five-years",
        (FINOPS, "O.5"): "before-signing",
    },
    "B1": {(FINOPS, "Q.5"): "unit"},
    "B2": {
        (FINOPS, "Q.3"): "timing",
        (FINOPS, "U.2"): "variance",
        (FINOPS, "Q.2"): "variance",
        (FINOPS, "M.6"): "variance",
    },
    "B3": {(DIGCOMP, "1.2"): "rates"},
    "B4": {(DIGCOMP, "5.2"): "case"},
    "B5": {},  # risk, contracts and evidence are no part of either framework
    "B6": {(DIGCOMP, "2.1"): "write", (DIGCOMP, "5.2"): "goal"},
}


@each_course
def test_the_session_plan_can_be_led_by_somebody_who_never_did(code: str) -> None:
    plan = (course(code).folder / "session-plan.md").read_text(encoding="utf-8")

    assert 300 <= len(plan.split()) <= 1800
    assert plan.count("\n## ") >= 3
    assert "min" in plan, "a plan says how long each part takes"


def test_no_id_or_address_is_given_twice() -> None:
    ids = Counter(item["id"] for code in CODES for item in course(code).questions)
    courses = Counter(course(code).about["slug"] for code in CODES)
    titles = Counter(lesson.source.front_matter["title"] for code in CODES for lesson in course(code).lessons)
    slugs = Counter((code, lesson.slug) for code in CODES for lesson in course(code).lessons)

    twice = [name for names in (ids, courses, titles, slugs) for name, count in names.items() if count > 1]

    assert twice == []


def test_the_licence_and_the_way_to_build_it_lie_beside_it() -> None:
    licence = (CONTENT / "LICENSE").read_text(encoding="utf-8")
    readme = (CONTENT / "README.md").read_text(encoding="utf-8")

    assert "Attribution 4.0 International" in licence
    assert "CC BY 4.0" in readme
    assert "import_course" in readme
    assert "tests/content" in readme


@pytest.mark.parametrize(
    ("code", "sheet", "rows"),
    [
        ("T3", "request canvas", ["goal", "target", "budget", "deadline", "stakeholder", "traded"]),
        ("B6", "request canvas", ["goal", "target", "budget", "deadline", "stakeholder", "traded"]),
        ("B4", "four questions", ["measur", "process", "long", "advantage"]),
    ],
)
def test_a_sheet_to_print_lies_with_the_session_plan(code: str, sheet: str, rows: list[str]) -> None:
    plan = (course(code).folder / "session-plan.md").read_text(encoding="utf-8").lower()

    assert sheet in plan
    assert [row for row in rows if row not in plan] == []


@pytest.mark.parametrize("side", ["T", "B"])
def test_each_direction_has_a_lesson_on_a_roadmap_that_both_sides_own(side: str) -> None:
    named = [
        {reference.partition("#")[0] for reference in linked(lesson)}
        for code in CODES
        if code.startswith(side)
        for lesson in course(code).lessons
    ]

    assert any({"roadmap", "objective", "alignment"} <= words_of_lesson for words_of_lesson in named)
