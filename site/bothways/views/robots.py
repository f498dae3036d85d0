"""What search engines may read."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

# not for people: a machine reads it
_ROBOTS = """\
# For the people of one organisation: every page but the one to sign in needs an account.
User-agent: *
Allow: /
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything: whoever has not signed in, as a search engine, gets nothing but the page to sign in. No SQL query."""
    response = HttpResponse(_ROBOTS, content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=3600)
    return response
