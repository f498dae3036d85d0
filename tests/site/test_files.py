"""To whom an uploaded file is open: by what shows it, by role, and how it is sent."""

import gzip
import io
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, Locale, PageViewRestriction, ReferenceIndex
from wagtail.users.models import UserProfile

from authoring.teams import add_author, files_of
from courses.models import CataloguePage, LessonPage
from glossary.models import PublishedWord, Sense, Word
from quizzes.models import QuestionVersion
from tests.conftest import hire
from tests.courses.course import publish, write_course
from tests.site.uploaded import (
    CAPTIONS,
    MOVIE,
    addresses,
    content,
    figure,
    open_files,
    opened,
    paper,
    picture,
    visitor,
    wagtail_about,
)
from tests.worlds import World, again

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the temporary file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]
GROUPS = {
    "employee": ["Employee"], "hr": ["Employee", "HR"], "manager": ["Employee"], "author": ["Employee", "Author"],
    "other_author": ["Employee", "Author"], "former_author": ["Employee"], "reviewer": ["Employee", "Reviewer"],
    "steward": ["Employee", "Steward"], "administrator": ["Employee", "Administrator"],
}  # fmt: skip
# Who works on the first course; everybody else reads what is published.
AT_WORK = {"author", "reviewer", "administrator"}


@pytest.fixture(scope="module")
def written(world: World, catalogue_page: CataloguePage) -> SimpleNamespace:
    """A course with a live lesson that shows files, and a draft that shows others; and another course."""
    with world():
        people = {
            role: hire(role.replace("_", "-"), *groups, side="technology" if role == "author" else "business")
            for role, groups in GROUPS.items()
        }
        own, other = write_course(catalogue_page), write_course(catalogue_page, "B1", "money")
        add_author(course=own.page, employee=people["author"])
        add_author(course=other.page, employee=people["other_author"])
        here = {"collection": files_of(own.page), "uploaded_by_user": people["author"]}
        files = {
            "shown": picture("shown", "red", **here),
            "drafted": picture("drafted", "green", **here),
            "unused": picture("unused", "blue", **here),
            "film": paper("film.mp4", MOVIE, **here),
            "captions": paper("film.vtt", CAPTIONS, **here),
            "linked": paper("linked.txt", b"what Markdown links to", **here),
            "beginning": paper("plan.txt", b"whose name is the beginning of another", **here),
            "sheet": paper("sheet.txt", b"what only the draft links to", **here),
        }
        body = json.loads(json.dumps(own.one.body.get_prep_value()))
        body[2:2] = [
            figure(files["shown"]),
            {"type": "video", "value": {
                "title": "A film", "file": files["film"].pk, "captions": files["captions"].pk, "transcript": "At ten past two.",
            }},
            {"type": "markdown", "value": f"[Read]({files['linked'].url}) or [this](/files/documents/plan.txt.zip)."},
        ]  # fmt: skip
        own.one.body = json.dumps(body)
        publish(own.one)
        draft = LessonPage(
            live=False, locale=own.page.locale, title="Draft", slug="draft", objective="wait",
            body=json.dumps([
                {"type": "fold", "value": {"title": "More", "parts": [
                    {"type": "figure", "value": figure(files["drafted"])["value"]},
                ]}},
                {"type": "text", "value": f'<p><a linktype="document" id="{files["sheet"].pk}">sheet</a></p>'},
            ]),
        )  # fmt: skip
        own.page.refresh_from_db()
        own.page.add_child(instance=draft)
        draft.save_revision(user=people["author"])
        for file in files.values():
            addresses(file)  # makes each size of a picture once
    return SimpleNamespace(own=own, other=other, draft=draft, files=files, people=people)


@pytest.fixture
def made(written: SimpleNamespace, db: None) -> SimpleNamespace:
    return again(written)


PUBLISHED = {"shown", "film", "captions", "linked"}
ALL = PUBLISHED | {"drafted", "unused", "beginning", "sheet"}


@pytest.mark.sql
@pytest.mark.parametrize("role", GROUPS)
def test_what_a_live_page_shows_is_open_to_all_and_the_rest_to_who_works_on_the_course(
    role: str, made: SimpleNamespace
) -> None:
    assert open_files(made.people[role], made) == (ALL if role in AT_WORK else PUBLISHED)


def test_who_is_signed_out_is_sent_to_the_door_for_each_of_them(
    made: SimpleNamespace, client: Client
) -> None:
    for file in made.files.values():
        for address in addresses(file):
            answer = client.get(address)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/accounts/login/")


def test_a_file_that_is_not_open_looks_like_one_that_is_not_there(made: SimpleNamespace) -> None:
    client = visitor(made.people["employee"])
    number = made.files["sheet"].pk

    def told(address: str) -> str:
        answer = client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (404, "private, no-store")
        return strip_tags(answer.content.decode())  # forms have a token that is new each time

    closed = [*addresses(made.files["drafted"]), *addresses(made.files["sheet"])]
    nowhere = told("/files/documents/none.txt")
    assert {told(address) for address in closed} == {nowhere}
    assert {told(f"/documents/{number}/other.txt"), told("/documents/987654321987654321987/x.txt")} == {
        nowhere
    }


