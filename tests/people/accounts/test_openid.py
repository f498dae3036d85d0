"""Sign-in with the company's account, against a provider that really runs."""

import contextlib
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from audit.models import AuditEntry
from bothways import company_account
from people.accounts import openid
from people.models import Employee
from tools.stack import free_port

pytestmark = pytest.mark.django_db
CLAIMS = {"email": "employee@example.com", "email_verified": True, "number": "E7"}


@pytest.fixture(scope="module")
def provider():
    """The mock in a process of its own: the libraries it stands on warn about their successors."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    address = f"http://localhost:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _try in range(300):
                with contextlib.suppress(requests.ConnectionError):
                    requests.get(f"{address}/.well-known/openid-configuration", timeout=5)
                    break
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()


@pytest.fixture
def company(settings, provider):
    """The settings of an operator, as the environment would make them."""
    configure(settings, provider)
    return provider


def configure(settings, address):
    settings.OIDC_DISCOVERY = address
    settings.OIDC_NUMBER_CLAIM = "number"
    settings.OIDC_NAME = "Example ID"
    settings.SOCIALACCOUNT_PROVIDERS = company_account.provider(
        discovery=address, client_id="bothways", secret="secret", name="Example ID"
    )


def sign_in(client, provider, claims, *, sub="somebody", next_place=""):
    """What a browser does: the button, the provider's own page, and back."""
    requests.put(f"{provider}/users/{sub}", json=claims, timeout=10).raise_for_status()
    page = client.get("/accounts/login/", {"next": next_place} if next_place else {})
    away = client.get(page.context["company"]["url"])
    assert away.status_code == 302, away.content.decode()
    back = requests.post(away.url, data={"sub": sub}, allow_redirects=False, timeout=10)
    place = urlsplit(back.headers["Location"])
    return client.get(f"{place.path}?{place.query}")


def who(client):
    pk = client.session.get("_auth_user_id")
    return Employee.objects.get(pk=pk) if pk else None


def test_without_settings_there_is_no_button_and_no_address(client):
    assert "Or with a password of this site" not in client.get("/accounts/login/").content.decode()
    assert client.get("/accounts/oidc/company/login/").status_code == 404
    assert client.get("/accounts/oidc/company/login/callback/").status_code == 404


def test_the_button_carries_the_name_and_the_way_back(client, company):
    text = client.get("/accounts/login/", {"next": "/glossary/"}).content.decode()

    assert "Sign in with Example ID" in text
    assert "/accounts/oidc/company/login/?next=%2Fglossary%2F" in text
    assert client.get("/accounts/oidc/other/login/").status_code == 404


def test_somebody_is_found_by_the_employee_number(client, company, employee):
    Employee.objects.filter(pk=employee.pk).update(employee_number="E7")

    back = sign_in(client, company, {**CLAIMS, "email": "other@example.com", "email_verified": False})

    assert who(client) == employee
    assert back.url == "/"


def test_somebody_is_found_by_a_verified_address_and_comes_back_to_the_page(client, company, employee):
    back = sign_in(
        client, company, {"email": "Employee@Example.com", "email_verified": True}, next_place="/glossary/"
    )

    assert who(client) == employee
    assert back.url == "/glossary/"


def test_nothing_that_the_provider_says_is_stored(client, company, employee):
    from allauth.account.models import EmailAddress
    from allauth.socialaccount.models import SocialAccount, SocialToken

    before = Employee.objects.count()
    sign_in(client, company, {**CLAIMS, "name": "Another Name"})

    assert who(client).display_name == employee.display_name
    assert Employee.objects.count() == before
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize(
    ("claims", "why", "words"),
    [
        ({"email": "stranger@example.com", "email_verified": True, "number": "X1"}, "unknown", "nobody with your employee number"),
        ({}, "unknown", "nobody with your employee number"),
        ({"email": "employee@example.com"}, "unverified", "does not say that your e-mail address is verified"),
        ({"email": "employee@example.com", "email_verified": False}, "unverified", "verified"),
        ({"email": "employee@example.com", "email_verified": True, "number": "E8"}, "another", "different employee number"),
    ],
)  # fmt: skip
def test_who_is_not_known_is_told_so_and_no_account_is_made(client, company, employee, claims, why, words):
    Employee.objects.filter(pk=employee.pk).update(employee_number="E7")
    before = Employee.objects.count()

    refused = sign_in(client, company, claims, sub=f"sub-{why}")

    assert refused.status_code == 403
    assert words in refused.content.decode()
    assert who(client) is None
    assert Employee.objects.count() == before
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.detail, entry.origin) == ("sign_in.refused", {"why": why}, "company")


