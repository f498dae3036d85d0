"""Uploaded files, with the rights of their collection. Nothing is served straight from a folder."""

import mimetypes

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from gates.files import safe_disposition


@require_safe
def uploaded(request: HttpRequest, name: str) -> HttpResponse:
    """A rendition, picture or document by its stored name: 404 for what no row knows or rights forbid."""
    collection = _collection_of(name)
    if collection is None or not _may_open(request, collection):
        raise Http404(_("There is no such file."))
    try:
        stored = default_storage.open(name)
    except FileNotFoundError as error:
        raise Http404(_("There is no such file.")) from error
    response = FileResponse(stored)
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response["Content-Type"] = content_type
    for header, value in safe_disposition(name.rpartition("/")[2], content_type).items():
        response[header] = value
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _collection_of(name: str) -> Collection | None:
    """The collection of the picture or document that a stored file belongs to."""
    images = get_image_model()
    rendition = (
        images.get_rendition_model().objects.filter(file=name).select_related("image__collection").first()
    )
    if rendition is not None:
        return rendition.image.collection
    for model in (images, get_document_model()):
        row = model.objects.filter(file=name).select_related("collection").first()
        if row is not None:
            return row.collection
    return None


def _may_open(request: HttpRequest, collection: Collection) -> bool:
    return all(restriction.accept_request(request) for restriction in collection.get_view_restrictions())
