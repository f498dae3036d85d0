"""Ten missed passwords an account, a thousand an address, in a quarter of an hour."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from people.accounts import limits
from people.accounts.limits import TooManyAttempts, account_key, begin_attempt, network_key
from people.models import SignInAttempt

pytestmark = pytest.mark.sql
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OFFICE = "203.0.113.7"


def everybody_misses(people: int, address: str = OFFICE) -> None:
    """That many people mistyped their passwords a moment ago, each once."""
    SignInAttempt.objects.bulk_create(
        SignInAttempt(
            account=account_key(f"person{number}@example.com"), address=network_key(address), at=NOW
        )
        for number in range(people)
    )


def miss(email: str = "employee@example.com", address: str = OFFICE, now: datetime = NOW) -> None:
    begin_attempt(email=email, network=address, now=now)


@pytest.mark.django_db
def test_the_eleventh_miss_is_refused() -> None:
    for _ in range(10):
        miss()

    with pytest.raises(TooManyAttempts) as refused:
        miss()

    assert refused.value.account


@pytest.mark.django_db
def test_five_hundred_people_from_one_address_get_in() -> None:
    for number in range(500):
        succeeded = begin_attempt(
            email=f"person{number}@example.com",
            network=OFFICE,
            now=NOW + timedelta(seconds=number * 60 / 500),
        )
        succeeded()

    assert not SignInAttempt.objects.exists()


@pytest.mark.django_db
def test_an_office_where_everybody_mistypes_once_still_gets_in() -> None:
    everybody_misses(500)

    for number in range(0, 500, 20):
        begin_attempt(email=f"person{number}@example.com", network=OFFICE, now=NOW)()

    assert SignInAttempt.objects.count() == 500


@pytest.mark.django_db
def test_guessing_at_many_accounts_from_one_address_ends() -> None:
    everybody_misses(999)
    miss("the-thousandth@example.com")

    with pytest.raises(TooManyAttempts) as refused:
        miss("one-more@example.com")

    assert not refused.value.account
    miss("one-more@example.com", address="198.51.100.1")


@pytest.mark.django_db
def test_one_account_being_guessed_at_refuses_no_other() -> None:
    for _ in range(10):
        miss("victim@example.com")

    miss("colleague@example.com")


@pytest.mark.django_db
def test_guessing_from_many_addresses_at_one_account_ends() -> None:
    for number in range(10):
        miss(address=f"198.51.100.{number}")

    with pytest.raises(TooManyAttempts):
        miss(address="192.0.2.1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written", ["EMPLOYEE@example.com", " employee@example.com ", "Employee@Example.Com"]
)
def test_writing_the_address_differently_is_no_way_around(written: str) -> None:
    for _ in range(10):
        miss()

    with pytest.raises(TooManyAttempts):
        miss(written)


@pytest.mark.django_db
def test_the_wait_ends_when_the_oldest_miss_is_fifteen_minutes_old() -> None:
    for minute in range(10):
        miss(now=NOW + timedelta(minutes=minute))
    later = NOW + timedelta(minutes=12)

    with pytest.raises(TooManyAttempts) as refused:
        miss(now=later)

    assert refused.value.retry_at == NOW + timedelta(minutes=15)
    with pytest.raises(TooManyAttempts):
        miss(now=refused.value.retry_at - timedelta(seconds=1))
    miss(now=refused.value.retry_at)


@pytest.mark.django_db
def test_trying_while_refused_does_not_make_the_wait_longer() -> None:
    for _ in range(10):
        miss()
    for second in range(50):
        with pytest.raises(TooManyAttempts):
            miss(now=NOW + timedelta(seconds=second))

    miss(now=NOW + timedelta(minutes=15))


@pytest.mark.django_db
def test_a_new_password_by_mailed_link_ends_the_wait() -> None:
    for _ in range(10):
        miss()

    limits.forgive("Employee@example.com")

    miss()


@pytest.mark.django_db
def test_a_new_password_of_one_account_ends_the_wait_of_no_other() -> None:
    for _ in range(10):
        miss()

    limits.forgive("somebody-else@example.com")

    with pytest.raises(TooManyAttempts):
        miss()


@pytest.mark.django_db
def test_no_address_of_anybody_is_stored() -> None:
    miss()

    row = SignInAttempt.objects.get()
    assert "employee" not in row.account
    assert OFFICE not in row.address
    assert len(row.account) == len(row.address) == 64


@pytest.mark.django_db
def test_old_attempts_are_removed_as_new_ones_come() -> None:
    miss("a@example.com")
    miss("b@example.com", now=NOW + timedelta(minutes=16))

    assert SignInAttempt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_forty_guesses_at_the_same_moment_no_more_than_ten_pass() -> None:
    def guess(_number: int) -> bool:
        try:
            miss()
        except TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(guess, range(40)))

    assert 1 <= sum(passed) <= 10
    assert SignInAttempt.objects.count() == sum(passed)


@pytest.mark.django_db(transaction=True)
def test_parallel_sign_ins_of_different_people_lose_no_count() -> None:
    def come_in(number: int) -> bool:
        try:
            begin_attempt(email=f"person{number}@example.com", network=OFFICE, now=NOW)()
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(come_in, range(100)))

    assert not SignInAttempt.objects.exists()
