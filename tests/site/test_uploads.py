"""Every page of Wagtail that takes a file, with everything that pretends to be one."""

import html
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, UploadedFile
from wagtail.users.models import UserProfile

from tests.conftest import hire
from tests.gates.test_documents import PAGE, PROGRAM
from tests.gates.test_pictures import bomb, picture
from tests.worlds import World, again

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the temporary file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"
PICTURES = {
    "a page as GIF": ("html.gif", b"GIF89a/*<html><script>x()</script>", "is damaged"),
    "a page as JPEG": ("html.jpg", PAGE, "is not the kind of picture that its name says"),
    "60 million pixels": ("large.png", bomb(10_000, 6_000), "has more than 25 million pixels"),
    "a bomb": ("bomb.png", bomb(60_000, 60_000), "has more than 25 million pixels"),
    "a drawing": ("a.svg", DRAWING, "is not a kind of picture that pages show"),
    "a drawing as PNG": ("svg.png", DRAWING, "is not the kind of picture that its name says"),
    "a PNG as JPEG": ("png.jpg", picture(), "is not the kind of picture that its name says"),
    "half a JPEG": ("half.jpg", picture("JPEG", (400, 300))[:900], "is damaged"),
    "a program": ("a.exe", PROGRAM, "is not a kind of picture that pages show"),
}
DOCUMENTS = {
    "a page as PDF": ("x.pdf", PAGE, "is not the kind of file that its name says"),
    "a page as film": ("x.mp4", PAGE, "is not the kind of file that its name says"),
    "a page as archive": ("x.zip", PAGE, "is not the kind of file that its name says"),
    "a page as Word": ("x.docx", PAGE, "is not the kind of file that its name says"),
    "a program as text": ("x.txt", PROGRAM, "is not the kind of file that its name says"),
    "a page": ("x.html", PAGE, "is of a kind that is not offered as a download"),
    "a drawing": ("x.svg", DRAWING, "is of a kind that is not offered as a download"),
    "a program": ("x.exe", PROGRAM, "is of a kind that is not offered as a download"),
}


@pytest.fixture(scope="module")
def stored(world: World) -> SimpleNamespace:
    """An administrator, who may upload everywhere, and a picture and a document to put another file in place of."""
    with world():
        return SimpleNamespace(
            person=hire("admin", "Employee", "Administrator"),
            picture=Image.objects.create(title="There", file=ContentFile(picture(), name="there.png")),
            document=Document.objects.create(title="There", file=ContentFile(b"there", name="there.txt")),
        )


@pytest.fixture
def there(stored: SimpleNamespace, db: None) -> SimpleNamespace:
    return again(stored)


@pytest.fixture
def visitor(there: SimpleNamespace) -> Client:
    client = Client()
    client.force_login(there.person)
    return client


def ways(kind: str, there: SimpleNamespace) -> dict[str, tuple[str, str, str]]:
    """How a picture or document can be sent in: address, name of the field, what the other fields begin with."""
    app, chooser, edit, prefix = {
        "picture": ("wagtailimages", "wagtailimages_chooser", ("edit", [there.picture.pk]), "image-chooser-upload-"),
        "document": ("wagtaildocs", "wagtaildocs_chooser", ("edit", [there.document.pk]), "document-chooser-upload-"),
    }[kind]  # fmt: skip
    return {
        "add": (reverse(f"{app}:add"), "file", ""),
        "add several": (reverse(f"{app}:add_multiple"), "files[]", ""),
        "in a chooser": (reverse(f"{chooser}:create"), f"{prefix}file", prefix),
        "in place of another": (reverse(f"{app}:{edit[0]}", args=edit[1]), "file", ""),
    }


def send(client: Client, way: tuple[str, str, str], name: str, data: bytes, title: str = "Sent") -> Any:
    address, field, prefix = way
    form = {
        f"{prefix}title": title,
        f"{prefix}collection": Collection.get_first_root_node().pk,
        f"{prefix}tags": "",
        field: SimpleUploadedFile(name, data),
    }
    return client.post(address, form, headers={"X-Requested-With": "XMLHttpRequest"})


