"""Forgotten password, first sign-in, and changing it: the links, and what is told and logged."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.http import int_to_base36
from django.utils.translation import get_language

from audit.models import AuditEntry
from people import actions
from people.accounts import links
from people.models import Employee
from post.models import OutboxMail
from tests.conftest import PASSWORD
from tests.people.accounts.door import LOGIN, NEW, is_signed_in, link_in_mail, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "post.backends.OutboxBackend"


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


def test_a_link_that_was_mailed_before_an_upgrade_still_opens(employee: Employee) -> None:
    """What a link is made of holds a name, and that stays wherever the module stands."""
    of_0_2 = PasswordResetTokenGenerator()
    of_0_2.key_salt = "people.links.forgotten"

    assert links.opens(employee, of_0_2.make_token(employee))
