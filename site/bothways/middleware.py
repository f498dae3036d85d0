"""What every answer carries, and the one rule about who gets in.

Both run on every request, so they do little: two strings that are made once, one look at the
session's person, who comes with the groups in one query.
"""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from authoring.editor import refused
from bothways import isolation, refusals
from bothways.outage_page import no_seat
from bothways.paths import without_language
from bothways.sight import look_first
from people import access, roles
from people.accounts.adapter import is_safe_next
from people.queries import organisation
from reports.views.access import no_team

Handler = Callable[[HttpRequest], HttpResponse]
# Everything needs a sign-in except these; certificate verification will join them. Who is signed
# out may still choose a theme.
OPEN = (
    "/accounts/",
    "/brand/",
    "/health/",
    "/robots.txt",
    "/static/",
    "/theme/",
    "/help/",
    "/accessibility/",
    "/.well-known/",
    "/admin/login/",
)  # the last one leads to the first
NO_SEAT = "bothways.no_seat"  # of a request: see bothways/wsgi.py
# Somebody who is signed in but takes no courses reaches only these.
OWN = ("/me/",)
# Pages of HR and administrators, who need not take courses; each page says to whom it opens.
ADMINISTRATION = ("/administration/",)
OFFICE = ("/people/", "/audit/", "/reports/", *ADMINISTRATION)
TEAM = ("/team/",)
# Where courses are taken, and what they show: such an address is known to be a page of theirs.
OF_COURSES = ("/courses/", "/glossary/", "/search/", "/files/", "/documents/")
# Wagtail, and the pictures and documents that its pages show.
WRITE = ("/admin/", "/write/", "/files/", "/documents/")


def policy(get_response: Handler) -> Handler:
    """Strict Content-Security-Policy for employees, a looser one for Wagtail's admin."""
    employee = _written(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
    admin = _written(settings.ADMIN_CONTENT_SECURITY_POLICY)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = no_seat(request) if NO_SEAT in request.META else get_response(request)
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = (
                admin if request.path.startswith("/admin/") else employee
            )
        for name, value in isolation.HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def _written(directives: dict[str, list[str]]) -> str:
    return "; ".join(f"{name} {' '.join(map(str, values))}" for name, values in directives.items())


def without_nul(get_response: Handler) -> Handler:
    """The character that no text has and PostgreSQL refuses: no address has one, and a query is read with a blank for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query:
            request.META["QUERY_STRING"] = query.replace("%00", "%20")
        response = get_response(request)
        request.is_answered = True  # type: ignore[attr-defined] # what fails now fails after the view has saved
        return response

    return middleware


def sign_in_required(get_response: Handler) -> Handler:
    """Who is not signed in is sent to the door; who is comes to the pages of the own roles, in the own time."""

    def middleware(request: HttpRequest) -> HttpResponse:
        path = without_language(request.path_info)
        if path.startswith(OPEN):
            response = get_response(request)
            # A static file that is there never comes to here; what is missing may come with the next version.
            return _private(response) if path.startswith(("/accounts/", "/static/")) else response
        user = request.user
        if not user.is_authenticated:
            return _to_the_door(request)
        if request.headers.get("X-Person", str(user.pk)) != str(user.pk):
            # A page that is still open of whoever was signed in before: an answer must not change hands.
            return HttpResponse(_("Somebody else is signed in now. Nothing was saved."), status=412)
        refusal = _refusal(path, user)
        if refusal is not None:
            response = _private(_refused(request, refusal))
            refusals.log(request, response, user)
            return response
        company = organisation()
        zone = _zone(user.time_zone or (company.time_zone if company else ""))
        if zone is not None:
            timezone.activate(zone)
        if user.language and user.language != translation.get_language():
            _speak(request, user.language)
        try:
            response = _private(get_response(request))
        finally:
            timezone.deactivate()
        refusals.log(request, response, user)
        return response

    # What editors try to publish and may not comes from many doors; it is told in one place.
    middleware.process_view = look_first  # type: ignore[attr-defined] # Django looks for both on the function
    middleware.process_exception = refused  # type: ignore[attr-defined]
    return middleware


def _zone(name: str) -> ZoneInfo | None:
    """None where the name is empty or no zone any more: nobody is locked out by an old setting."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _private(response: HttpResponse) -> HttpResponse:
    """What somebody saw is nobody else's: no proxy keeps it, and neither does a shared computer."""
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _speak(request: HttpRequest, language: str) -> None:
    """The person's language, where the address does not name one."""
    if language in dict(settings.LANGUAGES) and not translation.get_language_from_path(request.path_info):
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]


