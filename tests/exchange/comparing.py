"""Dry runs beside imports: what the one says the other does, and the one stores nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from exchange.importing import import_course
from exchange.importing.report import Report
from tests.exchange.conftest import Changed
from tests.exchange.files import COURSE, LESSON, NOW, QUESTIONS, SECOND, picture

# Django compares with check constraints inside a savepoint, where it is in a transaction as tests are.
READING = ("SELECT", "PRAGMA", "SAVEPOINT", "RELEASE SAVEPOINT")


@contextmanager
def nothing_is_stored() -> Iterator[None]:
    """Whoever writes, or begins a transaction to write in, fails at once."""

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        assert sql.lstrip("( ").upper().startswith(READING), f"A dry run said: {sql[:200]}"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield


def compared(run: Callable[..., Report]) -> dict[str, Any]:
    """What the dry run says is what the import says; given back to be looked at."""
    with nothing_is_stored():
        before = run(dry_run=True)
    after = run(dry_run=False)
    assert {**before.as_lists(), "code": before.code} == {**after.as_lists(), "code": after.code}
    return after.as_lists()


def of_course(folder: Path, **options: Any) -> dict[str, Any]:
    return compared(lambda dry_run: import_course(folder, now=NOW, dry_run=dry_run, **options))


DEEP = f"{'> ' * 60}deep\n"
CHANGES: dict[str, Changed] = {
    "nothing": {},
    "another text": {"02-ladders.md": SECOND.replace("go up", "go down")},
    "no alternative text": {"01-lines.md": LESSON.replace("decorative: true", "credit: Bothways")},
    "a picture that is none": {"images/red.png": b"\x89PNG\r\n\x1a\nno"},
    "another picture": {"images/red.png": picture("blue")},
    "no picture": {"images/red.png": None},
    "a picture that nobody shows": {"images/blue.png": picture("blue")},
    "the address of another lesson": {"02-ladders.md": SECOND.replace("slug: ladders", "slug: lines")},
    "a new address": {"02-ladders.md": SECOND.replace("slug: ladders", "slug: steps")},
    "an address of our own": {"02-ladders.md": SECOND.replace("slug: ladders", "slug: quiz")},
    "a title that is too long": {"02-ladders.md": SECOND.replace("title: Ladders", f"title: {'L' * 300}")},
    "a link into nothing": {"02-ladders.md": SECOND.replace("/lines/#a-line", "/nowhere/")},
    "a link to the quiz": {"02-ladders.md": SECOND.replace("/lines/#a-line", "/quiz/")},
    "a word that nobody knows": {"02-ladders.md": SECOND.replace("go up", "[[go-up]]")},
    "a check that nobody wrote": {"questions.yaml": QUESTIONS.replace("z1-c1-1", "z1-c1-2")},
    "a check for the quiz": {"questions.yaml": QUESTIONS.replace("purpose: check", "purpose: quiz")},
    "a check with another text": {"questions.yaml": QUESTIONS.replace("How many hours", "How much")},
    "a check that cannot be answered": {"questions.yaml": QUESTIONS.replace("correct: true", "correct: false")},
    "a question that is too deep": {"questions.yaml": QUESTIONS.replace("A line is straight.", f"'{DEEP.strip()}'")},
    "a new check": {
        "questions.yaml": f"{QUESTIONS}{QUESTIONS.replace('z1-', 'z2-')}",
        "02-ladders.md": f"{SECOND}\n::: checks\n- z2-c1-1\n:::\n",
    },
    "a text that is too deep": {"02-ladders.md": f"{SECOND}\n{DEEP}"},
    "no plan": {"session-plan.md": None},
    "a plan that is too deep": {"session-plan.md": DEEP},
    "a course without a name": {"course.yaml": COURSE.replace("title: Lines and ladders\n", "")},
    "a course with a name that is too long": {"course.yaml": COURSE.replace("Lines and ladders", "L" * 300)},
    "a course with another name": {"course.yaml": COURSE.replace("Lines and ladders", "Snakes")},
    "another address of the course": {"course.yaml": COURSE.replace("slug: lines-and-ladders", "slug: snakes")},
    "another code": {"course.yaml": COURSE.replace("code: Z1", "code: Z2")},
    "another name of a file": {"02-ladders.md": None, "03-ladders.md": SECOND},
    "files that changed names": {
        "01-lines.md": SECOND.replace("go up", "go down"),
        "02-ladders.md": LESSON.replace("title: Lines", "title: Lanes"),
    },
    "no lessons": {"01-lines.md": None, "02-ladders.md": None},
    "no course": {"course.yaml": None},
    "no text at all": {"02-ladders.md": b"\xff\xfe\0"},
}  # fmt: skip
