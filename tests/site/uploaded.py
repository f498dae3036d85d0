"""Uploaded files: made for a test, and asked for at all their addresses."""

import io
import re
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image

from tests.site.addresses import routes

MOVIE = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nAt ten past two"


def picture(title: str, colour: str, **fields: Any) -> Any:
    data = io.BytesIO()
    Pillow.new("RGB", (40, 30), colour).save(data, "PNG")
    return Image.objects.create(title=title, file=ContentFile(data.getvalue(), name=f"{title}.png"), **fields)


def paper(name: str, data: bytes, **fields: Any) -> Any:
    return Document.objects.create(title=name, file=ContentFile(data, name=name), **fields)


def figure(image: Any) -> dict[str, Any]:
    return {"type": "figure", "value": {"image": image.pk, "alt": "A red field", "caption": "A field"}}


def addresses(file: Any) -> list[str]:
    """Every address under which somebody could ask for a file."""
    if isinstance(file, Image):
        return [
            file.file.url,
            file.get_rendition("width-1280").file.url,
            file.get_rendition("max-165x165").file.url,
        ]
    return [file.url, file.file.url]


def content(document: Any) -> bytes:
    with document.file.open() as stored:
        return bytes(stored.read())


class Reader(Client):
    """Reads each answer to its end, as a browser does: a file that is sent and not read stays open."""

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        if answer.streaming:
            answer.streaming_content = [answer.getvalue()]
        return answer


def visitor(person: Any) -> Client:
    client = Reader()
    client.force_login(person)
    return client


def opened(client: Client, file: Any) -> bool:
    """Whether the file is handed over, the same at all its addresses, with nothing of it where it is not."""
    answers = []
    for address in addresses(file):
        answer = client.get(address)
        sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code in {200, 404}, address
        if isinstance(file, Document):
            assert (content(file) in sent) is (answer.status_code == 200)
        else:
            assert sent.startswith(b"\x89PNG") is (answer.status_code == 200)
        answers.append(answer.status_code == 200)
    assert len(set(answers)) == 1, list(zip(addresses(file), answers, strict=True))
    return answers[0]


def open_files(person: Any, made: SimpleNamespace) -> set[str]:
    client = visitor(person)
    return {name for name, file in made.files.items() if opened(client, file)}


def wagtail_about(picture: Any, document: Any) -> list[str]:
    """Every address of Wagtail that can name a picture or a document: lists, one of them, choosers, bulk, API."""
    found = []
    for route in sorted(set(routes())):
        if not re.match(r"admin/(images|documents|bulk|api/main/\^(images|documents))", route):
            continue
        file = document if "document" in route else picture
        path = re.sub(r"<(?:int|str):(?:\w*_id|pk)>|\(\?P<pk>[^)]*\)", str(file.pk), route)
        path = path.replace("<str:filter_spec>", "width-100").replace("<int:uploaded_file_id>", "1")
        path = "/" + re.sub(r"[\^$\\\\]", "", path)
        if "<str:app_label>" not in path:
            found.append(path)
            continue
        for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
            for action in ("delete", "add_tags", "add_to_collection"):
                for ids in ("all", str((picture if model == "image" else document).pk)):
                    found.append(f"/admin/bulk/{app}/{model}/{action}/?id={ids}")
    asked = (path for path in found if path.endswith(("chosen-multiple/", "find/")))
    return [*found, *(f"{path}?id={(document if 'documents' in path else picture).pk}" for path in asked)]
