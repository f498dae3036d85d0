"""A course that was written for another program: every part has a place, or a line in the report."""

import copy
import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import trans_real
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses.models import CoursePage, LessonPage
from exchange.importing import import_course
from exchange.importing.report import Report
from tests.exchange.conftest import write_files
from tests.exchange.files import NOW, WAGTAILS_FILES
from tests.exchange.workbench_files import WORKBENCH_FILES
from tests.worlds import World

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


def blocks(slug: str) -> list[tuple[str, Any]]:
    page = LessonPage.objects.get(slug=slug).get_latest_revision_as_object()
    return [(block["type"], block["value"]) for block in page.body.get_prep_value()]


def lines_of(report: Any, file: str) -> dict[int, str]:
    return {entry["line"]: entry["reason"] for entry in report.reported if entry["file"] == file}


@pytest.fixture(scope="module")
def workbench_report(world: World, catalogue_page: Any, tmp_path_factory: pytest.TempPathFactory) -> Report:
    with world():
        folder = write_files(tmp_path_factory.mktemp("course") / "Z1", WORKBENCH_FILES)
        return import_course(folder, now=NOW)


@pytest.fixture
def report(workbench_report: Report, db: None) -> Report:
    """The course stands, and this is what its import reported."""
    return copy.deepcopy(workbench_report)


def test_a_course_of_the_workbench_becomes_one_of_ours(report: Report) -> None:
    course = CoursePage.objects.get()
    assert (course.code, course.slug, course.title) == (
        "TIDY-SHELVES",
        "tidy-shelves",
        "Tidy shelves for offices",
    )
    assert course.summary == "This course shows how to tidy a shelf. It takes an hour."
    assert "Begin with [the second lesson](/courses/tidy-shelves/shelves/)" in course.session_plan
    start = LessonPage.objects.get(slug="begin")
    assert (start.objective, start.minutes) == ("say what a shelf is for", 9)
    assert start.live
    kinds = [kind for kind, _value in blocks("begin")]
    assert kinds == ["callout", "markdown", "callout", "fold", "callout", "markdown"]
    fold = blocks("begin")[3][1]
    assert fold["title"] == "Answer"
    assert [part["type"] for part in fold["parts"]] == ["text", "figure"]
    assert fold["parts"][1]["value"]["alt"] == "Three shelves"
    assert blocks("begin")[-1][1].startswith(
        r"Written by Ada \*Byron\*. With contributions by Bob. Licence: CC-BY 4.0."
    )
    assert set(report.states) >= {"episodes/fig/three.png", "episodes/data/list.csv"}


def test_links_lead_to_lessons_sections_and_documents(report: Report) -> None:
    text = next(value for kind, value in blocks("begin") if kind == "markdown")
    document = get_document_model().objects.get()
    assert text.startswith("## First of all")
    assert "[shelves](/courses/tidy-shelves/shelves/#kinds)" in text
    assert f"[list](/documents/{document.pk}/list.csv)" in text
    assert "a page and [elsewhere](https://example.com/a_(b))" in text
    assert "Press **F1**, or call." in text


def test_what_has_no_place_is_told_with_its_line(report: Report) -> None:
    assert lines_of(report, "episodes/00-begin.md") == {
        9: "“mood” has no place in a lesson; it was left out.",
        29: "HTML is not kept: u. Its words were.",
        30: "A link leads to learners/people.md, which has no place in the course; its words were kept.",
    }
    told = lines_of(report, "episodes/01-shelves.md")
    assert "The div “carousel” is not known" in told[9]
    assert "names no objectives" in told[0]
    assert told[19] == (
        "Kept as a draft. Figure: say what the picture tells, for people who cannot see it, or mark it as decoration."
    )
    reasons = [entry["reason"] for entry in report.reported if entry["line"] in {33, 34}]
    assert "is not fetched" in reasons[0]
    assert "There is no file fig/gone.png" in " ".join(reasons)
    assert "life_cycle" in lines_of(report, "config.yaml")[1]
    assert lines_of(report, "index.md")
    assert {"learners/people.md", "episodes/fig/unused.png"} <= {entry["file"] for entry in report.reported}


def test_a_picture_in_a_list_does_not_end_its_numbers_and_code_stays(report: Report) -> None:
    texts = [value for kind, value in blocks("shelves") if kind == "markdown"]
    assert any(text.startswith("3. Third") for text in texts)
    assert any("<b>![](fig/no.png)</b>" in text for text in texts)
    assert any("|------|-------|" in text for text in texts)
    assert ("callout", {"kind": "note", "title": "", "text": "Round and round."}) in blocks("shelves")


def test_the_same_course_again_changes_nothing(report: Report, load: Any) -> None:
    again = load(WORKBENCH_FILES)

    assert again.imported == []
    assert again.reported == report.reported
    assert get_image_model().objects.count() == 1


@pytest.fixture
def sample() -> Path:
    folder = Path(os.environ.get("BOTHWAYS_SAMPLES", "")) / "lc-spreadsheets"
    if not os.environ.get("BOTHWAYS_SAMPLES") or not folder.is_dir():
        pytest.skip("the sample courses are not on this machine (BOTHWAYS_SAMPLES names their folder)")
    return folder


def test_a_real_course_that_nobody_wrote_for_us_comes_in(catalogue: Any, sample: Path) -> None:
    report = import_course(sample, now=NOW)

    lessons = LessonPage.objects.child_of(CoursePage.objects.get(code=report.code)).live()
    kinds = [kind for lesson in lessons for kind, _value in blocks(lesson.slug)]
    folds = [value for lesson in lessons for kind, value in blocks(lesson.slug) if kind == "fold"]
    inside = sum(part["type"] == "figure" for fold in folds for part in fold["parts"])
    assert len(lessons) == 7
    assert kinds.count("figure") + inside == 24
    assert len(folds) == 4
    assert kinds.count("callout") >= 20
    names = {path.relative_to(sample).as_posix() for path in sample.rglob("*") if path.is_file()}
    lists = (report.imported, report.in_part, report.unchanged, report.not_imported)
    assert sorted(name for files in lists for name in files) == sorted(names)
    again = import_course(sample, now=NOW)
    assert again.imported == []
    assert again.reported == report.reported


def test_an_author_of_another_language_imports_the_same_course_and_reads_the_report_in_it(
    load: Any, monkeypatch: Any
) -> None:
    """What is stored is in the language of the course: the second author must not change a word of it."""
    plain = trans_real.DjangoTranslation.gettext
    monkeypatch.setattr(
        trans_real.DjangoTranslation,
        "gettext",
        lambda self, message: f"⟦{message}⟧" if self.language() == "de" else plain(self, message),
    )
    load(WORKBENCH_FILES)
    before = blocks("begin"), blocks("shelves")

    with translation.override("de"):
        report = load(WORKBENCH_FILES)

    assert report.imported == []
    assert (blocks("begin"), blocks("shelves")) == before
    assert "Answer" in str(before)
    assert "⟦" not in str(before)
    assert (
        lines_of(report, "episodes/00-begin.md")[9] == "⟦“mood” has no place in a lesson; it was left out.⟧"
    )
