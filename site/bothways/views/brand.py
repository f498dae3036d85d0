"""The company's logo, for everybody: it stands on the sign-in page and on error pages too."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bothways import logo

# Opened by itself, the drawing has no rights and fetches nothing; its own styles it may have.
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@require_safe
def brand(request: HttpRequest, name: str) -> HttpResponse:
    """The bytes of the logo under the address that says which they are; 404 for any other."""
    shown = logo.shown()
    if shown is None or request.path_info != shown.address:
        raise Http404(_("There is no such file."))
    return HttpResponse(shown.logo.data, content_type=shown.logo.content_type, headers=HEADERS)