def kept() -> tuple[Any, ...]:
    """All rows about files, and all files."""
    media = Path(settings.MEDIA_ROOT)
    return (
        list(Image.objects.values_list("pk", "file", "title", "width")),
        list(Document.objects.values_list("pk", "file", "title")),
        UploadedFile.objects.count(),
        list(UserProfile.objects.exclude(avatar="").values_list("avatar")),
        sorted(path.name for path in media.rglob("*") if path.is_file() and path.parent.name != "images"),
    )


@pytest.mark.parametrize("way", ["add", "add several", "in a chooser", "in place of another"])
@pytest.mark.parametrize(
    ("kind", "fakes"), [("picture", PICTURES), ("document", DOCUMENTS)], ids=["picture", "document"]
)
def test_whatever_pretends_is_refused_with_a_sentence_by_every_page_that_takes_a_file(
    kind: str, fakes: dict[str, Any], way: str, there: SimpleNamespace, visitor: Client
) -> None:
    before = kept()

    for fake, (name, data, words) in fakes.items():
        answer = send(visitor, ways(kind, there)[way], name, data)

        assert answer.status_code == 200, fake
        told = answer.content.decode()
        if answer["Content-Type"].startswith("application/json"):
            told = str(answer.json())
        assert f"{name} {words}" in html.unescape(told), fake
    assert kept() == before


@pytest.mark.parametrize("way", ["add", "add several", "in a chooser", "in place of another"])
@pytest.mark.parametrize(
    ("kind", "name", "data"),
    [("picture", "good.png", picture()), ("document", "good.pdf", b"%PDF-1.7 and so on")],
    ids=["picture", "document"],
)
def test_what_is_what_it_says_is_taken_whole_and_only_our_account_can_read_it(
    kind: str, name: str, data: bytes, way: str, there: SimpleNamespace, visitor: Client
) -> None:
    answer = send(visitor, ways(kind, there)[way], name, data)

    assert answer.status_code in {200, 302}
    row = (Image if kind == "picture" else Document).objects.latest("pk")
    with row.file.open() as file:
        assert file.read() == data
    path = Path(row.file.path)
    assert [one.stat().st_mode & 0o777 for one in (path, path.parent)] == [0o600, 0o700]


def test_what_waits_for_a_title_went_through_the_gate_first(there: SimpleNamespace, visitor: Client) -> None:
    """With another fault in the form, Wagtail keeps the file and asks again."""
    several = ways("document", there)["add several"]

    refused = send(visitor, several, "x.pdf", PAGE, title="a" * 300)
    taken = send(visitor, several, "x.pdf", b"%PDF-1.7", title="a" * 300)

    assert refused.json()["success"] is False
    assert taken.json()["success"] is True
    assert [row.file.read() for row in UploadedFile.objects.all()] == [b"%PDF-1.7"]


def test_a_portrait_goes_through_the_same_gate(there: SimpleNamespace, visitor: Client) -> None:
    before = kept()
    page = reverse("wagtailadmin_account")
    form = {
        "name_email-first_name": "A", "name_email-last_name": "B", "theme-theme": "system", "theme-contrast": "system",
        "theme-density": "default", "theme-keyboard_shortcuts": "on", "locale-preferred_language": "en", "locale-current_time_zone": "UTC",
        "notifications-submitted_notifications": "on",
    }  # fmt: skip

    for fake, (name, data, words) in PICTURES.items():
        answer = visitor.post(page, {**form, "avatar-avatar": SimpleUploadedFile(name, data)})
        assert answer.status_code == 200, fake
        assert f"{name} {words}" in html.unescape(answer.content.decode()), fake
    assert kept()[:4] == before[:4]

    large = io.BytesIO()
    Pillow.new("RGB", (900, 600), "red").save(large, "PNG")
    answer = visitor.post(page, {**form, "avatar-avatar": SimpleUploadedFile("me.png", large.getvalue())})
    assert answer.status_code == 302
    with UserProfile.objects.get(user=there.person).avatar.open() as file, Pillow.open(file) as stored:
        assert stored.size == (400, 266)
