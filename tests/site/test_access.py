"""Who gets in, where to, and what every answer carries."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bothways.middleware import policy, sign_in_required
from people import actions
from people.accounts.backends import EmployeeBackend
from people.models import Employee, Organisation
from people.queries import organisation as remembered
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
PAGES = [
    "/",
    "/courses/",
    "/glossary/",
    "/search/?q=sla",
    "/me/",
    "/admin/",
    "/files/x.png",
    "/documents/1/x.pdf",
]


def door(response: Any) -> str:
    """Where the sign-in page would lead back to."""
    address = urlsplit(response["Location"])
    assert address.path == "/accounts/login/"
    return parse_qs(address.query)["next"][0]


# Nobody ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [*PAGES[1:], "/no-such-page/", "/courses/t2/quiz/"])  # "/" asks for no page
def test_nobody_is_shown_a_page_without_signing_in(client: Client, page: str) -> None:
    response = client.get(page)

    assert response.status_code == 302
    assert door(response) == page


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/password/reset/"])
def test_the_way_in_is_open(client: Client, page: str) -> None:
    assert client.get(page).status_code == 200


def test_the_door_has_no_link_that_only_leads_back_to_it(client: Client, employee: Employee) -> None:
    signed_out = client.get("/accounts/login/").content.decode()
    client.force_login(employee)

    assert "who-sees-what" not in signed_out
    assert "/me/#who-sees-what" in client.get("/").content.decode()


def test_a_path_that_would_lead_elsewhere_is_not_kept(client: Client) -> None:
    assert client.get("//evil.example/")["Location"] == "/accounts/login/"


def test_a_form_that_was_sent_signed_out_is_told_so(client: Client) -> None:
    response = client.post(
        "/courses/t2/start/", {"x": "1"}, headers={"referer": "http://testserver/courses/t2/?a=1"}
    )

    page = response.content.decode()
    assert response.status_code == 403
    assert "You are signed out" in page
    assert "was not stored" in page
    assert "/accounts/login/?next=/courses/t2/%3Fa%3D1" in page


@pytest.mark.parametrize("referer", ["https://evil.example/courses/", "//evil.example", "garbage", ""])
def test_a_form_from_elsewhere_leads_home(client: Client, referer: str) -> None:
    page = client.post("/courses/t2/start/", headers={"referer": referer}).content.decode()

    assert 'href="/accounts/login/?next=/"' in page
    assert "evil" not in page


@pytest.mark.parametrize(
    "headers",
    [
        {"x-requested-with": "XMLHttpRequest"},
        {"accept": "application/json"},
        {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty"},
    ],
)
def test_a_script_that_is_signed_out_gets_a_sentence_and_the_address_of_the_door(
    client: Client, headers: dict[str, str]
) -> None:
    response = client.post(
        "/courses/t2/x/", headers={**headers, "referer": "http://testserver/courses/t2/x/"}
    )

    assert response.status_code == 403
    assert "the site has not stored this" in response.json()["error"]
    assert response.json()["sign_in"] == "/accounts/login/?next=/courses/t2/x/"


def test_there_is_one_door_also_for_wagtail(client: Client, administrator: Employee) -> None:
    assert door(client.get("/admin/login/")) == "/admin/"
    assert door(client.get("/admin/login/", {"next": "/admin/users/"})) == "/admin/users/"
    assert door(client.get("/admin/login/", {"next": "//evil.example"})) == "/admin/"
    assert door(client.get("/admin/pages/")) == "/admin/pages/"
    client.force_login(administrator)
    assert client.get("/admin/login/")["Location"] == "/admin/"


def test_a_form_left_open_during_a_new_sign_in_is_told_to_load_again(employee: Employee) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(employee)

    page = careful.post("/me/", {"theme": "dark"}, headers={"referer": "http://testserver/me/?a=1"})
    told = careful.post("/me/", headers={"accept": "application/json"})

    assert page.status_code == 403
    assert 'href="/me/?a=1"' in page.content.decode()
    assert "not stored" in page.content.decode()
    assert "the site has not stored this" in told.json()["error"]


# The cast ----------------------------------------------------------------------------------------


ASK_FOR_COURSES = "Ask your line manager or HR to have you added."
ASK_FOR_WRITING = "ask an administrator to give you the role."


@pytest.mark.parametrize(
    ("page", "advice"),
    [
        *(
            (page, ASK_FOR_COURSES)
            for page in ("/", "/courses/", "/glossary/", "/search/?q=sla", "/courses/t2/")
        ),
        ("/x/", "Check the address"),
        ("/admin/", ASK_FOR_WRITING),
    ],
)
def test_the_outsider_reaches_the_own_page_and_learns_whom_to_ask_elsewhere(
    client: Client, outsider: Employee, page: str, advice: str
) -> None:
    client.force_login(outsider)

    response = client.get(page)

    assert response.status_code == 403
    assert advice in response.content.decode()
    assert 'href="/me/"' in response.content.decode()
    assert client.get("/me/").status_code == 200


def test_the_outsider_cannot_send_a_form_either(client: Client, outsider: Employee) -> None:
    client.force_login(outsider)

    assert client.post("/courses/t2/start/").status_code == 403
    told = client.post("/courses/t2/start/", headers={"accept": "application/json"})
    assert "take courses" in told.json()["error"]


def test_an_employee_is_refused_at_wagtails_door_and_learns_whom_to_ask(
    client: Client, employee: Employee
) -> None:
    client.force_login(employee)

    response = client.get("/admin/")

    assert response.status_code == 403
    assert "write and review courses" in response.content.decode()


def test_hr_has_no_business_among_the_drafts(client: Client, hr: Employee) -> None:
    client.force_login(hr)

    assert client.get("/admin/").status_code == 403


def test_an_editor_who_takes_no_courses_opens_wagtail_only(client: Client, hired: Any) -> None:
    client.force_login(hired("only-author", "Author"))

    assert client.get("/admin/").status_code == 200
    assert client.get("/courses/").status_code == 403


# Changes take effect at once ---------------------------------------------------------------------


@pytest.mark.sql
def test_a_session_older_than_a_lost_role_is_refused(client: Client, author: Employee) -> None:
    client.force_login(author)
    assert client.get("/admin/").status_code == 200

    actions.set_roles(author, ["Employee"])

    assert client.get("/admin/").status_code == 403


def test_a_session_older_than_a_given_role_is_let_in(client: Client, outsider: Employee) -> None:
    client.force_login(outsider)
    assert client.get("/courses/").status_code == 403

    actions.set_roles(outsider, ["Employee"])

    assert client.get("/courses/").status_code == 200


@pytest.mark.sql
def test_who_left_is_signed_out_at_once_and_on_the_server(client: Client, employee: Employee) -> None:
    client.force_login(employee)
    key = client.session.session_key
    assert client.get("/me/").status_code == 200

    actions.leave(employee, (timezone.now() - timedelta(days=2)).date(), timezone.now())

    assert door(client.get("/me/")) == "/me/"
    assert not Session.objects.filter(session_key=key).exists()


def test_a_new_password_ends_the_sessions_of_the_old_one(client: Client, employee: Employee) -> None:
    client.post("/accounts/login/", {"login": employee.email, "password": PASSWORD})
    assert client.get("/me/").status_code == 200

    employee.set_password("another horse battery")
    employee.save()

    assert door(client.get("/me/")) == "/me/"


# What every answer carries -----------------------------------------------------------------------


def test_employee_pages_run_no_inline_script_and_no_inline_style(client: Client, employee: Employee) -> None:
    client.force_login(employee)

    for page in ("/me/", "/accounts/logout/", "/admin/"):
        header = client.get(page).headers["Content-Security-Policy"]
        if page == "/admin/":
            continue
        assert "unsafe" not in header
        assert "default-src 'none'" in header
        assert "frame-ancestors 'self'" in header
        assert "form-action 'self'" in header


def test_only_wagtail_gets_the_looser_policy(client: Client, author: Employee) -> None:
    client.force_login(author)

    assert "'unsafe-inline'" in client.get("/admin/").headers["Content-Security-Policy"]
    for page in ("/me/", "/administration/", "/accounts/login/?next=/admin/"):
        assert "unsafe" not in client.get(page).headers["Content-Security-Policy"]


def test_a_view_may_set_a_stricter_policy() -> None:
    response = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert (
        policy(lambda request: response)(RequestFactory().get("/")).headers["Content-Security-Policy"]
        == "sandbox"
    )


def test_no_cache_keeps_what_somebody_saw(client: Client, employee: Employee) -> None:
    client.force_login(employee)

    for page in ("/me/", "/admin/", "/accounts/password/change/"):
        response = client.get(page)
        assert "no-store" in response.headers["Cache-Control"]
        assert "Cookie" in response.headers["Vary"]


def test_a_cached_page_is_never_shown_to_somebody_else(
    client: Client, employee: Employee, technician: Employee
) -> None:
    other = Client()
    client.force_login(employee)
    other.force_login(technician)

    for _warm in range(2):
        assert employee.email in client.get("/me/").content.decode()
        assert technician.email in other.get("/me/").content.decode()
        assert employee.email not in other.get("/me/").content.decode()


def through_the_middleware(person: Employee, view: Any) -> HttpResponse:
    request = RequestFactory().get("/courses/")
    request.user = EmployeeBackend().get_user(person.pk)
    request.session = {}  # type: ignore[assignment]
    return sign_in_required(view)(request)


@pytest.mark.parametrize(
    ("of_person", "of_company", "expected"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"),
        ("", "Europe/Berlin", "Europe/Berlin"),
        ("Gone/Forever", "Europe/Berlin", "UTC"),
    ],
)
def test_instants_are_shown_in_the_own_time(
    employee: Employee, organisation: Organisation, of_person: str, of_company: str, expected: str
) -> None:
    Employee.objects.filter(pk=employee.pk).update(time_zone=of_person)
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    through_the_middleware(employee, view)

    assert seen == [expected]
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.sql
def test_the_door_costs_one_query_beside_the_session(client: Client, employee: Employee) -> None:
    client.force_login(employee)
    remembered()  # the company is remembered for half a minute
    request = RequestFactory().get("/courses/")
    request.session = client.session  # type: ignore[assignment]

    with CaptureQueriesContext(connection) as asked:
        request.user = EmployeeBackend().get_user(employee.pk)
        sign_in_required(lambda request: HttpResponse())(request)

    assert len(asked) == 1


# The theme ---------------------------------------------------------------------------------------


def test_the_theme_is_kept_with_the_person_and_in_the_browser(client: Client, employee: Employee) -> None:
    client.force_login(employee)

    response = client.post("/theme/", {"theme": "dark", "next": "/me/"})

    assert response["Location"] == "/me/"
    assert client.cookies["theme"].value == "dark"
    assert client.cookies["theme"]["httponly"]
    assert Employee.objects.get(pk=employee.pk).theme == "dark"
    assert 'data-theme="dark"' in client.get("/me/").content.decode()


def test_the_theme_works_signed_out(client: Client) -> None:
    client.post("/theme/", {"theme": "light", "next": "/accounts/login/"})

    assert 'data-theme="light"' in client.get("/accounts/login/").content.decode()


def test_the_theme_goes_back_to_the_systems(client: Client, employee: Employee) -> None:
    client.force_login(employee)
    client.post("/theme/", {"theme": "dark"})

    client.post("/theme/", {"theme": ""})

    assert "data-theme" not in client.get("/me/").content.decode().split("<head>")[0]


@pytest.mark.parametrize("wrong", ["pink", '"><script>', "dark\r\nSet-Cookie: a=b"])
def test_a_theme_that_does_not_exist_is_none(client: Client, wrong: str) -> None:
    response = client.post("/theme/", {"theme": wrong})

    assert response.status_code == 302
    assert "a" not in response.cookies
    assert client.cookies.get("theme") is None or client.cookies["theme"].value == ""


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_choosing_a_theme_leads_nowhere_else(client: Client, place: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": place})["Location"] == "/"


def test_a_theme_is_chosen_by_a_button_only(client: Client) -> None:
    assert client.get("/theme/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/people/import/", "/audit/", "/reports/completion/", "/reports/people/"])
def test_whoever_has_no_role_reads_the_true_reason_on_pages_of_hr(client, hired, page):
    client.force_login(hired("outside"))

    answer = client.get(page)

    assert answer.status_code == 403
    assert "This page is for HR and administrators." in answer.content.decode()
    assert "who take courses" not in answer.content.decode()
