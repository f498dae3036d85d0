"""The one door: in, out, forgotten password, first sign-in."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.http import int_to_base36
from django.utils.translation import get_language

from people import actions, links
from people.adapter import EmployeeAccountAdapter
from people.models import AuditEntry, Employee, Organisation, OutboxMail
from people.queries import organisation as remembered
from tests.conftest import PASSWORD
from tests.glossary.words import write_false_friend

LOGIN = "/accounts/login/"
pytestmark = pytest.mark.django_db
NEW = "a fresh horse battery"


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "people.mail.OutboxBackend"


def sign_in(
    client: Client, email: str = "employee@example.com", password: str = PASSWORD, **extra: str
) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def link_in_mail() -> str:
    body = OutboxMail.objects.latest("pk").body
    found = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", body)
    assert found, body
    return found[1]


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


ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example/",
    "\\/evil.example/",
    "\\\\evil.example/",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/ /evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example@testserver/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "https://evil.example#testserver",
    "https://evil.example?testserver",
    "//testserver.evil.example",
    "//evil%E3%80%82example",
    "//[::1]/",
    "//2130706433/",
    "ftp://evil.example/",
    "file:///etc/passwd",
    "evil.example",
    "./\\evil.example",
    "?next=//evil.example",
    "http://testserver:80@evil.example",
    "http://localhost/",
    "//localhost/",
    "https://127.0.0.1/",
]


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


# Forgotten password and first sign-in ------------------------------------------------------------


def test_a_forgotten_password_is_replaced_through_a_mailed_link(client: Client, employee: Employee) -> None:
    asked = client.post("/accounts/password/reset/", {"email": "Employee@Example.com"}, follow=True)
    assert "Look into your mail" in asked.content.decode()
    page = client.get(link_in_mail(), follow=True)
    assert "Choose a password" in page.content.decode()

    done = client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)

    assert "Your password is set" in done.content.decode()
    assert not is_signed_in(client)  # a link alone opens nothing
    assert 'value="employee@example.com"' in client.get(LOGIN).content.decode()  # asked for in this browser
    assert sign_in(Client(), password=PASSWORD).status_code == 200
    assert sign_in(Client(), password=NEW).status_code == 302


def test_a_first_sign_in_goes_through_the_link_of_the_invitation(client: Client, employee: Employee) -> None:
    employee.set_unusable_password()
    employee.save()
    actions.invite(employee, now=timezone.now())

    page = client.get(link_in_mail(), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    assert not is_signed_in(client)
    assert "employee@example.com" not in client.get(LOGIN).content.decode()
    assert sign_in(client, password=NEW).status_code == 302


def test_who_holds_the_link_of_somebody_else_learns_no_address(client: Client, employee: Employee) -> None:
    """The link leaked; the thief's browser asked for one too, for an address of the thief's own."""
    client.post("/accounts/password/reset/", {"email": employee.email})
    link = link_in_mail()
    thief = Client()
    thief.post("/accounts/password/reset/", {"email": "thief@example.com"})
    page = thief.get(link, follow=True)

    done = thief.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)

    assert "employee@example.com" not in done.content.decode() + thief.get(LOGIN).content.decode()
    assert "_auth_user_id" not in thief.session
    told = OutboxMail.objects.latest("pk")
    assert (told.to, told.subject) == (employee.email, "Bothways: a password was chosen for your account")


def test_an_address_that_nobody_signed_is_not_filled_in(client: Client, employee: Employee) -> None:
    client.cookies["sign_in_as"] = "employee@example.com"

    assert "employee@example.com" not in client.get(LOGIN).content.decode()


def test_of_two_who_use_a_link_at_once_one_does(client: Client, employee: Employee) -> None:
    token = links.Tokens().make_token(employee)
    actions.choose_password(employee, token, NEW, origin="page", now=timezone.now())

    with pytest.raises(actions.LinkUsed):
        actions.choose_password(employee, token, "another horse battery", origin="page", now=timezone.now())

    assert Employee.objects.get(pk=employee.pk).check_password(NEW)


@pytest.mark.parametrize(("hours", "for_the_first"), [(1, False), (72, True)])
def test_a_link_lives_as_long_as_its_mail_says(
    client: Client, employee: Employee, monkeypatch: pytest.MonkeyPatch, hours: int, for_the_first: bool
) -> None:
    if for_the_first:
        employee.set_unusable_password()
        employee.save()
        actions.invite(employee, now=timezone.now())
    else:
        client.post("/accounts/password/reset/", {"email": employee.email})
    said = f"for {hours} hour" + ("." if hours == 1 else "s.")
    assert said in OutboxMail.objects.latest("pk").body
    link = link_in_mail()

    def opens_after(waiting: timedelta) -> bool:
        later = datetime.now(UTC).replace(tzinfo=None) + waiting
        monkeypatch.setattr(links._Kind, "_now", lambda _self: later)
        return "Choose a password" in Client().get(link, follow=True).content.decode()

    assert opens_after(timedelta(hours=hours, seconds=-10))
    assert not opens_after(timedelta(hours=hours, seconds=10))


def test_neither_kind_of_link_can_be_used_for_the_other(employee: Employee) -> None:
    of_a_forgotten_one = links.Tokens().make_token(employee)
    forged_first = links._FIRST.make_token(employee)
    assert links.opens(employee, of_a_forgotten_one)
    assert not links.opens(employee, forged_first)  # has a password already

    employee.set_unusable_password()
    employee.save()
    assert links.opens(employee, links._FIRST.make_token(employee))
    assert not links.opens(employee, links._FORGOTTEN.make_token(employee))
    assert not links.opens(employee, default_token_generator.make_token(employee))


def test_a_new_address_ends_every_link(client: Client, employee: Employee) -> None:
    client.post("/accounts/password/reset/", {"email": employee.email})
    link = link_in_mail()
    actions.change_details(
        employee, {"email": "new@example.com"}, may_change_guarded=False, now=timezone.now()
    )

    assert "does not work any more" in client.get(link, follow=True).content.decode()


def test_a_link_works_once(client: Client, employee: Employee) -> None:
    client.post("/accounts/password/reset/", {"email": employee.email})
    link = link_in_mail()
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    again = Client().get(link, follow=True).content.decode()

    assert "does not work any more" in again
    assert "Get a new link" in again


def test_a_link_is_dead_after_its_time_and_the_page_says_how_to_get_another(
    client: Client, employee: Employee, settings: Any
) -> None:
    client.post("/accounts/password/reset/", {"email": employee.email})
    settings.PASSWORD_RESET_TIMEOUT = -1

    page = client.get(link_in_mail(), follow=True).content.decode()

    assert "does not work any more" in page
    assert "for 1 hour where a password was forgotten, for 72 hours for a first sign-in" in page
    assert 'href="/accounts/password/reset/"' in page


def test_a_link_opens_nothing_for_who_left_meanwhile(client: Client, employee: Employee) -> None:
    client.post("/accounts/password/reset/", {"email": employee.email})
    actions.leave(employee, (timezone.now() - timedelta(days=3)).date(), timezone.now())

    assert "does not work any more" in client.get(link_in_mail(), follow=True).content.decode()


def test_the_link_of_one_opens_no_other_account(
    client: Client, employee: Employee, technician: Employee
) -> None:
    stolen = (
        f"/accounts/password/reset/key/{int_to_base36(technician.pk)}-{links.Tokens().make_token(employee)}/"
    )

    assert "does not work any more" in client.get(stolen, follow=True).content.decode()


@pytest.mark.parametrize("email", ["nobody@example.com", "left@example.com"])
def test_asking_for_a_link_tells_nobody_whether_there_is_an_account(
    client: Client, hired: Any, employee: Employee, email: str
) -> None:
    hired("left", "Employee", left_on=(timezone.now() - timedelta(days=3)).date())

    known = client.post("/accounts/password/reset/", {"email": employee.email})
    unknown = client.post("/accounts/password/reset/", {"email": email})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert list(OutboxMail.objects.values_list("to", flat=True)) == [employee.email]


def test_the_link_names_our_address_whatever_host_was_asked(
    client: Client, employee: Employee, settings: Any
) -> None:
    settings.BOTHWAYS_URL = "https://learn.example.com"
    settings.ALLOWED_HOSTS = ["*"]

    client.post("/accounts/password/reset/", {"email": employee.email}, headers={"host": "evil.example"})

    assert "https://learn.example.com/accounts/" in OutboxMail.objects.get().body
    assert "evil.example" not in OutboxMail.objects.get().body


def test_a_new_password_opens_the_account_after_too_many_attempts(client: Client, employee: Employee) -> None:
    for _ in range(11):
        sign_in(client, password="not this one")
    client.post("/accounts/password/reset/", {"email": employee.email})
    page = client.get(link_in_mail(), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    assert sign_in(Client(), password=NEW).status_code == 302


@pytest.mark.parametrize("weak", ["short", "password12", "1234567890", "employee@example.com"])
def test_a_weak_password_is_refused_with_the_reason(client: Client, employee: Employee, weak: str) -> None:
    client.post("/accounts/password/reset/", {"email": employee.email})
    page = client.get(link_in_mail(), follow=True)

    answer = client.post(page.request["PATH_INFO"], {"password1": weak, "password2": weak})

    assert 'role="alert"' in answer.content.decode()
    assert not is_signed_in(client)


def test_the_seventh_link_within_an_hour_is_not_mailed(client: Client, employee: Employee) -> None:
    for _ in range(7):
        response = client.post("/accounts/password/reset/", {"email": employee.email})

    assert response.status_code == 429
    assert "Try again later" in response.content.decode()
    assert OutboxMail.objects.count() == 5


@pytest.mark.sql
def test_nothing_about_people_lands_in_tables_of_others(client: Client, employee: Employee) -> None:
    from allauth.account.models import EmailAddress

    sign_in(client)
    client.post("/accounts/logout/")
    client.post("/accounts/password/reset/", {"email": employee.email})
    client.get(link_in_mail(), follow=True)

    assert not EmailAddress.objects.exists()


# Changing the password ---------------------------------------------------------------------------


@pytest.mark.sql
def test_a_changed_password_signs_out_everywhere_else(client: Client, employee: Employee) -> None:
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)

    response = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )

    assert response["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    told = OutboxMail.objects.get()
    assert (told.to, told.subject) == (employee.email, "Bothways: your password was changed")
    assert "If it was not you, choose a new password at once" in told.body
    entry = AuditEntry.objects.latest("number")
    assert (entry.verb, entry.actor, entry.about, entry.detail) == (
        "password.changed", employee, f"employee:{employee.pk}", {},
    )  # fmt: skip


def test_a_password_that_is_chosen_by_a_link_is_logged(client: Client, employee: Employee) -> None:
    client.post("/accounts/password/reset/", {"email": employee.email})
    page = client.get(link_in_mail(), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    entry = AuditEntry.objects.get()
    # Whoever held the link: the log does not say who that was, only from which place.
    assert (entry.verb, entry.actor, entry.about) == ("password.chosen", None, f"employee:{employee.pk}")
    assert entry.origin.startswith("address-")


def test_a_password_that_the_command_sets_is_told_and_logged(
    employee: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(11):
        sign_in(Client(), password="not this one")
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW)

    call_command("changepassword", employee.email, stdout=StringIO())

    assert sign_in(Client(), password=NEW).status_code == 302
    assert OutboxMail.objects.get().subject == "Bothways: your password was changed"
    entry = AuditEntry.objects.get(verb="password.changed")
    assert (entry.actor, entry.origin) == (None, "command")


def test_a_mail_about_an_account_is_in_its_owners_language(employee: Employee, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    employee.language = "de"
    employee.save()
    now = datetime(2026, 11, 27, 20, 5, tzinfo=UTC)

    actions.set_password(employee, NEW, origin="page", now=now)
    actions.change_details(employee, {"email": "new@example.com"}, may_change_guarded=False, now=now)

    bodies = list(OutboxMail.objects.values_list("body", flat=True))
    assert ["27. November 2026 21:05" in body for body in bodies] == [True, True, True]
    assert get_language() == "en"


def test_the_mail_about_an_account_is_in_its_owners_time(client: Client, employee: Employee) -> None:
    employee.time_zone = "Asia/Tokyo"
    employee.save()

    actions.set_password(employee, NEW, origin="page", now=datetime(2026, 11, 27, 20, 5, tzinfo=UTC))

    assert "That was on 28 Nov 2026, 05:05 (Asia/Tokyo)." in OutboxMail.objects.get().body


def test_changing_needs_the_current_password(client: Client, employee: Employee) -> None:
    sign_in(client)

    page = client.post("/accounts/password/change/", {"oldpassword": "x", "password1": NEW, "password2": NEW})

    assert "not your current password" in page.content.decode()


def test_changing_needs_a_sign_in(client: Client) -> None:
    assert client.get("/accounts/password/change/")["Location"].startswith(LOGIN)


def test_somebody_without_a_password_gets_a_link_instead(client: Client, employee: Employee) -> None:
    employee.set_unusable_password()
    employee.save()
    client.force_login(employee)

    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/reset/"


# The demo ----------------------------------------------------------------------------------------


@pytest.fixture
def demo(organisation: Organisation) -> Organisation:
    Organisation.objects.filter(pk=1).update(is_demo=True)
    remembered.cache_clear()
    return organisation


def test_a_demo_shows_its_people_with_one_button_each(client: Client, employee: Employee, demo: Any) -> None:
    page = client.get(LOGIN).content.decode()
    assert "Try it as one of these people" in page

    response = client.post("/accounts/demo/", {"person": employee.pk})

    assert response["Location"] == "/"
    assert is_signed_in(client)


def test_three_people_stand_on_the_page_and_the_others_and_the_form_are_folded(
    client: Client, employee: Employee, demo: Any, hired: Any
) -> None:
    for name, role in (("author", "Author"), ("hr", "HR"), ("reviewer", "Reviewer")):
        hired(name, "Employee", role)

    page = BeautifulSoup(client.get(LOGIN).content, "html.parser")

    on_top = [one for one in page.select("article.person") if one.find_parent("details") is None]
    assert [one.h3.text for one in on_top] == ["Employee, in the middle of a course", "Author, from IT", "HR"]
    assert len(page.select("details article.person")) == 2  # the reviewer, and the employee's manager
    (form,) = page.select(f'form[action="{LOGIN}"]')
    assert form.find_parent("details").get("open") is None
    assert all(
        one.select_one("input[name=csrfmiddlewaretoken]") for one in page.select("article.person form")
    )


def test_a_button_leads_to_what_this_person_would_do_first(
    client: Client, employee: Employee, demo: Any
) -> None:
    page = BeautifulSoup(client.get(LOGIN).content, "html.parser")
    fields = {
        field["name"]: field.get("value") for field in page.select_one("article.person form").select("input")
    }

    answer = client.post("/accounts/demo/", fields)

    assert fields["person"] == str(employee.pk)
    assert answer["Location"] == fields["next"] == "/courses/always-on/sla-slo/"


def test_who_was_on_the_way_to_a_page_comes_there_with_any_button(
    client: Client, employee: Employee, demo: Any
) -> None:
    page = BeautifulSoup(client.get(LOGIN, {"next": "/glossary/"}).content, "html.parser")

    places = {field["value"] for field in page.select("article.person input[name=next]")}

    assert places == {"/glossary/"}


@pytest.mark.parametrize("place", ELSEWHERE[:6])
def test_a_button_leads_nowhere_else(client: Client, employee: Employee, demo: Any, place: str) -> None:
    assert client.post("/accounts/demo/", {"person": employee.pk, "next": place})["Location"] == "/"


def test_a_missed_password_opens_the_folded_form(client: Client, employee: Employee, demo: Any) -> None:
    page = BeautifulSoup(sign_in(client, password="not this one").content, "html.parser")

    assert page.select_one("details#password").has_attr("open")
    assert "do not open an account" in page.select_one("details#password").text


def test_a_word_with_both_meanings_is_shown_at_the_door_of_a_demo_and_nowhere_else(
    client: Client, employee: Employee, organisation: Any
) -> None:
    for sense in write_false_friend():
        assert sense.live
    assert "Free or not." not in client.get(LOGIN).content.decode()

    organisation.is_demo = True
    organisation.save()
    remembered.cache_clear()

    page = client.get(LOGIN).content.decode()
    assert "Free or not." in page
    assert "Share of time." in page
    assert 'aria-label="availability"' in page


def test_the_buttons_exist_only_in_a_demo(client: Client, employee: Employee) -> None:
    assert "Try it as one" not in client.get(LOGIN).content.decode()

    assert client.post("/accounts/demo/", {"person": employee.pk}).status_code == 404
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("host", "url"), [("0.0.0.0", "http://127.0.0.1:8000"), ("127.0.0.1", "https://demo.example.com")]
)
@pytest.mark.usefixtures("demo")
def test_the_buttons_exist_only_where_nobody_else_comes(
    client: Client, employee: Employee, settings: Any, host: str, url: str
) -> None:
    settings.HOST, settings.BOTHWAYS_URL = host, url

    assert "Try it as one" not in client.get(LOGIN).content.decode()
    assert client.post("/accounts/demo/", {"person": employee.pk}).status_code == 404


def test_a_button_signs_in_nobody_but_the_people_of_the_demo(client: Client, hired: Any, demo: Any) -> None:
    real = hired("boss", "Employee", "Administrator")

    for person in (real.pk, "", "x", -1, "1 OR 1=1"):
        assert client.post("/accounts/demo/", {"person": person}).status_code == 404
    assert not is_signed_in(client)


def test_a_button_is_a_button(client: Client, employee: Employee, demo: Any) -> None:
    assert client.get("/accounts/demo/", {"person": employee.pk}).status_code == 405
    assert (
        Client(enforce_csrf_checks=True).post("/accounts/demo/", {"person": employee.pk}).status_code == 403
    )


def test_a_closed_account_of_the_demo_stays_closed(client: Client, employee: Employee, demo: Any) -> None:
    Employee.objects.filter(pk=employee.pk).update(is_active=False)

    shown = {person["id"] for person in client.get(LOGIN).context["demo_people"]}
    assert employee.manager_id in shown
    assert employee.pk not in shown
    assert client.post("/accounts/demo/", {"person": employee.pk}).status_code == 404
    assert not is_signed_in(client)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_a_name_is_text_on_every_page(client: Client, employee: Employee, demo: Any, name: str) -> None:
    Employee.objects.filter(pk=employee.pk).update(display_name=name)
    employee.refresh_from_db()

    pages = [client.get(LOGIN).content.decode()]
    client.force_login(employee)
    pages += [client.get("/me/").content.decode(), client.get("/accounts/password/change/").content.decode()]

    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert ">49<" not in page
