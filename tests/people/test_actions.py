"""People are hired, move, leave and set their preferences."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group

from people import actions, queries
from people.models import Department, Employee, Membership, Organisation
from post.models import OutboxMail

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def sales() -> Department:
    root = Department.add_root(name="Example Ltd")
    return root.add_child(name="Sales")


@pytest.fixture
def support(sales: Department) -> Department:
    return Department.objects.get(depth=1).add_child(name="Support")


def hire(email: str = "new@example.com", **facts: Any) -> Employee:
    Group.objects.get_or_create(name="Employee")
    return actions.hire(email=email, display_name="New Person", side="business", now=NOW, **facts)


def test_somebody_who_is_hired_belongs_to_a_department_and_takes_courses(sales: Department) -> None:
    person = hire(department=sales, started_on=date(2026, 11, 2))

    assert person.takes_courses
    assert queries.department_of(person, date(2026, 11, 2)) == sales
    assert queries.department_of(person, date(2026, 11, 1)) is None


def test_without_a_password_only_a_mailed_link_opens_the_account() -> None:
    assert not hire().has_usable_password()


@pytest.mark.sql
def test_an_address_is_hired_once_however_it_is_written() -> None:
    hire("new@example.com")

    with pytest.raises(actions.EmailTaken):
        hire("NEW@example.com")


def test_a_role_that_does_not_exist_hires_nobody() -> None:
    with pytest.raises(actions.UnknownRole):
        hire(roles=["Employee", "King"])

    assert not Employee.objects.exists()


def test_roles_are_exactly_those_that_were_set() -> None:
    for name in ("Author", "HR"):
        Group.objects.get_or_create(name=name)
    person = hire(roles=["Employee", "Author"])

    actions.set_roles(person, ["HR"])

    assert person.roles == {"HR"}
    assert Employee.objects.get(pk=person.pk).roles == {"HR"}


@pytest.mark.sql
def test_who_moves_stays_where_they_were_until_the_day_before(sales: Department, support: Department) -> None:
    person = hire(department=sales, started_on=date(2026, 1, 5))

    actions.move(person, support, date(2026, 7, 1))

    assert queries.department_of(person, date(2026, 6, 30)) == sales
    assert queries.department_of(person, date(2026, 7, 1)) == support


def test_moving_twice_to_the_same_place_changes_nothing(sales: Department, support: Department) -> None:
    person = hire(department=sales, started_on=date(2026, 1, 5))

    first = actions.move(person, support, date(2026, 7, 1))
    second = actions.move(person, support, date(2026, 7, 1))

    assert first == second
    assert Membership.objects.filter(employee=person).count() == 2


@pytest.mark.sql
def test_a_move_corrected_on_the_same_day_leaves_no_stay_of_no_days(
    sales: Department, support: Department
) -> None:
    person = hire(department=sales, started_on=date(2026, 1, 5))

    actions.move(person, support, date(2026, 1, 5))

    assert Membership.objects.filter(employee=person).count() == 1


def test_nobody_moves_before_the_last_move(sales: Department, support: Department) -> None:
    person = hire(department=sales, started_on=date(2026, 7, 1))

    with pytest.raises(actions.MovedLater):
        actions.move(person, support, date(2026, 6, 1))


def test_who_leaves_belongs_to_the_department_up_to_the_last_day(sales: Department) -> None:
    person = hire(department=sales, started_on=date(2026, 1, 5))

    actions.leave(person, date(2026, 10, 31), NOW)
    actions.leave(person, date(2026, 10, 31), NOW)

    assert queries.department_of(person, date(2026, 10, 31)) == sales
    assert queries.department_of(person, date(2026, 11, 1)) is None
    assert Employee.objects.filter(pk=person.pk).exists()


def test_an_invitation_carries_a_link_that_opens_this_account_only(settings: Any) -> None:
    settings.EMAIL_BACKEND = "post.backends.OutboxBackend"
    person = hire()

    actions.invite(person, now=NOW)

    mail = OutboxMail.objects.get()
    assert mail.to == "new@example.com"
    assert "Hello New," in mail.body
    assert "/accounts/password/reset/key/" in mail.body
    assert mail.body.count("http") == 2  # the link, and where to get a new one


def test_preferences_that_were_not_named_stay_as_they_are() -> None:
    person = hire()
    actions.save_preferences(person, theme="dark", time_zone="Asia/Tokyo", marks_terms=False)

    actions.save_preferences(person, theme="light")

    stored = Employee.objects.get(pk=person.pk)
    assert (stored.theme, stored.time_zone, stored.marks_terms) == ("light", "Asia/Tokyo", False)


@pytest.mark.parametrize(
    "wrong", [{"theme": "pink"}, {"time_zone": "Mars/Base"}, {"time_zone": "../../etc/passwd"}]
)
def test_a_preference_that_does_not_exist_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(actions.UnknownPreference):
        actions.save_preferences(hire(), **wrong)


@pytest.mark.sql
def test_the_organisation_is_remembered_for_a_moment(django_assert_num_queries: Any) -> None:
    queries.organisation.cache_clear()

    with django_assert_num_queries(1):
        queries.organisation()
        queries.organisation()


@pytest.mark.installation(empty=True)
def test_no_organisation_is_not_remembered() -> None:
    Organisation.objects.all().delete()
    queries.organisation.cache_clear()
    assert queries.organisation() is None

    Organisation.objects.create(pk=1, name="Example Ltd")

    assert str(queries.organisation()) == "Example Ltd"


@pytest.mark.sql
def test_nobody_is_deleted_not_even_by_a_superuser(hired: Any) -> None:
    person = hired("root", is_superuser=True)

    assert person.has_perm("people.change_employee")
    assert not person.has_perm("people.delete_employee")