def _refusal(path: str, user: object) -> access.Refusal | None:
    """For whom a page is and whom to ask; None where this person may go on.

    Wagtail itself decides what an editor may do; here is only the door.
    """
    held = user.roles  # type: ignore[attr-defined]
    if path.startswith(("/admin/", "/write/")):
        if roles.EDITORS & held or user.has_perm("wagtailadmin.access_admin"):  # type: ignore[attr-defined]
            return None
        return access.Refusal(
            _("This page is for people who write and review courses."),
            _("If that is your work, ask an administrator to give you the role."),
        )
    if path.startswith(OFFICE) and held & {roles.HR, roles.ADMINISTRATOR}:
        return None
    if roles.EMPLOYEE in held or path.startswith(OWN) or (path.startswith(WRITE) and roles.EDITORS & held):
        return None
    return _without_courses(path, leads=user.leads)  # type: ignore[attr-defined]


def _without_courses(path: str, *, leads: bool) -> access.Refusal:
    """What somebody is told who takes no courses and came to a page that is not theirs."""
    if path.startswith(ADMINISTRATION):
        return access.for_these_roles((roles.ADMINISTRATOR,))
    if path.startswith(OFFICE):
        return access.Refusal(
            _("This page is for HR and administrators."),
            _("If that is your work, ask an administrator to give you the role."),
        )
    if path.startswith(TEAM) and not leads:
        return no_team()
    if path == "/" or path.startswith((*OF_COURSES, *TEAM)):
        return access.Refusal(
            _("This page is for people who take courses."),
            _("Your account has no such role yet. Ask your line manager or HR to have you added."),
        )
    # Whether there is a page is not said: nobody learns from a refusal which addresses exist.
    return access.Refusal(
        _("There is no page at this address that you may open."),
        _(
            "Check the address. Your account takes no courses; if it should, ask your line manager or HR to have "
            "you added."
        ),
    )


def _refused(request: HttpRequest, refusal: access.Refusal) -> HttpResponse:
    if is_script(request):
        return JsonResponse({"error": " ".join(refusal)}, status=403)
    return access.refused(request, refusal)


def _to_the_door(request: HttpRequest) -> HttpResponse:
    """Sign in and come back. A form that was sent, or a script, is told so instead of being led away."""
    if SESSION_KEY in request.session:  # left the company, closed account, or a new password elsewhere
        request.session.flush()
    asked_for = request.get_full_path()
    script = is_script(request)
    if not script and request.method in {"GET", "HEAD"}:
        if asked_for == reverse("home") or not is_safe_next(asked_for, request):
            # The address of the site, typed or kept, is nothing that was asked for: everybody's work is another.
            return redirect("account_login")
        return redirect_to_login(asked_for, reverse("account_login"))
    back = came_from(request)
    if not script:
        back = _with_choice(back, request)
    door = redirect_to_login(back, reverse("account_login")).url
    if script:
        sentence = _(
            "You are signed out, so the site has not stored this. Sign in, and you return to this page."
        )
        response: HttpResponse = JsonResponse({"error": sentence, "sign_in": door}, status=403)
    else:
        response = render(request, "account/signed_out.html", {"door": door}, status=403)
    return _private(response)


# Fields of a question's form that its page reads from its address: see courses.forms.AnswerForm.
_CHOICE = ("check", "answer", "confidence")


def _with_choice(back: str, request: HttpRequest) -> str:
    """The page that sent an answer, with what was chosen in its address: without a script nothing else keeps it."""
    sent = [(name, value[:40]) for name in _CHOICE for value in request.POST.getlist(name)[:20]]
    return f"{urlsplit(back).path}?{urlencode(sent)}" if request.POST.get("answer") else back


def is_script(request: HttpRequest) -> bool:
    """True for fetch() and the like: such a caller cannot use a page to sign in."""
    headers = request.headers
    mode = headers.get("Sec-Fetch-Mode")
    if mode is not None and mode != "navigate" and headers.get("Sec-Fetch-Dest", "empty") == "empty":
        return True
    return headers.get("X-Requested-With") == "XMLHttpRequest" or headers.get("Accept", "").startswith(
        "application/json"
    )


def came_from(request: HttpRequest) -> str:
    """The page that sent a form, where it is ours; else home."""
    origin = urlsplit(request.headers.get("Referer", ""))
    if origin.netloc != request.get_host():
        return "/"
    page = origin.path + (f"?{origin.query}" if origin.query else "")
    return page if is_safe_next(page, request) else "/"
