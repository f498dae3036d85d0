"""The curriculum is whole: twelve courses, every word of the plan, a licence, and no id twice."""

from collections import Counter

import pytest

from courses.curriculum import read_curriculum, totals
from gates.sources import load_yaml
from tests.content.given import CODES, CONTENT, course, linked, listed, words
from tests.content.plan import COURSES, FALSE_FRIENDS, LESSONS_OF_A_COURSE, TERMS

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

    named = {(row["framework"], str(one)) for row in course(code).about["frameworks"] for one in row["codes"]}

    assert "digcomp-2.2" in {framework for framework, _one in named}
    assert {(name, one) for name, one in named if one not in known[name]} == set()


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
