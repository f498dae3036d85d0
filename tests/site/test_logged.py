"""What was missing in the audit log: sign-out, rights of groups, superusers made by a command, and its own download."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from audit import log as audit_log
from audit.models import AuditEntry
from bothways.groups import rights_of
from people.models import Employee
from tests.reports.company import NOW

pytestmark = pytest.mark.django_db


def last() -> tuple[Any, ...]:
    entry = AuditEntry.objects.latest("number")
    return entry.actor_id, entry.verb, entry.about, entry.detail


@pytest.mark.parametrize("address", ["/accounts/logout/", "/admin/logout/"])
def test_signing_out_is_logged(client: Any, administrator: Employee, address: str) -> None:
    client.force_login(administrator)

    client.post(address)

    assert last() == (administrator.pk, "sign_out", "", {})
    assert AuditEntry.objects.latest("number").origin.startswith("address-")


def test_a_superuser_made_by_a_command_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery")
    call_command(
        "createsuperuser", interactive=False, email="root@example.com", display_name="Root", verbosity=0
    )

    root = Employee.objects.get(email="root@example.com")
    assert last() == (None, "roles.changed", f"employee:{root.pk}", {"given": ["superuser"], "taken": []})
    assert AuditEntry.objects.latest("number").origin == "command"


def test_rights_of_a_group_are_logged_when_they_change(client: Any, administrator: Employee) -> None:
    client.force_login(administrator)
    group = Group.objects.create(name="Readers")
    kept = Permission.objects.get(codename="access_admin")

    def save(*permissions: Permission) -> None:
        page = client.get(f"/admin/groups/edit/{group.pk}/")
        data = {"name": "Readers", "permissions": [permission.pk for permission in permissions]}
        for panel in page.context["permission_panels"]:
            for field in panel.management_form:
                data[field.html_name] = field.value() or 0
        assert client.post(f"/admin/groups/edit/{group.pk}/", data).status_code == 302

    save(kept)
    assert last() == (
        administrator.pk, "rights.changed", f"group:{group.pk}", {"given": ["wagtailadmin.access_admin"], "taken": []},
    )  # fmt: skip
    count = AuditEntry.objects.count()
    save(kept)
    assert AuditEntry.objects.count() == count, "nothing changed"
    save()
    assert last()[3] == {"given": [], "taken": ["wagtailadmin.access_admin"]}
    assert rights_of(group) == frozenset()


def test_the_log_is_downloaded_with_its_filters_and_says_so(
    client: Any, hr: Employee, employee: Employee
) -> None:
    employee.display_name = "=cmd"
    employee.save()
    for actor in (hr, employee):
        audit_log.record(actor=actor, verb="report.viewed", about=f"employee:{employee.pk}", now=NOW)
    client.force_login(hr)

    answer = client.get("/audit/", {"format": "csv", "verb": "report.viewed"})
    head, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))

    assert head[:4] == ["number", "at", "actor", "actor_id"]
    assert [row[2] for row in rows] == ["'=cmd", hr.display_name]
    assert {row[5] for row in rows} == {"report.viewed"}
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-log-')
    assert last() == (hr.pk, "log.exported", "", {"verb": "report.viewed"})


@pytest.mark.parametrize("role", ["employee", "manager", "author", "reviewer"])
def test_nobody_else_downloads_the_log(client: Any, request: pytest.FixtureRequest, role: str) -> None:
    audit_log.record(actor=None, verb="report.viewed", about="employee:4711", now=NOW)
    client.force_login(request.getfixturevalue(role))

    answer = client.get("/audit/?format=csv")

    assert answer.status_code == 403
    assert b"4711" not in answer.content


def test_the_page_has_names_instead_of_numbers_and_no_hashes(
    client: Any, hr: Employee, manager: Employee
) -> None:
    from people.models import Department

    sales = Department.add_root(name="Sales")
    audit_log.record(
        actor=hr, verb="report.exported", detail={"department": sales.pk, "manager": manager.pk, "sha256": "ab12"}, now=NOW,
    )  # fmt: skip
    client.force_login(hr)

    page = " ".join(client.get("/audit/").content.decode().split())

    assert '<span class="muted">department:</span> Sales' in page
    assert f'<span class="muted">line manager:</span> {manager.display_name}' in page
    assert "sha256" not in page
    assert "ab12" not in page
