"""Settings → Users: who may change who somebody is, and what of it stands in the audit log."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission

from audit.models import AuditEntry
from people.models import Department, Employee

pytestmark = pytest.mark.django_db


def edit(client, employee, **changed):
    given = {
        "email": employee.email,
        "display_name": employee.display_name,
        "employee_number": employee.employee_number or "",
        "side": employee.side,
        "started_on": "2026-01-05",
        "manager": employee.manager.email if employee.manager else "",
        "groups": list(employee.groups.values_list("pk", flat=True)),
        "is_active": "on",
        **changed,
    }
    if "groups" in changed:
        given["groups"] = list(Group.objects.filter(name__in=changed["groups"]).values_list("pk", flat=True))
    given = {name: value for name, value in given.items() if value is not None}
    return client.post(f"/admin/users/edit/{employee.pk}/", given)


@pytest.mark.sql
def test_every_field_that_is_changed_in_the_editor_is_named_and_no_value(client, administrator, employee, hr):
    works = Department.add_root(name="Works")
    client.force_login(administrator)

    answer = edit(
        client, employee, email="new@example.com", side="both", is_active=None, department=works.pk,
        left_on="2026-12-31", display_name="Somebody Else", employee_number="K7", manager="",
        time_zone="Europe/Berlin",
    )  # fmt: skip

    assert answer.status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.about, entry.origin) == (
        "person.changed",
        administrator,
        f"employee:{employee.pk}",
        "admin",
    )
    fields = "department display_name email employee_number is_active left_on manager side time_zone"
    assert entry.detail == {"fields": fields.split()}
    stored = Employee.objects.get(pk=employee.pk)
    assert (stored.email, stored.side, stored.is_active, stored.employee_number) == (
        "new@example.com",
        "both",
        False,
        "K7",
    )
    assert (stored.manager, str(stored.left_on)) == (None, "2026-12-31")

    client.force_login(hr)
    text = client.get("/audit/").content.decode()
    assert "Somebody’s details changed" in text
    assert "department, name, e-mail address, employee number, may sign in, last day at work" in text
    assert "Settings → Users" in text


def test_saving_without_a_change_logs_nothing(client, administrator, employee):
    client.force_login(administrator)

    assert edit(client, employee).status_code == 302
    assert not AuditEntry.objects.exists()


def test_a_last_day_that_is_taken_back_opens_the_membership_again(client, administrator, employee):
    client.force_login(administrator)
    edit(client, employee, department=Department.add_root(name="Works").pk)
    edit(client, Employee.objects.get(pk=employee.pk), left_on="2999-12-31")
    assert str(employee.memberships.get().until_on) == "2999-12-31"

    edit(client, Employee.objects.get(pk=employee.pk), left_on="")

    assert Employee.objects.get(pk=employee.pk).left_on is None
    assert employee.memberships.get().until_on is None


@pytest.fixture
def helper(hired):
    """Somebody whom an administrator lets edit people, by a group of the company's own."""
    desk = Group.objects.create(name="Help desk")
    desk.permissions.set(
        Permission.objects.filter(
            codename__in=["access_admin", "change_employee", "add_employee", "view_employee"]
        )
    )
    return hired("helper", "Employee", "Help desk")


@pytest.mark.parametrize("role", ["administrator", "reviewer", "author", "steward_business", "hr", "helper"])
def test_who_somebody_with_rights_is_changes_an_administrator_only(client, request, helper, role):
    person = request.getfixturevalue(role)
    client.force_login(helper)

    refused = edit(client, person, email="mine@example.com", side="both", employee_number="X")

    assert refused.status_code == 200
    assert refused.content.decode().count("only an administrator may change this") == 3
    stored = Employee.objects.get(pk=person.pk)
    assert (stored.email, stored.side, stored.employee_number) == (person.email, person.side, None)
    assert edit(client, person, display_name="Married Name").status_code == 302
    assert Employee.objects.get(pk=person.pk).display_name == "Married Name"


def test_who_may_edit_people_gives_no_roles(client, helper, employee, reviewer):
    client.force_login(helper)
    assert (
        "Only an administrator gives roles"
        in edit(client, employee, groups=["Employee", "Administrator"]).content.decode()
    )
    assert "Only an administrator takes roles" in edit(client, reviewer, groups=["Employee"]).content.decode()
    client.post(
        f"/admin/bulk/people/employee/assign_role/?id={helper.pk}&next=/admin/users/",
        {"role": Group.objects.get(name="Administrator").pk},
    )
    client.post(
        f"/admin/bulk/people/employee/set_active_state/?id={reviewer.pk}&next=/admin/users/",
        {"mark_as_active": "False"},
    )

    assert Employee.objects.get(pk=employee.pk).roles == {"Employee"}
    assert Employee.objects.get(pk=reviewer.pk).roles == {"Employee", "Reviewer"}
    assert Employee.objects.get(pk=helper.pk).roles == {"Employee", "Help desk"}
    assert Employee.objects.get(pk=reviewer.pk).is_active
    assert edit(client, employee, email="new@example.com").status_code == 302


def test_closing_many_accounts_is_logged_for_each_that_was_open(client, administrator, employee, technician):
    Employee.objects.filter(pk=technician.pk).update(is_active=False)
    client.force_login(administrator)

    client.post(
        f"/admin/bulk/people/employee/set_active_state/?id={employee.pk}&id={technician.pk}&next=/admin/users/",
        {"mark_as_active": "False"},
    )

    assert not Employee.objects.get(pk=employee.pk).is_active
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.about, entry.detail) == (
        "person.changed",
        f"employee:{employee.pk}",
        {"fields": ["is_active"]},
    )


def test_a_new_address_is_told_to_both_and_neither_mail_names_the_other(
    client, administrator, employee, settings
):
    from post.models import OutboxMail

    settings.EMAIL_BACKEND = "post.backends.OutboxBackend"
    client.force_login(administrator)

    edit(client, employee, email="new@example.com")

    new, old = OutboxMail.objects.order_by("pk")
    assert (new.to, old.to) == ("new@example.com", "employee@example.com")
    assert "this is your e-mail address now" in new.subject
    assert "your account has another e-mail address" in old.subject
    assert "tell HR at once" in old.body
    assert "employee@example.com" not in new.body
    assert "new@example.com" not in old.body
    assert "(Europe/Berlin)" in old.body


def test_a_name_in_the_list_is_not_broken_inside_a_word(client, administrator):
    """Wagtail breaks titles anywhere. Its rule is undone for the column of names alone, which has the class."""
    rules = Path("site/bothways/static/editor/admin.css").read_text()
    (rule,) = re.findall(
        r'\[class~="listing"\] td\.name :is\(\[class~="title-wrapper"\], a\) \{(.*?)\}', rules, re.DOTALL
    )
    assert {"overflow-wrap: normal;", "word-break: normal;"} == {
        line.strip() for line in rule.strip().split("\n")
    }

    client.force_login(administrator)
    page = BeautifulSoup(client.get("/admin/users/").content, "html.parser")

    names = [
        cell.select_one(".title-wrapper a").get_text(strip=True)
        for cell in page.select("table.listing td.name")
    ]
    assert str(administrator) in names