@pytest.mark.parametrize("closed", [{"left_on": "2026-02-01"}, {"is_active": False}])
def test_who_has_left_is_refused(client, company, employee, closed):
    Employee.objects.filter(pk=employee.pk).update(employee_number="E7", **closed)

    refused = sign_in(client, company, CLAIMS)

    assert "This account is closed." in refused.content.decode()
    assert who(client) is None
    assert AuditEntry.objects.get().about == f"employee:{employee.pk}"


def test_the_session_of_whoever_was_signed_in_before_ends(client, company, employee, technician):
    client.force_login(technician)
    key = client.session.session_key

    requests.put(f"{company}/users/next", json=CLAIMS, timeout=10)
    away = client.get("/accounts/oidc/company/login/")
    back = requests.post(away.url, data={"sub": "next"}, allow_redirects=False, timeout=10)
    place = urlsplit(back.headers["Location"])
    client.get(f"{place.path}?{place.query}")

    assert who(client) == employee
    assert client.session.session_key != key


def test_an_answer_that_nobody_asked_for_signs_nobody_in(client, company, employee):
    """Somebody else's answer, in a link: without the state of this browser it is worth nothing."""
    other = Client()
    requests.put(f"{company}/users/victim", json=CLAIMS, timeout=10)
    away = other.get("/accounts/oidc/company/login/")
    back = requests.post(away.url, data={"sub": "victim"}, allow_redirects=False, timeout=10)
    place = urlsplit(back.headers["Location"])

    refused = client.get(f"{place.path}?{place.query}")

    assert refused.status_code == 403
    assert who(client) is None


def test_who_stops_at_the_provider_reads_so(client, company):
    away = client.get("/accounts/oidc/company/login/")
    state = dict(part.split("=") for part in urlsplit(away.url).query.split("&"))["state"]

    stopped = client.get("/accounts/oidc/company/login/callback/", {"error": "access_denied", "state": state})

    assert "You stopped the sign-in at Example ID." in stopped.content.decode()


@pytest.mark.parametrize(
    ("token", "userinfo", "found"),
    [
        ({"sub": "a", "x": 1}, {"sub": "a", "y": 2}, {"sub": "a", "x": 1, "y": 2}),
        ({"sub": "a"}, {}, {"sub": "a"}),
        ({"sub": "a"}, {"sub": "b"}, None),
        ({"sub": "a"}, {"email": "x"}, None),
        ({}, {"sub": "a"}, None),
    ],
)
def test_token_and_userinfo_must_speak_of_one_person(token, userinfo, found):
    assert openid.claims_of({"id_token": token, "userinfo": userinfo}) == found


def test_a_local_administrator_gets_in_while_the_provider_is_down(client, settings, administrator):
    configure(settings, f"http://127.0.0.1:{free_port()}")

    page = client.get("/accounts/login/")
    assert page.status_code == 200
    down = client.get(page.context["company"]["url"])
    assert down.status_code == 503
    assert "Example ID does not answer at the moment." in down.content.decode()
    assert "you can still sign in with your e-mail address" in down.content.decode()

    client.post("/accounts/login/", {"login": administrator.email, "password": "correct horse battery"})
    assert who(client) == administrator


def test_a_provider_that_answers_nonsense_is_no_fault_of_ours(client, settings, live_server):
    configure(settings, f"{live_server.url}/health/.well-known/none")

    assert client.get("/accounts/oidc/company/login/").status_code == 503


@pytest.mark.parametrize(
    ("discovery", "client_id", "words"),
    [("http://id.example.com", "x", "https://"), ("https://id.example.com", "", "OIDC_CLIENT_ID")],
)
def test_settings_that_would_not_be_safe_stop_the_start(discovery, client_id, words):
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured, match=words):
        company_account.provider(discovery=discovery, client_id=client_id, secret="", name="x")