def test_they_open_when_the_page_is_published_and_close_when_it_is_not_any_more(
    made: SimpleNamespace,
) -> None:
    employee = made.people["employee"]
    body = json.loads(json.dumps(made.own.two.body.get_prep_value()))
    made.own.two.body = json.dumps([*body, figure(made.files["unused"])])
    page = publish(made.own.two)
    assert open_files(employee, made) == PUBLISHED | {"unused"}

    type(page).objects.filter(pk=page.pk).update(live=False)  # whichever door it went through
    assert open_files(employee, made) == PUBLISHED
    type(page).objects.filter(pk=page.pk).update(live=True)
    page.unpublish()
    assert open_files(employee, made) == PUBLISHED

    made.own.page.unpublish()  # with a course its lessons go
    assert open_files(employee, made) == set()
    assert open_files(made.people["author"], made) == ALL


def test_changing_a_live_page_neither_closes_what_it_shows_nor_opens_what_it_will(
    made: SimpleNamespace,
) -> None:
    lesson = LessonPage.objects.get(pk=made.own.one.pk)
    lesson.body = json.dumps([figure(made.files["unused"])])
    lesson.save_revision(user=made.people["author"])

    assert open_files(made.people["employee"], made) == PUBLISHED


def test_what_is_published_is_open_where_the_index_of_references_knows_nothing(made: SimpleNamespace) -> None:
    ReferenceIndex.objects.all().delete()  # as while the starter content is loaded

    assert open_files(made.people["employee"], made) == PUBLISHED
    assert open_files(made.people["other_author"], made) == PUBLISHED


@pytest.mark.parametrize(("model", "column"), [(PublishedWord, "data"), (QuestionVersion, "payload")])
def test_a_word_or_a_question_that_names_a_file_opens_it(
    made: SimpleNamespace, model: Any, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"html": f'<p><a href="{made.files["sheet"].url}">sheet</a></p>'}
    if model is PublishedWord:
        word = PublishedWord.objects.get(word=_word())
        word.data = told
        word.save()
    else:
        version = QuestionVersion.objects.filter(question__bank=made.own.bank).latest("pk")
        version.pk, version.number, version.payload = None, version.number + 1, told
        version.save(force_insert=True)

    assert open_files(made.people["employee"], made) == PUBLISHED | {"sheet"}


def test_a_page_for_some_opens_its_files_to_them_only(made: SimpleNamespace) -> None:
    restriction = PageViewRestriction.objects.create(
        page=made.own.page, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.get(name="HR"))

    assert open_files(made.people["hr"], made) == PUBLISHED
    assert open_files(made.people["employee"], made) == set()
    assert open_files(made.people["author"], made) == ALL


def test_who_edits_a_page_sees_the_picture_that_somebody_else_put_into_it(made: SimpleNamespace) -> None:
    """An administrator's picture lies in a collection that is no author's."""
    elsewhere = picture("elsewhere", "black", collection=Collection.get_first_root_node())
    author, other = visitor(made.people["author"]), visitor(made.people["other_author"])
    assert not opened(author, elsewhere)

    made.draft.body = json.dumps([figure(elsewhere)])
    made.draft.save()
    made.draft.save_revision()
    assert (opened(author, elsewhere), opened(other, elsewhere)) == (True, False)

    made.draft.body = json.dumps([])
    made.draft.save()
    assert not opened(author, elsewhere)

    lesson = LessonPage.objects.get(pk=made.own.one.pk)  # live: what changes stands in its revision
    lesson.body = json.dumps([figure(elsewhere)])
    lesson.save_revision()
    assert (opened(author, elsewhere), opened(other, elsewhere)) == (True, False)
    assert not opened(visitor(made.people["employee"]), elsewhere)


def test_who_sent_a_file_in_opens_it_while_they_write(made: SimpleNamespace) -> None:
    own = picture(
        "own", "white", collection=files_of(made.other.page), uploaded_by_user=made.people["author"]
    )
    assert opened(visitor(made.people["author"]), own)

    own.uploaded_by_user = made.people["former_author"]
    own.save()
    assert not opened(visitor(made.people["former_author"]), own)


@pytest.mark.sql
def test_a_picture_of_a_lesson_costs_as_many_queries_whatever_else_is_published(
    made: SimpleNamespace,
) -> None:
    client = visitor(made.people["employee"])
    address = made.files["shown"].get_rendition("width-1280").file.url
    client.get(address)

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        answer.getvalue()

    assert answer.status_code == 200
    # Session, person, the picture, the published page that shows it, restrictions of its collection.
    assert len(queries) == 5, [query["sql"][:300] for query in queries]


