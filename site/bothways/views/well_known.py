"""/.well-known/: whom to tell about a hole in the security, and where a password is changed."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

VALID = timedelta(days=180)  # RFC 9116 wants an end, less than a year away


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """The file of RFC 9116; 404 where the operator has named no contact."""
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise Http404(_("There is no such file."))
    address = contact if ":" in contact else f"mailto:{contact}"
    expires = (timezone.now() + VALID).strftime("%Y-%m-%dT00:00:00Z")
    text = (
        f"Contact: {address}\nExpires: {expires}\nPreferred-Languages: en, de\n"  # not for people: a format
    )
    kind = "text/plain; charset=utf-8"  # not for people: a header
    return HttpResponse(text, content_type=kind)


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Where password managers look for the page."""
    return redirect("account_change_password")
