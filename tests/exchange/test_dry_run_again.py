"""A dry run says what the import then does, of a course that is here already."""

from typing import Any

import pytest

from courses.models import CoursePage, LessonPage
from exchange.importing import import_document
from exchange.importing.report import Report
from quizzes.models import Question
from tests.exchange.comparing import CHANGES, compared, of_course
from tests.exchange.conftest import Changed
from tests.exchange.files import NOW, WAGTAILS_FILES
from tests.gates.documents import docx, paragraph

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


@pytest.mark.parametrize("changed", CHANGES.values(), ids=list(CHANGES))
def test_of_a_course_that_is_here_it_says_what_the_import_does(
    imported: Report, write: Any, changed: Changed
) -> None:
    of_course(write(changed))


@pytest.mark.parametrize("changed", [CHANGES["nothing"], CHANGES["another text"], CHANGES["no picture"]])
def test_of_what_somebody_edited_it_says_what_the_import_does(
    imported: Report, write: Any, changed: Changed
) -> None:
    for page in LessonPage.objects.filter(slug="ladders"):
        page.title = "Of mine"
        page.save_revision()
    for question in Question.objects.filter(code="z1-c1-1"):
        question.stem = "Of mine?"
        question.save_revision()

    said = of_course(write(changed))

    assert {"02-ladders.md", "questions.yaml"} <= {one["file"] for one in said["remarks"]}


def test_of_somebody_elses_course_it_says_what_the_import_does(
    imported: Report, write: Any, author: Any
) -> None:
    said = of_course(write(), user=author, publishes=False)

    assert "You are not an author of the course Z1" in str(said["remarks"])


def test_of_a_bank_that_another_course_asks_it_says_what_the_import_does(
    imported: Report, write: Any
) -> None:
    CoursePage.objects.update(translation_key="00000000-0000-4000-8000-000000000001")

    said = of_course(write(CHANGES["another address of the course"]))

    assert "Another course asks the questions of this bank" in str(said["remarks"])


def test_of_a_document_it_says_what_the_import_does(imported: Report, author: Any) -> None:
    course = CoursePage.objects.get()
    for text in ("One.", "One.", "Two."):
        data = docx(paragraph("Stairs", style="Heading1"), paragraph(text))
        compared(
            lambda dry_run, data=data: import_document(
                data, "stairs.docx", course=course, now=NOW, user=author, dry_run=dry_run
            )
        )
    assert LessonPage.objects.filter(slug="stairs").count() == 1
