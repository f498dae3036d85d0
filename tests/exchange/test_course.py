"""A course from files: what is new comes in, what cannot be read is told with its line."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.images import get_image_model
from wagtail.models import Page, Revision

from audit.models import AuditEntry
from courses.models import CoursePage, ImportedFile, LessonPage, Published
from exchange.exporting import export_course, write_folder
from exchange.importing import import_course
from exchange.importing.course import NoCatalogue
from quizzes.models import Question, QuestionVersion
from tests.exchange.files import (
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


def told(report: Any, file: str) -> list[tuple[int, str]]:
    return [(entry["line"], entry["reason"]) for entry in report.reported if entry["file"] == file]


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


@pytest.mark.sql
def test_drafts_imported_again_change_nothing_and_a_changed_question_is_still_a_draft(load: Any) -> None:
    load(publishes=False)
    before = rows()

    again = load(publishes=False)
    report = load({"questions.yaml": QUESTIONS.replace("How many hours", "How long")}, publishes=False)

    assert again.unchanged == EVERYTHING
    assert report.imported == ["questions.yaml"]
    assert rows()[:3] == before[:3]
    assert not Question.objects.filter(live=True).exists()


@pytest.mark.sql
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
        },
        publishes=False,
    )

    assert get_image_model().objects.count() == 1


def test_what_the_format_does_not_know_is_named(load: Any) -> None:
    odd = {"notes.txt": "x", "images/unused.png": picture("green"), "more/deep.md": "x"}

    report = load(odd, publishes=False)

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
        (6, "“who” is not a field of a lesson."),
    ]


FAULTS = [
    (("image: images/red.png", "image: ../../secret.png"), "lies outside"),
    (("image: images/red.png", "image: images/blue.png"), "There is no file"),
    (("- z1-c1-1", "- z1-c1-9"), "There is no check “z1-c1-9”"),
    (('- ["A", "1"]', '- ["A"]'), "does not have 2 cells"),
    (("speaker: Sales", f"speaker: {'S' * 61}"), "at most 60 characters"),
    (("url: \"https://example.com/lines\"", "url: \"javascript:alert(1)\""), "Enter a valid URL"),
    (("kind: clause", "kind: [clause]"), "`kind` is a text"),
    (("::: say", "::: shout"), "unknown fence"),
    (("numbers: [2]", "numbers: [9]"), "numbers of columns"),
    (("  - {step: Round it}", "  - Round it"), "A step has `step`"),
]  # fmt: skip


def test_a_faulty_block_is_reported_with_its_line_and_the_others_are_imported(load: Any) -> None:
    lessons = {
        f"{number}-lines.md": LESSON.replace(*change).replace("slug: lines", f"slug: lines-{number}")
        for number, (change, _reason) in enumerate(FAULTS, start=10)
    }

    report = load(lessons, publishes=False)

    for number, (_change, reason) in enumerate(FAULTS, start=10):
        lines = [line for line, words in told(report, f"{number}-lines.md") if reason in words]
        assert lines, (reason, report.reported)
        assert lines[0] > 7
        lesson = LessonPage.objects.get(slug=f"lines-{number}").get_latest_revision_as_object()
        assert len(lesson.body) >= 10, reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (COURSE.replace("code: Z1\n", ""), "`code` is missing"),
        (COURSE.replace("Z1", "Z 1/../"), "`code` is a letter"),
        (COURSE.replace("slug: lines-and-ladders", "slug: ../x"), "`slug` is not an address"),
        (COURSE.replace("slug: lines-and-ladders", "slug: Für alle!"), "Write “fuer-alle”."),
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
    assert report.not_imported == sorted(EVERYTHING)
    assert reason in report.refusal
    assert rows() == before


def test_a_folder_without_a_course_is_refused_with_one_sentence(load: Any) -> None:
    report = load({"course.yaml": None, "questions.yaml": None})

    assert report.refusal.startswith(
        "There is no course.yaml, so the files do not say what the course is called"
    )
    assert report.reported == []
    assert report.not_imported == sorted(set(EVERYTHING) - {"course.yaml", "questions.yaml"})
    assert not CoursePage.objects.exists()


def test_a_changed_code_is_said_once(load: Any) -> None:
    load(publishes=False)

    report = load({"course.yaml": COURSE.replace("code: Z1", "code: Z2")}, publishes=False)

    assert "“lines-and-ladders” is in use already, by the course Z1" in report.refusal
    assert [entry["file"] for entry in report.reported] == ["course.yaml"]


def test_the_command_ends_with_the_reason_where_nothing_was_imported(write: Any, catalogue: Any) -> None:
    folder = write({"course.yaml": None})

    with pytest.raises(CommandError, match=r"Nothing was imported\. There is no course\.yaml"):
        call_command("import_course", str(folder), stdout=StringIO())


def test_many_files_without_a_use_are_told_together(load: Any) -> None:
    many = {f"data/{number}.csv": "a,b" for number in range(5)}

    report = load({**many, "other/1.csv": "a"}, publishes=False)

    told_data = [entry for entry in report.reported if entry["file"].startswith("data")]
    assert told_data == [
        {
            "file": "data/",
            "line": 0,
            "reason": "5 data files are not part of lessons; they were not imported.",
        }
    ]
    assert set(many) <= set(report.not_imported)
    assert told(report, "other/1.csv")


def test_two_lessons_with_one_address_are_not_mixed_up(load: Any) -> None:
    report = load({"03-ladders.md": SECOND.replace("title: Ladders", "title: Others")}, publishes=False)

    assert "02-ladders.md has the same address" in told(report, "03-ladders.md")[0][1]
    assert LessonPage.objects.get(slug="ladders").title == "Ladders"


def test_a_lesson_that_somebody_made_here_keeps_its_address(load: Any) -> None:
    load({"02-ladders.md": None}, publishes=False)
    course = CoursePage.objects.get()
    course.add_child(instance=LessonPage(title="Mine", slug="ladders", objective="x", live=False))

    report = load({"02-ladders.md": SECOND}, publishes=False)

    assert told(report, "02-ladders.md")
    assert LessonPage.objects.get(slug="ladders").title == "Mine"


def test_links_out_of_the_folder_are_not_followed(load: Any, write: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(SECOND)
    folder = write({"02-ladders.md": None})
    (folder / "02-ladders.md").symlink_to(secret)

    report = load(publishes=False)

    assert "lies outside" in told(report, "02-ladders.md")[0][1]
    assert not LessonPage.objects.filter(slug="ladders").exists()


def test_the_command_prints_four_lists_and_the_remarks(write: Any, catalogue: Any) -> None:
    out = StringIO()

    call_command("import_course", str(write()), "--json", stdout=out)

    assert json.loads(out.getvalue()) == {
        "imported": EVERYTHING, "in_part": [], "unchanged": [], "not_imported": [], "remarks": []
    }  # fmt: skip


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

    assert "imported      course.yaml" in out.getvalue()
    assert "not imported  notes.txt" in out.getvalue()
    assert "remark        notes.txt: A course has lessons" in out.getvalue()
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
    report = load({"questions.yaml": QUESTIONS.replace(WHY, "Short.", 1)}, publishes=False)

    assert told(report, "questions.yaml")
    assert any("There is no check “z1-c1-1”" in reason for _line, reason in told(report, "01-lines.md"))


def test_an_exported_course_is_the_same_course_elsewhere(load: Any, tmp_path: Path) -> None:
    """Elsewhere is here, after everything was deleted."""
    load(publishes=False)
    before = export_course(CoursePage.objects.get())
    write_folder(before, tmp_path / "out")
    LessonPage.objects.all().delete()
    CoursePage.objects.get().delete()

    report = import_course(tmp_path / "out", now=NOW, publishes=False)

    assert not report.reported
    assert export_course(CoursePage.objects.get()).files == before.files
