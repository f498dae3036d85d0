"""Plain Markdown on its way in: what is asked for, in which order it comes, one file alone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from courses.models import CoursePage, LessonPage
from exchange.importing import import_course
from tests.exchange.files import NOW, WAGTAILS_FILES
from tests.exchange.markdown_files import ASKED, MARKDOWN_FILES

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


def test_without_an_index_numbers_and_names_give_the_order(write: Any, catalogue: Any) -> None:
    names = {"10-c.md": "# C\n\nx\n", "2-b.md": "# B\n\nx\n", "z.md": "# Z\n\nx\n", "a/1.md": "# A1\n\nx\n"}
    weighted = {"y.md": "---\nweight: 5\ntitle: Y\n---\nx\n"}
    folder = write({**dict.fromkeys(MARKDOWN_FILES), **names, **weighted})

    report = import_course(folder, now=NOW, asked=ASKED)

    assert not report.refusal
    titles = [lesson.title for lesson in LessonPage.objects.child_of(CoursePage.objects.get())]
    assert titles == ["B", "Y", "C", "A1", "Z"]


def test_the_command_asks_for_all_three(write: Any, catalogue: Any) -> None:
    folder = str(write(MARKDOWN_FILES))

    with pytest.raises(CommandError, match="all three"):
        call_command("import_course", folder, "--title", "Moving")
    with pytest.raises(CommandError, match="Give a title, a code and a direction"):
        call_command("import_course", folder, "--dry-run")
    assert not CoursePage.objects.exists()


def send(client: Any, data: bytes, name: str, **fields: Any) -> Any:
    return client.post("/write/import/", {"file": SimpleUploadedFile(name, data), **fields}, follow=True)


def test_an_author_is_asked_for_what_the_files_do_not_say(
    client: Any, author: Any, catalogue: Any, write: Any, zipped: Any
) -> None:
    client.force_login(author)
    archive = zipped(write(MARKDOWN_FILES))

    asked = send(client, archive, "move.zip")
    preview = send(client, archive, "move.zip", title="Moving house", code="MOVE", direction=ASKED.direction)

    assert asked.status_code == 422
    assert "Give it a title, and choose the file again." in asked.content.decode()
    assert "Übersicht.markdown" in preview.content.decode()
    client.post(preview.redirect_chain[-1][0], {"do": "import"}, follow=True)
    course = CoursePage.objects.get()
    assert (course.code, course.live) == ("MOVE", False)
    assert course.permissions_for_user(author).can_edit()
    assert LessonPage.objects.child_of(course).count() == 3


def test_one_file_becomes_a_lesson_of_a_course_or_a_course(
    client: Any, author: Any, catalogue: Any, write: Any, zipped: Any
) -> None:
    client.force_login(author)
    asked = {"title": "Notes", "code": "NOTES", "direction": ASKED.direction}
    preview = send(client, "# Über Boxen\n\nText.\n".encode(), "boxen.md", **asked)
    client.post(preview.redirect_chain[-1][0], {"do": "import"}, follow=True)
    course = CoursePage.objects.get()

    preview = send(client, b"# Vans\n\n![A van](van.png)\n", "vans.md", course=course.pk)
    client.post(preview.redirect_chain[-1][0], {"do": "import"}, follow=True)

    assert [lesson.slug for lesson in LessonPage.objects.child_of(course)] == ["boxen", "vans"]
    page = LessonPage.objects.get(slug="vans").get_latest_revision_as_object()
    assert [block.block_type for block in page.body] == ["figure"]
    assert page.body[0].value["alt"] == "A van"
