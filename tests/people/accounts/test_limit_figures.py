"""The very figures of the limits: the thousandth miss of an address, and when a miss is forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from people.accounts.limits import TooManyAttempts, account_key, begin_attempt, network_key
from people.models import SignInAttempt

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OFFICE = "203.0.113.7"
QUARTER = timedelta(minutes=15)


def missed_in_the_office(count: int) -> None:
    """So many people missed their password, one every half second up to now."""
    SignInAttempt.objects.bulk_create(
        SignInAttempt(
            account=account_key(f"person{number}@example.com"),
            address=network_key(OFFICE),
            at=NOW - timedelta(seconds=(count - number) / 2),
        )
        for number in range(count)
    )


def test_the_thousandth_miss_of_an_address_is_the_last_that_counts() -> None:
    missed_in_the_office(999)

    begin_attempt(email="thousandth@example.com", network=OFFICE, now=NOW)
    with pytest.raises(TooManyAttempts) as refused:
        begin_attempt(email="one-more@example.com", network=OFFICE, now=NOW)

    assert refused.value.account is False
    assert SignInAttempt.objects.count() == 1000  # a refused attempt leaves no row


def test_an_address_waits_for_its_oldest_counted_miss() -> None:
    missed_in_the_office(1000)
    oldest = SignInAttempt.objects.order_by("at").first()
    assert oldest is not None

    with pytest.raises(TooManyAttempts) as refused:
        begin_attempt(email="one-more@example.com", network=OFFICE, now=NOW)

    assert refused.value.retry_at == oldest.at + QUARTER
    assert str(refused.value) == f"until {oldest.at + QUARTER:%H:%M}"


def test_an_account_waits_for_its_oldest_counted_miss() -> None:
    for minute in range(10):
        begin_attempt(email="a@example.com", network=OFFICE, now=NOW + timedelta(minutes=minute))

    with pytest.raises(TooManyAttempts) as refused:
        begin_attempt(email="a@example.com", network=OFFICE, now=NOW + timedelta(minutes=10))

    assert refused.value.account is True
    assert refused.value.retry_at == NOW + QUARTER
    assert SignInAttempt.objects.count() == 10


@pytest.mark.parametrize(("age", "left"), [(QUARTER, 1), (QUARTER - timedelta(seconds=1), 2)])
def test_a_miss_is_forgotten_after_a_quarter_of_an_hour(age: timedelta, left: int) -> None:
    begin_attempt(email="a@example.com", network=OFFICE, now=NOW - age)

    begin_attempt(email="b@example.com", network=OFFICE, now=NOW)

    assert SignInAttempt.objects.count() == left


def test_only_the_attempt_that_succeeded_is_taken_back() -> None:
    begin_attempt(email="a@example.com", network=OFFICE, now=NOW)
    begin_attempt(email="b@example.com", network=OFFICE, now=NOW)()

    row = SignInAttempt.objects.get()
    assert (row.account, row.address, row.at) == (account_key("a@example.com"), network_key(OFFICE), NOW)


def test_what_is_stored_needs_the_secret_and_differs_for_accounts_and_addresses() -> None:
    assert account_key("a@example.com") == account_key(" A@EXAMPLE.com ")
    assert account_key("same") != network_key("same")
    before = account_key("a@example.com"), network_key(OFFICE)
    with override_settings(SECRET_KEY="another" * 10):
        assert (account_key("a@example.com"), network_key(OFFICE)) != before
        assert account_key("a@example.com") != before[0]
        assert network_key(OFFICE) != before[1]
