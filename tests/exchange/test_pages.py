"""/write/import/: a preview first, then drafts; for authors, and only into courses of their own."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AuditEntry
from authoring.teams import add_author
from courses.models import CoursePage, LessonPage
from exchange.importing.actions import keep_upload
from exchange.models import Upload
from quizzes.models import Question
from tests.exchange.files import COURSE, NOW, SECOND, WAGTAILS_FILES
from tests.gates.documents import docx, paragraph

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]
UPLOAD = "/write/import/"


@pytest.fixture
def send(client: Any, catalogue: Any) -> Any:
    def post(data: bytes, name: str = "z1.zip", **fields: Any) -> Any:
        file = SimpleUploadedFile(name, data, content_type="application/octet-stream")
        return client.post(UPLOAD, {"file": file, **fields}, follow=True)

    return post


def told(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_an_author_sees_what_an_archive_would_do_and_then_imports_it_as_drafts(
    client: Any, author: Any, send: Any, write: Any, zipped: Any
) -> None:
    client.force_login(author)

    preview = send(zipped(write()))
    assert "What the import would do" in told(preview)
    assert "01-lines.md" in told(preview)
    assert "files to import" in told(preview)
    assert not CoursePage.objects.exists()
    done = client.post(preview.redirect_chain[-1][0], {"do": "import"}, follow=True)

    assert "What was imported" in told(done)
    assert "files imported" in told(done)
    assert "What was imported" in told(client.get(done.redirect_chain[-1][0]))  # loaded anew
    course = CoursePage.objects.get()
    assert not course.live
    assert not LessonPage.objects.live().exists()
    assert not Question.objects.filter(live=True).exists()
    assert course.permissions_for_user(author).can_edit()
    assert bytes(Upload.objects.get().content) == b""
    entry = AuditEntry.objects.get(verb="course.imported")
    assert (entry.verb, entry.actor, entry.about) == (
        "course.imported",
        author,
        f"course:{course.translation_key}",
    )


def test_looking_at_a_preview_stores_nothing(
    client: Any, author: Any, send: Any, write: Any, zipped: Any, settings: Any
) -> None:
    client.force_login(author)

    send(zipped(write()))

    assert not CoursePage.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_file_can_be_put_away(client: Any, author: Any, send: Any, write: Any, zipped: Any) -> None:
    client.force_login(author)
    address = send(zipped(write())).redirect_chain[-1][0]

    response = client.post(address, {"do": "forget"}, follow=True)

    assert "Nothing was imported" in told(response)
    assert not Upload.objects.exists()
    assert "does not wait any more" in told(client.post(address, {"do": "import"}, follow=True))


def test_nobody_sees_or_imports_the_file_of_another(
    client: Any, author: Any, hired: Any, send: Any, write: Any, zipped: Any
) -> None:
    client.force_login(author)
    address = send(zipped(write())).redirect_chain[-1][0]
    client.force_login(hired("other", "Employee", "Author"))

    looked = client.get(address, follow=True)
    sent = client.post(address, {"do": "import"}, follow=True)

    assert "01-lines.md" not in told(looked)
    assert "does not wait any more" in told(sent)
    assert not CoursePage.objects.exists()


def test_an_author_cannot_import_into_the_course_of_another(
    client: Any, author: Any, load: Any, send: Any, write: Any, zipped: Any
) -> None:
    load()
    client.force_login(author)

    preview = send(zipped(write({"02-ladders.md": SECOND.replace("go up", "go down")})))
    client.post(preview.redirect_chain[-1][0], {"do": "import"})

    assert "You are not an author of the course Z1" in told(preview)
    assert "go down" not in str(LessonPage.objects.get(slug="ladders").get_latest_revision_as_object().body)


def test_an_author_cannot_take_over_the_questions_of_another(
    client: Any, author: Any, load: Any, send: Any, write: Any, zipped: Any
) -> None:
    load(publishes=False)
    LessonPage.objects.all().delete()
    CoursePage.objects.get().delete()
    client.force_login(author)

    preview = send(zipped(write({"course.yaml": COURSE})))

    assert "taken by somebody else" in told(preview)


def test_an_author_of_the_course_imports_again_and_gets_a_draft(
    client: Any, author: Any, load: Any, send: Any, write: Any, zipped: Any
) -> None:
    load()
    add_author(course=CoursePage.objects.get(), employee=author)
    client.force_login(author)

    preview = send(zipped(write({"02-ladders.md": SECOND.replace("go up", "go down")})))
    client.post(preview.redirect_chain[-1][0], {"do": "import"})

    page = LessonPage.objects.get(slug="ladders")
    assert page.has_unpublished_changes
    assert "go down" in str(page.get_latest_revision_as_object().body)


def test_a_document_goes_into_a_course_of_the_author(client: Any, author: Any, load: Any, send: Any) -> None:
    load()
    course = CoursePage.objects.get()
    data = docx(paragraph("In Word", "Title"), paragraph("Text."))
    client.force_login(author)

    without = send(data, "word.docx")
    foreign = send(data, "word.docx", course=course.pk)
    add_author(course=course, employee=author)
    preview = send(data, "word.docx", course=course.pk)
    client.post(preview.redirect_chain[-1][0], {"do": "import"})

    assert "Choose the course that gets the lesson." in told(without)
    assert "not one of the available choices" in told(foreign)
    assert not LessonPage.objects.get(slug="in-word").live


def test_rights_that_went_between_preview_and_import_are_gone(
    client: Any, author: Any, send: Any, write: Any, zipped: Any
) -> None:
    client.force_login(author)
    address = send(zipped(write())).redirect_chain[-1][0]
    author.groups.clear()

    response = client.post(address, {"do": "import"})

    assert response.status_code == 403
    assert not CoursePage.objects.exists()


@pytest.mark.parametrize("who", ["employee", "technician", "hr", "manager", "outsider"])
def test_who_writes_nothing_imports_nothing(client: Any, request: Any, who: str, catalogue: Any) -> None:
    client.force_login(request.getfixturevalue(who))

    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, {"file": SimpleUploadedFile("a.zip", b"x")}).status_code == 403
    assert not Upload.objects.exists()


def test_a_stranger_signs_in_first(client: Any, catalogue: Any) -> None:
    assert client.get(UPLOAD)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"not a zip", "z1.zip", "not a ZIP archive"),
        (b"%PDF-", "z1.pdf", "Choose a ZIP archive"),
        (b"", "z1.zip", "The file is empty"),
    ],
)
def test_what_cannot_be_read_is_refused_and_forgotten(
    client: Any, author: Any, send: Any, data: bytes, name: str, words: str
) -> None:
    client.force_login(author)

    assert words in told(send(data, name))
    assert not Upload.objects.exclude(content=b"").exists()


def test_a_file_waits_a_day_at_most_and_one_for_each_person(author: Any, technician: Any) -> None:
    keep_upload(sender=technician, name="old.zip", content=b"x", course=None, now=NOW - timedelta(days=2))
    keep_upload(sender=author, name="a.zip", content=b"x", course=None, now=NOW - timedelta(hours=1))

    keep_upload(sender=author, name="b.zip", content=b"x", course=None, now=NOW)

    assert list(Upload.objects.values_list("name", flat=True)) == ["b.zip"]


def test_a_file_with_a_long_name_is_kept_under_as_much_of_it_as_the_database_holds(author: Any) -> None:
    kept = keep_upload(sender=author, name="n" * 300, content=b"x", course=None, now=NOW)

    assert kept.name == "n" * 255


def test_why_a_course_was_refused_stands_above_the_files_that_were_refused_with_it(
    client: Any, author: Any, send: Any, write: Any, zipped: Any
) -> None:
    client.force_login(author)

    page = told(send(zipped(write({"course.yaml": COURSE.replace("slug:", "snail:")}))))

    assert page.count("The address is missing.") == 1
    assert (
        page.index("The address is missing.")
        < page.index("Would not be imported (")
        < page.index("01-lines.md")
    )
