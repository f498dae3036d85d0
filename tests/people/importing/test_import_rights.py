"""Accounts with rights, the log, and what people are told when a list changes them."""

import pytest

from audit.models import AuditEntry
from people import actions
from people.importing import import_people
from people.models import Employee
from post.models import OutboxMail
from tests.people.importing.imported import ANNA, BEN, TODAY, load, person, person_of, reasons
from tests.people.importing.lists import NOW, stream

pytestmark = pytest.mark.django_db


@pytest.mark.sql
@pytest.mark.parametrize(
    "role", ["administrator", "reviewer", "author", "steward_business", "hr", "team_of_a_course", "superuser"]
)
def test_hr_takes_over_no_account_that_has_rights(request, hired, role):
    if role == "team_of_a_course":
        person = hired("writer", "Employee", "course: T2")
    elif role == "superuser":
        person = hired("root", "Employee", is_superuser=True)
    else:
        person = request.getfixturevalue(role)
    Employee.objects.filter(pk=person.pk).update(employee_number="KL-1016")
    hired("another", "Administrator")  # so that this one may leave
    line = f"KL-1016,Malik Ostrowski,hr.private@example.com,Works,both,,,{TODAY.replace(year=2030)}"

    plan = load(line)

    assert not plan.reported
    assert [told.line for told in plan.withheld] == [2]
    stored = person_of(person)
    assert (stored.email, stored.side) == (person.email, person.side)
    assert (stored.display_name, stored.left_on) == ("Malik Ostrowski", TODAY.replace(year=2030))
    assert not OutboxMail.objects.exists()

    load(line, may_change_guarded=True)
    assert (person_of(person).email, person_of(person).side) == ("hr.private@example.com", "both")


def test_the_door_itself_refuses_what_a_list_did_not_withhold(reviewer):
    with pytest.raises(actions.GuardedAccount):
        actions.change_details(
            reviewer, {"email": "mine@example.com", "display_name": "X"}, may_change_guarded=False, now=NOW
        )

    assert person_of(reviewer).display_name == "Reviewer"


@pytest.mark.sql
def test_every_person_that_a_list_changes_stands_in_the_log_with_fields_and_no_values(hr):
    load(ANNA, BEN)

    import_people(
        stream(
            "A1,Anna Meyer,anna.new@example.com,Works / IT,business,,2024-03-01,",
            "B2,Ben Birch,ben@example.com,Works / IT / Data,technology,A1,2025-01-15,2030-12-31",
        ),
        by=hr,
        now=NOW,
    )

    entries = AuditEntry.objects.filter(actor=hr).order_by("number")
    assert [(entry.verb, entry.about, entry.detail.get("fields")) for entry in entries] == [
        ("person.changed", f"employee:{person('A1').pk}", ["display_name", "email", "side"]),
        ("person.changed", f"employee:{person('B2').pk}", ["left_on", "side"]),
        ("people.imported", "", None),
    ]
    assert "@" not in str(list(AuditEntry.objects.values("detail", "about", "origin")))


def test_a_new_address_is_told_to_both_and_a_new_number_where_it_opens_the_account(settings):
    settings.EMAIL_BACKEND = "post.backends.OutboxBackend"
    load(ANNA)
    before = person("A1").email
    assert not OutboxMail.objects.exists()

    load(ANNA.replace(before, "anna.new@example.com"))

    assert list(OutboxMail.objects.order_by("pk").values_list("to", flat=True)) == [
        "anna.new@example.com",
        before,
    ]
    OutboxMail.objects.all().delete()
    Employee.objects.filter(employee_number="A1").update(employee_number=None)
    load(ANNA.replace(before, "anna.new@example.com"))
    assert not OutboxMail.objects.exists()

    settings.OIDC_NUMBER_CLAIM = "employee_number"
    Employee.objects.filter(employee_number="A1").update(employee_number=None)
    load(ANNA.replace(before, "anna.new@example.com"))
    told = OutboxMail.objects.get()
    assert (told.to, told.subject) == ("anna.new@example.com", "Bothways: your employee number was changed")


def test_the_last_administrator_does_not_leave_by_a_file(administrator):
    Employee.objects.filter(pk=administrator.pk).update(employee_number="ADM")

    plan = load("ADM,Admin,admin@example.com,,,,,2026-11-01")

    assert "last administrator" in reasons(plan)[2]
    assert person("ADM").left_on is None


def test_somebody_new_is_invited_when_hr_says_so(mailoutbox):
    load(ANNA)
    assert not mailoutbox

    load(ANNA, BEN, invite=True)
    assert [mail.to for mail in mailoutbox] == [["ben@example.com"]]


def test_the_audit_log_says_that_people_were_imported(hr):
    import_people(stream(ANNA, BEN, "C,,x,,,,,"), by=hr, now=NOW)

    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor) == ("people.imported", hr)
    facts = {name: entry.detail[name] for name in ("new", "changed", "unchanged", "reported", "departments")}
    assert facts == {"new": 2, "changed": 0, "unchanged": 0, "reported": 1, "departments": 3}