def test_the_browser_keeps_what_is_published_and_nothing_of_a_draft(made: SimpleNamespace) -> None:
    author = visitor(made.people["author"])

    assert author.get(addresses(made.files["shown"])[1])["Cache-Control"] == "private, max-age=3600"
    assert author.get(addresses(made.files["drafted"])[1])["Cache-Control"] == "private, no-store"
    assert author.get(made.files["sheet"].url)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "kind", "disposition"),
    [
        ("linked", "text/plain; charset=utf-8", "attachment"),
        ("film", "video/mp4", "inline"),
        ("captions", "text/vtt; charset=utf-8", "inline"),
    ],
)
def test_a_document_is_handed_over_as_a_download_and_a_film_is_played_but_both_without_rights(
    name: str, kind: str, disposition: str, made: SimpleNamespace
) -> None:
    file = made.files[name]
    for address in addresses(file):
        answer = visitor(made.people["employee"]).get(address)

        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"].partition(";")[0] == disposition
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer.getvalue() == content(file)


@pytest.mark.parametrize(
    ("asked", "status", "told", "sent"),
    [
        ("bytes=4-11", 206, "bytes 4-11/24", b"ftypisom"),
        ("bytes=20-", 206, "bytes 20-23/24", b"iso2"),
        ("bytes=24-", 416, "bytes */24", b""),
        ("bytes=0-1,4-5", 200, None, MOVIE),
    ],
)
def test_a_player_gets_the_part_of_a_film_that_it_asks_for(
    asked: str, status: int, told: str | None, sent: bytes, made: SimpleNamespace
) -> None:
    client = visitor(made.people["employee"])

    answer = client.get(made.files["film"].url, headers={"Range": asked, "Accept-Encoding": "gzip"})

    data = answer.getvalue()
    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, told)
    assert (gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data) == sent
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (
        visitor(made.people["employee"])
        .get(made.files["unused"].file.url, headers={"Range": asked})
        .status_code
        == 404
    )


def test_a_portrait_is_open_to_its_owner_and_to_who_works_in_wagtail(made: SimpleNamespace) -> None:
    data = io.BytesIO()
    Pillow.new("RGB", (4, 3), "red").save(data, "PNG")
    profile = UserProfile.get_for_user(made.people["author"])
    profile.avatar.save("me.png", ContentFile(data.getvalue()))

    answers = {}
    for role, person in made.people.items():
        answer = visitor(person).get(profile.avatar.url)
        answers[role] = answer.status_code
        if answer.streaming:
            answer.getvalue()  # a file that is sent stays open until it was read

    closed = {"employee", "hr", "manager", "former_author"}
    assert answers == {role: 404 if role in closed else 200 for role in GROUPS}


def test_a_lesson_shows_the_file_that_was_put_in_place_of_another(made: SimpleNamespace) -> None:
    client, reader = visitor(made.people["administrator"]), visitor(made.people["employee"])
    data = io.BytesIO()
    Pillow.new("RGB", (80, 60), "black").save(data, "PNG")
    root = Collection.get_first_root_node().pk
    shown, film = made.files["shown"], made.files["film"]
    fields = {"title": "Another", "collection": root, "tags": ""}

    for address, upload in (
        (reverse("wagtailimages:edit", args=[shown.pk]), SimpleUploadedFile("black.png", data.getvalue())),
        (reverse("wagtaildocs:edit", args=[film.pk]), SimpleUploadedFile("another.mp4", MOVIE + b"another")),
    ):
        assert client.post(address, {**fields, "file": upload}).status_code == 302

    page = reader.get("/courses/always-on/hours/").content.decode()
    [picture_at] = re.findall(r'src="(/files/images/[^"]+)"', page)
    [film_at] = re.findall(r'src="(/documents/[^"]+mp4)"', page)
    with Pillow.open(io.BytesIO(reader.get(picture_at).getvalue())) as picture:
        assert picture.size == (80, 60)
    assert reader.get(film_at).getvalue() == MOVIE + b"another"


@pytest.mark.parametrize("role", ["author", "other_author", "steward"])
def test_no_page_of_wagtail_names_a_file_to_who_does_not_work_with_it(
    role: str, made: SimpleNamespace
) -> None:
    picture, document = made.files["unused"], made.files["sheet"]
    Image.objects.filter(pk=picture.pk).update(title="CANARY picture")
    Document.objects.filter(pk=document.pk).update(title="CANARY document")
    client = visitor(made.people[role])
    addresses = wagtail_about(picture, document)
    assert len(addresses) > 40

    names = {}
    for address in addresses:
        answer = client.get(address, follow=True)
        told = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if re.search(rb"CANARY|unused\.|sheet\.txt|^\x89PNG", told):
            names[address] = answer.status_code

    if role in AT_WORK:
        assert f"/admin/bulk/wagtailimages/image/delete/?id={picture.pk}" in names
        assert "/admin/api/main/images/" in names
    else:
        assert names == {}


def _word() -> Word:
    """A word with a public meaning."""
    locale = Locale.objects.get(language_code="en")
    word = Word.objects.create(lemma="uptime", slug="uptime", locale=locale)
    sense = Sense(word=word, locale=locale, gloss="Time in use", wording_business="b", wording_technology="t")
    sense.save()
    sense.save_revision().publish()
    return word
