"""Uploaded files, each to whom it is open. Nothing is served straight from a folder."""

import mimetypes
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection
from wagtail.users.models import UserProfile

from courses.queries.files import Access, access_to
from gates.files import ByteRange, RangeNotSatisfiable, drawing_headers, parse_range, safe_disposition
from people import roles

KEPT: dict[Access, dict[str, int]] = {
    Access.PUBLIC: {"private": True, "max_age": 3600},
    # Whoever sits down at this computer next must not find a draft in its memory.
    Access.AT_WORK: {"private": True, "no_store": True},
}


@require_safe
def uploaded(request: HttpRequest, name: str) -> HttpResponse:
    """A rendition, picture or document by its stored name: 404 for what no row knows or rights forbid."""
    file = _file_of(name)
    if file is None:
        return _portrait(request, name)
    return _opened(request, file, name, default_storage.url(name))


@require_safe
def document(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """A document by its number and name, as texts link to it; the same rights and headers."""
    stored = get_document_model().objects.filter(pk=number[:18]).select_related("collection").first()
    if stored is None or stored.filename != name:
        raise Http404(_("There is no such file."))
    return _opened(request, stored, stored.file.name, stored.url)


def _file_of(name: str) -> Any | None:
    """The picture or document that a stored file belongs to."""
    images = get_image_model()
    rendition = (
        images.get_rendition_model().objects.filter(file=name).select_related("image__collection").first()
    )
    if rendition is not None:
        return rendition.image
    for model in (images, get_document_model()):
        row = model.objects.filter(file=name).select_related("collection").first()
        if row is not None:
            return row
    return None


def _opened(request: HttpRequest, file: Any, name: str, address: str) -> HttpResponse:
    access = access_to(file, person=request.user, address=address)
    if access is Access.CLOSED or not _passes(request, file.collection):
        raise Http404(_("There is no such file."))
    return _sent(request, name, access, is_picture=isinstance(file, get_image_model()))


def _passes(request: HttpRequest, collection: Collection) -> bool:
    """Wagtail's own restrictions of a collection, which an administrator may set."""
    return all(restriction.accept_request(request) for restriction in collection.get_view_restrictions())


def _portrait(request: HttpRequest, name: str) -> HttpResponse:
    """Somebody's picture of themselves, which Wagtail shows to all who work in it."""
    profile = UserProfile.objects.filter(avatar=name).exclude(avatar="").first()
    if profile is None or not (profile.user_id == request.user.pk or roles.EDITORS & request.user.roles):
        raise Http404(_("There is no such file."))
    return _sent(request, name, Access.AT_WORK)


def _sent(request: HttpRequest, name: str, access: Access, *, is_picture: bool = False) -> HttpResponse:
    """The file, or the part of it that a player asks for: some play no film from a server without parts.

    A drawing among the pictures was cleaned when it came in (gates.svg_pictures), and is shown as `<img>`.
    """
    try:
        stored = default_storage.open(name)
    except FileNotFoundError as error:
        raise Http404(_("There is no such file.")) from error
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file_name = name.rpartition("/")[2]
    is_drawing = is_picture and content_type == "image/svg+xml"
    headers = {
        **(drawing_headers(file_name) if is_drawing else safe_disposition(file_name, content_type)),
        "Accept-Ranges": "bytes",
    }
    response: FileResponse | HttpResponse
    try:
        part = parse_range(request.headers.get("Range"), stored.size)
    except RangeNotSatisfiable:
        headers |= {"Content-Range": f"bytes */{stored.size}"}
        stored.close()
        response = HttpResponse(status=416)
    else:
        if part is None:
            response = FileResponse(stored)
        else:
            response = FileResponse(_Part(stored, part), status=206)
            # Named as not encoded, or it would be compressed and be no part of the file any more.
            headers |= {
                "Content-Range": part.content_range, "Content-Length": str(part.length), "Content-Encoding": "identity",
            }  # fmt: skip
    # Set afterwards, since a FileResponse guesses the type by itself.
    for header, value in headers.items():
        response[header] = value
    patch_cache_control(response, **KEPT[access])
    return response


class _Part:
    """Reads as a file of its own."""

    def __init__(self, stored: Any, part: ByteRange) -> None:
        self.stored, self.left = stored, part.length
        stored.seek(part.first)

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.stored.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.stored.close()
