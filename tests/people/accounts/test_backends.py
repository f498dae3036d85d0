"""Who may sign in, and what every request learns about the person."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, authenticate
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.accounts import sessions
from people.accounts.backends import EmployeeBackend, may_sign_in
from people.accounts.hashers import Argon2idHasher
from people.models import Employee
from tests.conftest import PASSWORD

backend = EmployeeBackend()


def test_somebody_signs_in_with_address_and_password(employee: Employee) -> None:
    assert authenticate(None, email="employee@example.com", password=PASSWORD) == employee


@pytest.mark.sql
@pytest.mark.parametrize("typed", ["EMPLOYEE@example.com", " employee@Example.COM ", "Employee@EXAMPLE.com"])
def test_an_address_is_the_same_however_it_is_written(employee: Employee, typed: str) -> None:
    assert authenticate(None, email=typed, password=PASSWORD) == employee


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("employee@example.com", "not the password"),
        ("employee@example.com", ""),
        ("employee@example.com", PASSWORD.upper()),
        ("nobody@example.com", PASSWORD),
        ("", PASSWORD),
        ("%", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
    ],
)
def test_nobody_signs_in_with_anything_else(employee: Employee, email: str, password: str) -> None:
    assert authenticate(None, email=email, password=password) is None


def test_a_closed_account_is_refused(employee: Employee) -> None:
    Employee.objects.filter(pk=employee.pk).update(is_active=False)

    assert authenticate(None, email=employee.email, password=PASSWORD) is None
    assert backend.get_user(employee.pk) is None


def test_who_left_is_refused_from_the_day_after_the_last_day(employee: Employee) -> None:
    now = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)

    employee.left_on = date(2026, 11, 3)
    assert may_sign_in(employee, now)

    employee.left_on = date(2026, 11, 2)
    assert not may_sign_in(employee, now)


def test_the_last_day_ends_at_midnight_where_the_company_is(employee: Employee) -> None:
    employee.left_on = date(2026, 7, 31)

    assert may_sign_in(employee, datetime(2026, 7, 31, 21, 59, tzinfo=UTC))  # 23:59 in Berlin
    assert not may_sign_in(employee, datetime(2026, 7, 31, 22, 1, tzinfo=UTC))  # 00:01 in Berlin


@pytest.mark.sql
def test_who_left_has_no_session_any_more(employee: Employee) -> None:
    yesterday = (timezone.now() - timedelta(days=2)).date()
    Employee.objects.filter(pk=employee.pk).update(left_on=yesterday)

    assert backend.get_user(employee.pk) is None


@pytest.mark.sql
@pytest.mark.parametrize("count", [0, 1, 3])
def test_person_and_roles_come_with_one_query(employee: Employee, hired: Any, count: int) -> None:
    person = hired("somebody", *["Employee", "Author", "HR"][:count])

    with CaptureQueriesContext(connection) as queries:
        user = backend.get_user(person.pk)
        assert user is not None
        roles = user.roles

    assert len(queries) == 1
    assert roles == frozenset(["Employee", "Author", "HR"][:count])


@pytest.mark.sql
def test_the_loaded_person_equals_the_stored_one(manager: Employee, employee: Employee) -> None:
    Employee.objects.filter(pk=employee.pk).update(
        last_login=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), left_on=date(2099, 1, 1), employee_number="E-1"
    )
    stored = Employee.objects.get(pk=employee.pk)

    loaded = backend.get_user(employee.pk)

    assert loaded is not None
    for field in Employee._meta.concrete_fields:
        assert getattr(loaded, field.attname) == getattr(stored, field.attname), field.name
        assert type(getattr(loaded, field.attname)) is type(getattr(stored, field.attname)), field.name
    loaded.save()


@pytest.mark.sql
def test_an_unknown_person_is_nobody(db: None) -> None:
    assert backend.get_user(123456) is None


def test_passwords_are_kept_with_argon2id(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [
        "people.accounts.hashers.Argon2idHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]

    kept = make_password("Grüße aus Köln 🥨")

    assert kept.startswith("argon2id$v=19$m=19456,t=2,p=1$")
    assert len(kept) <= 128
    assert check_password("Grüße aus Köln 🥨", kept)
    assert not check_password("Grüße aus Köln", kept)
    assert not identify_hasher(kept).must_update(kept)
    assert "memory cost" in identify_hasher(kept).safe_summary(kept)
    assert make_password("same") != make_password("same")


def test_a_password_that_an_earlier_version_kept_opens_the_account_and_stays_as_it_is(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["people.accounts.hashers.Argon2idHasher"]
    kept = (
        "argon2id$v=19$m=19456,t=2,p=1$Wm05dlltRnlZbUY2Y1hWNE1USXpOQQ$"
        "lJ12DZZ4NRxBx9N9rYG7SRkLBKtHfwLs5xZD2cUlC3A"
    )

    assert check_password("straße & bridge", kept)
    assert not check_password("strasse & bridge", kept)
    assert not identify_hasher(kept).must_update(kept)
    assert Argon2idHasher().encode("straße & bridge", "Zm9vYmFyYmF6cXV4MTIzNA") == kept


def test_a_password_kept_at_a_lower_cost_is_kept_anew(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["people.accounts.hashers.Argon2idHasher"]
    weak = Argon2idHasher()
    weak.memory_cost = 8192
    kept = weak.encode("secret", weak.salt())
    stored: list[str] = []

    assert check_password("secret", kept, setter=lambda raw: stored.append(make_password(raw)))
    assert stored
    assert "m=19456" in stored[0]


def test_an_unknown_address_costs_one_hash_as_a_known_one_does(
    employee: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return f"md5${salt}$x"

    monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", counted)

    authenticate(None, email="nobody@example.com", password="x")
    unknown = len(hashed)
    authenticate(None, email=employee.email, password="x")

    assert unknown == 1
    assert len(hashed) == 2


def test_whoever_was_signed_in_before_an_upgrade_stays_so(client: Client, employee: Employee) -> None:
    """A session names the class that signed somebody in, and that stood in another module until 0.2.0."""
    client.force_login(employee)
    session = client.session
    session[BACKEND_SESSION_KEY] = "people.backends.EmployeeBackend"
    session.save()

    assert client.get("/me/").status_code == 200
    assert client.session[BACKEND_SESSION_KEY] == sessions.BACKEND
