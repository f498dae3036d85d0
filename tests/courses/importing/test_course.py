"""A course from files: what is new comes in, what is the same stays, what a person wrote is left alone."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.images import get_image_model
from wagtail.models import Page, Revision

from courses.importing import import_course
from courses.importing.course import NoCatalogue
from courses.models import CoursePage, ImportedFile, LessonPage, Published
from people.models import AuditEntry
from quizzes.models import Question, QuestionVersion
from tests.courses.importing.files import (
    COURSE,
    EVERYTHING,
    LESSON,
    NOW,
    QUESTIONS,
    SECOND,
    WAGTAILS_FILES,
    WHY,
    picture,
)

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]

STORED = (Page, LessonPage, CoursePage, Revision, Question, QuestionVersion, ImportedFile, Published)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in STORED)


def edit(slug: str, **fields: Any) -> None:
    page = LessonPage.objects.get(slug=slug).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision()


def told(report: Any, file: str) -> list[tuple[int, str]]:
    return [(entry["line"], entry["reason"]) for entry in report.reported if entry["file"] == file]


def test_every_file_of_a_new_course_is_imported_and_its_pages_are_public(load: Any) -> None:
    report = load()

    assert (report.imported, report.unchanged, report.reported) == (EVERYTHING, [], [])
    course = CoursePage.objects.get(slug="lines-and-ladders")
    assert course.live
    assert [page.slug for page in LessonPage.objects.child_of(course).live().order_by("path")] == [
        "lines",
        "ladders",
    ]
    assert "When is the line back?" in Published.objects.get(slug="lines").data["parts"][0]["html"]


def test_every_block_of_the_format_becomes_one_of_the_editor(load: Any) -> None:
    load()

    kinds = [block.block_type for block in LessonPage.objects.get(slug="lines").body]
    assert kinds == [
        "hook", "markdown", "meeting", "example", "exhibit", "figure", "figure", "callout", "fold", "table",
        "resources", "say", "checks",
    ]  # fmt: skip


def test_a_fold_is_closed_and_opens_without_a_script(load: Any) -> None:
    load()

    html = Published.objects.get(slug="lines").data["parts"][0]["html"]
    assert '<details class="more fold"><summary>' in html
    assert html.index("Solution") < html.index("<li>3.6 hours</li>") < html.index("</details>")


def test_the_same_folder_again_changes_nothing(load: Any) -> None:
    load()
    before = rows(), list(ImportedFile.objects.order_by("name").values())

    report = load()

    assert (report.imported, report.unchanged, report.reported) == ([], EVERYTHING, [])
    assert (rows(), list(ImportedFile.objects.order_by("name").values())) == before


def test_other_line_ends_and_a_byte_order_mark_are_no_change(load: Any) -> None:
    load()

    report = load({"02-ladders.md": b"\xef\xbb\xbf" + SECOND.replace("\n", "\r\n").encode()})

    assert report.unchanged == EVERYTHING


def test_a_changed_lesson_is_a_new_draft_and_what_is_live_stays(load: Any) -> None:
    load()
    before = rows()

    report = load({"02-ladders.md": SECOND.replace("go up", "go down")})

    assert report.imported == ["02-ladders.md"]
    page = LessonPage.objects.get(slug="ladders")
    assert page.live
    assert page.has_unpublished_changes
    assert "go up" in Published.objects.get(slug="ladders").data["parts"][0]["html"]
    assert "go down" in str(page.get_latest_revision_as_object().body)
    assert [after - was for after, was in zip(rows(), before, strict=True)] == [0, 0, 0, 1, 0, 0, 0, 0]


def test_a_changed_lesson_whose_page_was_edited_too_is_reported_and_left_alone(load: Any) -> None:
    load()
    edit("ladders", title="Ladders of mine")
    before = rows()

    report = load({"02-ladders.md": SECOND.replace("go up", "go down")})

    assert told(report, "02-ladders.md") == [
        (1, "It was edited here since the last import, and the file changed too. The page was left alone.")
    ]
    assert rows() == before
    assert LessonPage.objects.get(slug="ladders").get_latest_revision_as_object().title == "Ladders of mine"


def test_an_edited_page_is_never_overwritten_by_the_file_of_the_last_import(load: Any) -> None:
    load()
    edit("ladders", title="Ladders of mine")

    report = load()

    assert [file for file, _reason in ((e["file"], e["reason"]) for e in report.reported)] == [
        "02-ladders.md"
    ]
    assert LessonPage.objects.get(slug="ladders").get_latest_revision_as_object().title == "Ladders of mine"


def test_the_same_change_made_here_and_in_the_file_is_no_change(load: Any) -> None:
    load()
    edit("ladders", title="Rungs")

    report = load({"02-ladders.md": SECOND.replace("title: Ladders", "title: Rungs")})

    assert report.unchanged == EVERYTHING


def test_saving_a_page_without_a_change_is_no_edit(load: Any) -> None:
    load()
    edit("ladders")

    report = load({"02-ladders.md": SECOND.replace("go up", "go down")})

    assert report.imported == ["02-ladders.md"]


def test_a_changed_course_is_a_draft_too(load: Any) -> None:
    load()

    report = load({"course.yaml": COURSE.replace("Lines and ladders", "Ladders and lines")})

    course = CoursePage.objects.get(slug="lines-and-ladders")
    assert report.imported == ["course.yaml"]
    assert course.title == "Lines and ladders"
    assert course.get_latest_revision_as_object().title == "Ladders and lines"


def test_a_changed_plan_is_a_draft_of_the_course(load: Any) -> None:
    load()

    report = load({"session-plan.md": "# Other lines\n"})

    assert "session-plan.md" in report.imported
    assert "Other lines" in CoursePage.objects.get().get_latest_revision_as_object().session_plan


def test_a_changed_picture_changes_its_lesson(load: Any) -> None:
    load()

    report = load({"images/red.png": picture("blue")})

    assert "01-lines.md" in report.imported
    assert "images/red.png" in report.imported


def test_a_lesson_that_cannot_be_published_stays_a_draft_and_its_file_says_what_is_missing(load: Any) -> None:
    lesson = LESSON.replace("decorative: true", "credit: Bothways")

    report = load({"01-lines.md": lesson})

    line = lesson.split("\n").index("image: images/red.png")
    assert told(report, "01-lines.md") == [
        (
            line,
            "Kept as a draft. Figure: say what the picture tells, for people who cannot see it, or mark it as decoration.",
        )
    ]
    assert not LessonPage.objects.get(slug="lines").live
    assert LessonPage.objects.get(slug="ladders").live
    assert CoursePage.objects.get().live


def test_what_was_missing_and_is_there_now_goes_live(load: Any) -> None:
    load({"01-lines.md": LESSON.replace("decorative: true", "credit: Bothways")})

    report = load({"01-lines.md": LESSON})

    assert "01-lines.md" in report.imported
    assert LessonPage.objects.get(slug="lines").live


def test_without_the_right_to_publish_everything_is_a_draft(load: Any) -> None:
    report = load(publishes=False)

    assert report.imported == EVERYTHING
    assert not Page.objects.type(CoursePage, LessonPage).live().exists()
    assert not Question.objects.filter(live=True).exists()
    assert not QuestionVersion.objects.exists()


def test_drafts_imported_again_change_nothing_and_a_changed_question_is_still_a_draft(load: Any) -> None:
    load(publishes=False)
    before = rows()

    again = load(publishes=False)
    report = load({"questions.yaml": QUESTIONS.replace("How many hours", "How long")}, publishes=False)

    assert again.unchanged == EVERYTHING
    assert report.imported == ["questions.yaml"]
    assert rows()[:3] == before[:3]
    assert not Question.objects.filter(live=True).exists()


def test_a_draft_of_a_live_question_does_not_change_what_is_asked(load: Any) -> None:
    load()

    load({"questions.yaml": QUESTIONS.replace("How many hours", "How long")}, publishes=False)

    question = Question.objects.get(code="z1-c1-1")
    assert question.stem.startswith("How many hours")
    assert question.get_latest_revision_as_object().stem.startswith("How long")


def test_a_dry_run_says_the_same_and_stores_nothing(load: Any, settings: Any) -> None:
    before = rows()

    report = load(dry_run=True)

    assert report.imported == EVERYTHING
    assert rows() == before
    assert not Path(settings.MEDIA_ROOT).exists() or not [
        p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()
    ]


def test_a_dry_run_names_what_would_stay_a_draft(load: Any) -> None:
    report = load({"01-lines.md": LESSON.replace("decorative: true", "credit: x")}, dry_run=True)

    assert told(report, "01-lines.md")


def test_a_picture_is_stored_once(load: Any) -> None:
    load(
        {
            "images/again.png": picture(),
            "02-ladders.md": SECOND + "\n::: figure\nimage: images/again.png\nalt: Red\n:::\n",
        }
    )

    assert get_image_model().objects.count() == 1


def test_a_lesson_takes_the_place_that_its_file_name_gives(load: Any) -> None:
    load()
    first = SECOND.replace("Ladders", "First").replace("slug: ladders", "slug: first")

    load({"00-first.md": first})

    course = CoursePage.objects.get()
    slugs = [page.slug for page in LessonPage.objects.child_of(course).order_by("path")]
    assert slugs[0] == "first"
    assert (
        list(Published.objects.exclude(slug="").order_by("position").values_list("slug", flat=True)) == slugs
    )


def test_a_renamed_file_finds_its_page(load: Any) -> None:
    load()

    report = load({"02-ladders.md": None, "03-ladders.md": SECOND})

    assert "03-ladders.md" in report.unchanged
    assert not report.reported
    assert LessonPage.objects.count() == 2


def test_a_page_whose_file_is_gone_stays_and_is_named(load: Any) -> None:
    load()

    report = load({"02-ladders.md": None})

    assert told(report, "02-ladders.md") == [
        (1, "This file is not in the folder any more. Its page was left as it is.")
    ]
    assert LessonPage.objects.filter(slug="ladders", live=True).exists()


def test_what_the_format_does_not_know_is_named(load: Any) -> None:
    report = load({"notes.txt": "x", "images/unused.png": picture("green"), "more/deep.md": "x"})

    assert {entry["file"] for entry in report.reported} == {"notes.txt", "images/unused.png", "more/deep.md"}


def test_every_file_is_in_exactly_one_list(load: Any, write: Any) -> None:
    report = load({"notes.txt": "x", "02-ladders.md": SECOND.replace("minutes: 4", "minutes: 400\nwho: me")})

    folder = write()
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    lists = [set(report.imported), set(report.unchanged), {entry["file"] for entry in report.reported}]
    assert set.union(*lists) == names
    assert sum(map(len, lists)) == len(names)
    assert told(report, "02-ladders.md") == [
        (5, "`minutes` is a whole number from 1 to 90."),
        (6, "`who` is not a field of a lesson."),
    ]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("image: images/red.png", "image: ../../secret.png"), None, "lies outside"),
        (("image: images/red.png", "image: images/blue.png"), None, "There is no file"),
        (("- z1-c1-1", "- z1-c1-9"), None, "There is no question `z1-c1-9`"),
        (('- ["A", "1"]', '- ["A"]'), None, "does not have 2 cells"),
        (("speaker: Sales", f"speaker: {'S' * 61}"), None, "at most 60 characters"),
        (("url: \"https://example.com/lines\"", "url: \"javascript:alert(1)\""), None, "Enter a valid URL"),
        (("kind: clause", "kind: [clause]"), None, "`kind` is a text"),
        (("::: say", "::: shout"), None, "unknown fence"),
        (("numbers: [2]", "numbers: [9]"), None, "numbers of columns"),
        (("  - {step: Round it}", "  - Round it"), None, "A step has `step`"),
    ],
)  # fmt: skip
def test_a_faulty_block_is_reported_with_its_line_and_the_others_are_imported(
    load: Any, change: tuple[str, str], line: int | None, reason: str
) -> None:
    report = load({"01-lines.md": LESSON.replace(*change)})

    found = [entry for entry in told(report, "01-lines.md") if reason in entry[1]]
    assert found, report.reported
    assert found[0][0] > 7
    assert LessonPage.objects.filter(slug="lines").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (COURSE.replace("code: Z1\n", ""), "`code` is missing"),
        (COURSE.replace("Z1", "Z 1/../"), "`code` is a letter"),
        (COURSE.replace("slug: lines-and-ladders", "slug: ../x"), "`slug` is not an address"),
        (COURSE.replace("technology-for-business", "both"), "`direction` is one of"),
        ("- a list\n", "`name: value`"),
        ("code: [", "this is no YAML"),
        ("title: &a x\nslug: *a\n", "an anchor"),
        (COURSE.replace("Lines and ladders", "x" * 300), "at most 255 characters"),
    ],
)
def test_a_course_that_cannot_be_stored_is_refused_whole(load: Any, text: str, reason: str) -> None:
    before = rows()

    report = load({"course.yaml": text})

    assert any(reason in entry["reason"] for entry in report.reported), report.reported
    assert (report.imported, report.unchanged) == ([], [])
    assert {entry["file"] for entry in report.reported} == set(EVERYTHING)
    assert rows() == before


def test_a_folder_without_a_course_is_refused(load: Any) -> None:
    report = load({"course.yaml": None})

    assert told(report, "course.yaml") == [(1, "This folder has no course.yaml, so it is not a course.")]
    assert not CoursePage.objects.exists()


def test_two_lessons_with_one_address_are_not_mixed_up(load: Any) -> None:
    report = load({"03-ladders.md": SECOND.replace("title: Ladders", "title: Others")})

    assert "02-ladders.md has the same address" in told(report, "03-ladders.md")[0][1]
    assert LessonPage.objects.get(slug="ladders").title == "Ladders"


def test_a_lesson_that_somebody_made_here_keeps_its_address(load: Any) -> None:
    load({"02-ladders.md": None})
    course = CoursePage.objects.get()
    course.add_child(instance=LessonPage(title="Mine", slug="ladders", objective="x", live=False))

    report = load({"02-ladders.md": SECOND})

    assert told(report, "02-ladders.md")
    assert LessonPage.objects.get(slug="ladders").title == "Mine"


def test_links_out_of_the_folder_are_not_followed(load: Any, write: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(SECOND)
    folder = write({"02-ladders.md": None})
    (folder / "02-ladders.md").symlink_to(secret)

    report = load()

    assert "lies outside" in told(report, "02-ladders.md")[0][1]
    assert not LessonPage.objects.filter(slug="ladders").exists()


def test_the_command_prints_three_lists(write: Any, catalogue: Any) -> None:
    out = StringIO()

    call_command("import_course", str(write()), "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"imported": EVERYTHING, "unchanged": [], "reported": []}


def test_the_log_knows_that_an_operator_imported_a_course(write: Any, catalogue: Any) -> None:
    folder = write()

    call_command("import_course", str(folder), "--dry-run", stdout=StringIO())
    call_command("import_course", str(folder), stdout=StringIO())
    call_command("import_course", str(folder), stdout=StringIO())

    entry = AuditEntry.objects.get(verb="course.imported")  # neither the trial nor what changed nothing
    assert (entry.actor_id, entry.origin) == (None, "command")
    assert entry.about == f"course:{CoursePage.objects.get().translation_key}"
    assert entry.detail["imported"] == len(EVERYTHING)


@pytest.mark.parametrize("pieces", [0, 1, 3, 5])
def test_what_goes_in_piece_by_piece_can_be_cut_off_and_finished(
    load: Any, catalogue: Any, pieces: int
) -> None:
    done = 0

    def between() -> None:
        nonlocal done
        done += 1
        if done > pieces:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(between=between)
    assert not CoursePage.objects.live().exists()

    load(between=lambda: None)
    again = load()

    assert again.imported == again.reported == []
    assert CoursePage.objects.live().get().get_children().live().count() == 2
    assert Question.objects.filter(live=True).count() == Question.objects.count()


def test_the_command_tells_file_line_and_reason(write: Any, catalogue: Any) -> None:
    out = StringIO()

    call_command("import_course", str(write({"notes.txt": "x"})), "--dry-run", stdout=out)

    assert "imported   course.yaml" in out.getvalue()
    assert "reported   notes.txt, line 1: A course has lessons" in out.getvalue()
    assert not CoursePage.objects.exists()


def test_what_is_not_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_course", str(tmp_path / "nowhere"))


def test_without_a_catalogue_nothing_is_imported(write: Any, catalogue: Any) -> None:
    catalogue.delete()

    with pytest.raises(NoCatalogue):
        import_course(write(), now=NOW)

    assert not Question.objects.exists()


def test_an_explanation_is_needed_in_questions_as_everywhere(load: Any) -> None:
    report = load({"questions.yaml": QUESTIONS.replace(WHY, "Short.", 1)})

    assert told(report, "questions.yaml")
    assert any("There is no question `z1-c1-1`" in reason for _line, reason in told(report, "01-lines.md"))
