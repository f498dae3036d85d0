"""Where courses and lessons stand, below the prefix of their language. What is stored names addresses made here."""

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils import translation

QUIZ, PLAN, START = "quiz/", "session-plan/", "start/"
OWN_PAGES = (QUIZ, PLAN)
"""Pages of a course that are no lessons, below its own address."""

RESERVED_SLUGS = frozenset(page.rstrip("/") for page in (*OWN_PAGES, START))
"""No lesson may have one of these: they stand below a course already."""

HREF = re.compile(r'href="(?P<href>(?:/[\w-]+)?/courses/[^"#?]*)')
"""A link to the catalogue, a course or a lesson in rendered Markdown, in whatever language."""


def catalogue_address(*, language: str) -> str:
    """`reverse` once; slugs are set behind it, since Wagtail allows letters that no pattern of ours takes."""
    with translation.override(language):
        return reverse("courses:catalogue")


def course_address(course: str, *, language: str) -> str:
    return f"{catalogue_address(language=language)}{course}/"


def quiz_address(course: str, *, language: str) -> str:
    return f"{course_address(course, language=language)}{QUIZ}"


def plan_address(course: str, *, language: str) -> str:
    return f"{course_address(course, language=language)}{PLAN}"


def lesson_address(course: str, lesson: str, *, language: str) -> str:
    return f"{course_address(course, language=language)}{lesson}/"


def pages_of(course: str, *, language: str) -> Iterator[str]:
    """The course and its pages that are no lessons."""
    address = course_address(course, language=language)
    yield address
    yield from (f"{address}{page}" for page in OWN_PAGES)
