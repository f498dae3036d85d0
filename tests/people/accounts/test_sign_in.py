"""The one door: in and out, and nowhere else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone

from people import actions
from people.accounts.adapter import EmployeeAccountAdapter
from people.models import Employee
from tests.conftest import PASSWORD
from tests.people.accounts.door import ELSEWHERE, LOGIN, NEW, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


def test_somebody_signs_in_and_comes_to_the_home_page(client: Client, employee: Employee) -> None:
    response = sign_in(client)

    assert response.status_code == 302
    assert response["Location"] == "/"
    assert is_signed_in(client)


def test_somebody_who_takes_no_courses_comes_to_the_own_page(client: Client, outsider: Employee) -> None:
    assert sign_in(client, "outsider@example.com")["Location"] == "/me/"


def test_after_signing_in_one_is_where_one_wanted_to_go(client: Client, employee: Employee) -> None:
    page = client.get(LOGIN, {"next": "/courses/?direction=both"}).content.decode()
    assert 'name="next" value="/courses/?direction=both"' in page

    assert sign_in(client, next="/courses/?direction=both")["Location"] == "/courses/?direction=both"


@pytest.mark.parametrize("place", ELSEWHERE)
def test_signing_in_leads_nowhere_else(client: Client, employee: Employee, place: str) -> None:
    page = client.get(LOGIN, {"next": place})
    assert page.context["next"] == ""

    response = sign_in(client, next=place)

    assert response["Location"] == "/"


@pytest.mark.parametrize("place", ELSEWHERE)
def test_signing_out_and_signing_in_twice_lead_nowhere_else(
    client: Client, employee: Employee, place: str
) -> None:
    client.force_login(employee)

    already_in = client.get(LOGIN, {"next": place})
    out = client.post("/accounts/logout/", {"next": place})

    assert already_in["Location"] == "/"
    assert out["Location"] == LOGIN


def test_the_list_of_places_elsewhere_is_long_enough() -> None:
    assert len(set(ELSEWHERE)) >= 30


def test_a_place_here_is_allowed_with_everything_in_it(client: Client, employee: Employee) -> None:
    place = "/search/?q=a%2Fb&x=1#sla"

    assert sign_in(client, next=place)["Location"] == place


@pytest.mark.parametrize("email", ["employee@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    client: Client, employee: Employee, email: str
) -> None:
    page = sign_in(client, email, "not this one").content.decode()

    assert "do not open an account" in page
    assert "<title>Error:" in page
    assert 'role="alert"' in page
    assert not is_signed_in(client)


def test_what_was_typed_stays_except_the_password(client: Client, employee: Employee) -> None:
    page = sign_in(client, "nobody@example.com", "typed-secret").content.decode()

    assert 'value="nobody@example.com"' in page
    assert "typed-secret" not in page


def test_password_managers_and_pasting_work(client: Client) -> None:
    page = client.get(LOGIN).content.decode()

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    assert "placeholder" not in page


def test_empty_fields_are_named(client: Client) -> None:
    page = client.post(LOGIN, {"login": "", "password": ""}).content.decode()

    assert "Type your e-mail address." in page
    assert 'href="#id_password"' in page


def test_the_eleventh_miss_is_refused_and_says_when_and_what_to_do(
    client: Client, employee: Employee
) -> None:
    for _ in range(10):
        assert sign_in(client, password="not this one").status_code == 200

    response = sign_in(client, password=PASSWORD)

    page = response.content.decode()
    assert response.status_code == 429
    assert re.search(r"Try again at \d\d:\d\d \(Europe/Berlin\)", page)
    assert "choose a new password" in page
    assert not is_signed_in(client)


def test_the_refusal_does_not_tell_whether_there_is_an_account(client: Client, employee: Employee) -> None:
    pages = []
    for email in ("employee@example.com", "nobody@example.com"):
        for _ in range(11):
            response = sign_in(client, email, "not this one")
        page = response.content.decode().replace(email, "")
        pages.append(re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+|\d\d:\d\d', "", page))

    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "203.0.113.7"),
        (0, "198.51.100.1", "203.0.113.7"),  # anybody can send the header
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "192.0.2.66, 198.51.100.1", "198.51.100.1"),  # the first one was made up by the sender
        (1, "", "203.0.113.7"),
        (1, "garbage", "0.0.0.0"),
    ],
)
def test_the_address_comes_from_the_connection_or_from_our_own_proxy(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().post(LOGIN, headers={"x-forwarded-for": forwarded} if forwarded else {})
    request.META["REMOTE_ADDR"] = "203.0.113.7"

    assert EmployeeAccountAdapter().get_client_ip(request) == expected


def test_a_server_behind_a_socket_still_lets_people_in(client: Client, employee: Employee) -> None:
    response = client.post(LOGIN, {"login": employee.email, "password": PASSWORD}, REMOTE_ADDR="")

    assert response.status_code == 302


def test_inventing_addresses_is_no_way_around_the_limit(client: Client, employee: Employee) -> None:
    for number in range(11):
        response = client.post(
            LOGIN,
            {"login": employee.email, "password": "not this one"},
            headers={"x-forwarded-for": f"198.51.100.{number}"},
        )

    assert response.status_code == 429


def test_who_left_cannot_sign_in(client: Client, employee: Employee) -> None:
    actions.leave(employee, (timezone.now() - timedelta(days=3)).date(), timezone.now())

    page = sign_in(client).content.decode()

    assert not is_signed_in(client)
    assert "do not open an account" in page


def test_sign_in_needs_the_token_against_forgery(employee: Employee) -> None:
    careful = Client(enforce_csrf_checks=True)

    response = careful.post(LOGIN, {"login": employee.email, "password": PASSWORD})

    assert response.status_code == 403
    assert "_auth_user_id" not in careful.session


@pytest.mark.sql
def test_the_session_gets_a_new_key_at_sign_in(client: Client, employee: Employee) -> None:
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key

    sign_in(client)

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.sql
def test_signing_out_needs_a_button_and_ends_the_session_on_the_server(
    client: Client, employee: Employee
) -> None:
    client.force_login(employee)
    key = client.session.session_key

    client.get("/accounts/logout/")
    assert Session.objects.filter(session_key=key).exists()
    client.post("/accounts/logout/")

    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up(client: Client, method: str) -> None:
    response = getattr(client, method)(
        "/accounts/signup/", {"email": "new@example.com", "password1": NEW, "password2": NEW}
    )

    assert response.status_code == 403
    assert "made by your company" in response.content.decode()
    assert not Employee.objects.filter(email="new@example.com").exists()


@pytest.mark.parametrize(
    "path",
    [
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "password/set/",
        "reauthenticate/",
        "login/code/",
        "3rdparty/",
        "inactive/",
        "",
    ],
)
def test_pages_of_allauth_that_we_do_not_want_do_not_exist(
    client: Client, employee: Employee, path: str
) -> None:
    client.force_login(employee)

    assert client.get(f"/accounts/{path}").status_code == 404
