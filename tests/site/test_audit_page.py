"""/audit/: who may read the log, what it says, and who writes into it."""

import re
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from audit import log as audit_log
from audit import verifying
from audit.append_only import maintenance
from audit.models import AuditEntry
from people.accounts import audit_entries
from people.models import Employee

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def log(actor, verb="report.viewed", **more):
    return audit_log.record(actor=actor, verb=verb, now=more.pop("now", NOW), **more)


def page(client, **filters):
    return client.get("/audit/", filters).content.decode()


@pytest.mark.parametrize(
    "role", ["employee", "author", "reviewer", "steward_technology", "manager", "outsider"]
)
def test_nobody_else_reads_the_log(client, request, role):
    client.force_login(request.getfixturevalue(role))

    assert client.get("/audit/").status_code == 403


@pytest.mark.parametrize("role", ["hr", "administrator"])
def test_hr_and_administrators_read_it(client, request, employee, hr, role):
    log(hr, about=f"employee:{employee.pk}", detail={"rows": 7, "status": ["overdue"]})
    client.force_login(request.getfixturevalue(role))

    text = page(client)

    assert "Report read" in text
    assert employee.display_name in text
    assert hr.display_name in text
    assert "overdue" in text


def test_an_empty_log_says_what_will_stand_there(client, hr):
    client.force_login(hr)

    assert "Nothing has been logged yet" in page(client)
    assert "No entry fits" in page(client, verb="published")


@pytest.mark.sql
def test_the_filters_stand_in_the_address(client, hr, administrator, employee):
    log(hr, "report.exported", about=f"employee:{employee.pk}")
    log(administrator, "roles.changed", now=NOW.replace(day=10))
    client.force_login(hr)

    def verbs(**filters):
        text = page(client, **filters)
        body = text[text.index("</form>", text.index("filters")) :]
        return {word for word in ("Report exported", "Roles changed") if word in body}

    assert verbs() == {"Report exported", "Roles changed"}
    assert verbs(verb="roles.changed") == {"Roles changed"}
    assert verbs(who="hr@example.com") == {"Report exported"}
    assert verbs(about="employee@example.com") == {"Report exported"}
    # 23:30 UTC is already the next day in the company's zone.
    assert verbs(since="2026-11-21") == {"Report exported"}
    assert verbs(until="2026-11-20") == {"Roles changed"}


@pytest.mark.parametrize("filters", [{"who": "nobody@example.com"}, {"since": "soon"}, {"verb": "x"}])
def test_a_filter_that_means_nothing_is_told(client, hr, filters):
    client.force_login(hr)

    assert client.get("/audit/", filters).status_code == 400


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "\x00"])
def test_a_strange_place_in_the_log_is_no_fault(client, hr, before):
    client.force_login(hr)

    assert client.get("/audit/", {"before": before}).status_code in {200, 400}


@pytest.mark.sql
def test_older_entries_are_one_step_away(client, hr):
    for _number in range(101):
        log(hr)
    client.force_login(hr)

    first = client.get("/audit/")
    assert len(first.context["rows"]) == 100
    second = client.get(f"/audit/{first.context['older']}")
    assert len(second.context["rows"]) == 1
    assert not second.context["older"]


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_one_entry_as_for_three(
    client, hr, employee, django_assert_num_queries, count
):
    for _number in range(count):
        log(hr, about=f"employee:{employee.pk}")
    client.force_login(hr)
    client.get("/audit/")

    with django_assert_num_queries(4):  # session, person, entries, names
        client.get("/audit/")


def test_a_missed_password_is_logged_without_the_address_that_was_typed(client, employee):
    for email in (employee.email, "Anna.Unknown@example.com"):
        client.post("/accounts/login/", {"login": email, "password": "not this one"})

    known, unknown = AuditEntry.objects.order_by("number")
    assert (known.verb, known.about, known.actor) == ("sign_in.failed", f"employee:{employee.pk}", None)
    assert unknown.about == ""
    assert known.origin == unknown.origin != ""
    written = str(list(AuditEntry.objects.values())).lower()
    assert "@" not in written
    assert "unknown" not in written
    assert "127.0.0.1" not in written


@pytest.mark.sql
def test_attempts_that_the_limit_refuses_do_not_fill_the_log(client, employee):
    for _number in range(15):
        client.post("/accounts/login/", {"login": employee.email, "password": "not this one"})

    assert AuditEntry.objects.count() == 10


def test_a_sign_in_that_succeeds_is_logged_with_its_way_and_without_an_address(client, employee, hr):
    client.post("/accounts/login/", {"login": employee.email, "password": "correct horse battery"})

    assert client.session.get("_auth_user_id")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.about, entry.detail) == (
        "sign_in.succeeded",
        employee,
        "",
        {"by": "password"},
    )
    assert entry.origin.startswith("address-")
    assert "@" not in str(list(AuditEntry.objects.values()))

    client.force_login(hr)
    text = page(client, verb="sign_in.succeeded")
    assert "Signed in" in text
    assert "a password" in text
    assert employee.display_name in text
    assert "Network " in text


def test_a_sign_in_that_cannot_be_logged_is_none(client, employee, monkeypatch):
    def full(**_facts):
        raise OSError("the disk is full")

    monkeypatch.setattr(audit_entries, "record_sign_in", full)
    client.raise_request_exception = False

    client.post("/accounts/login/", {"login": employee.email, "password": "correct horse battery"})

    assert not client.session.get("_auth_user_id")


# --- Refused pages ------------------------------------------------------------------------------------


def refusals():
    entries = AuditEntry.objects.filter(verb="page.refused").order_by("number")
    return [(entry.actor_id, entry.detail["page"]) for entry in entries]


@pytest.mark.parametrize(
    ("role", "address", "pattern"),
    [
        ("employee", "/audit/", "/audit/"),  # by the door of a page
        ("employee", "/admin/users/", "/admin/users/"),  # by the middleware
        ("outsider", "/courses/", "/courses/"),
        ("author", "/admin/users/edit/{employee}/", "/admin/users/edit/-/"),  # by Wagtail, which leads home
        ("manager", "/reports/completion/", "/reports/completion/"),
    ],
)
def test_a_page_that_was_refused_is_logged_by_its_pattern(client, request, employee, role, address, pattern):
    person = request.getfixturevalue(role)
    client.force_login(person)

    client.get(address.format(employee=employee.pk))

    assert refusals() == [(person.pk, pattern)]


def test_what_was_not_refused_is_not_logged(client, employee):
    client.get("/audit/")  # nobody is signed in
    client.force_login(employee)
    for address in ("/", "/me/", "/nothing/of/this/name/", "/audit/nothing/"):
        client.get(address)

    assert refusals() == []


def test_a_form_that_was_left_open_is_no_refusal(employee):
    from django.test import Client

    careful = Client(enforce_csrf_checks=True)
    careful.force_login(employee)

    assert careful.post("/theme/", {"theme": "dark"}).status_code == 403
    assert careful.post("/me/", {}).status_code == 403
    assert refusals() == []


@pytest.mark.sql
def test_asking_again_and_again_does_not_fill_the_log(
    client, employee, technician, django_assert_num_queries
):
    client.force_login(employee)
    for _number in range(5):
        client.get("/audit/")
    assert len(refusals()) == 1

    with django_assert_num_queries(3):  # session, person, what was logged; nothing is written
        client.get("/audit/")
    client.force_login(technician)
    client.get("/audit/")
    assert len(refusals()) == 2


def test_a_person_fills_the_log_with_twenty_refusals_and_no_more_in_a_quarter_of_an_hour(employee):
    from datetime import timedelta

    for number in range(30):
        audit_log.record_refusal(actor=employee, page=f"/page/{number}/", now=NOW)
    assert len(refusals()) == 20
    audit_log.record_refusal(actor=employee, page="/page/0/", now=NOW + timedelta(minutes=14, seconds=59))
    assert len(refusals()) == 20

    audit_log.record_refusal(actor=employee, page="/page/0/", now=NOW + timedelta(minutes=15))
    assert len(refusals()) == 21


def test_an_address_that_is_strange_is_logged_all_the_same(client, employee):
    client.force_login(employee)

    client.get("/admin/päges/%22%00/")
    client.get("/admin/" + "x/" * 60)

    assert AuditEntry.objects.filter(verb="page.refused").count() in {1, 2}
    assert verifying.read().is_whole


def test_a_role_given_in_the_editor_is_logged(client, administrator, employee):
    from django.contrib.auth.models import Group

    client.force_login(administrator)
    ids = list(Group.objects.filter(name__in=["HR"]).values_list("pk", flat=True))
    response = client.post(
        f"/admin/users/edit/{employee.pk}/",
        {
            "email": employee.email,
            "display_name": employee.display_name,
            "side": employee.side,
            "started_on": "2026-01-05",
            "manager": employee.manager.email,
            "groups": ids,
            "is_active": "on",
        },
    )

    assert response.status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.about) == (
        "roles.changed",
        administrator,
        f"employee:{employee.pk}",
    )
    assert entry.detail == {"given": ["HR"], "taken": ["Employee"]}


def test_a_role_given_to_many_is_logged_for_each(client, administrator, employee, technician):
    from django.contrib.auth.models import Group

    client.force_login(administrator)
    client.post(
        f"/admin/bulk/people/employee/assign_role/?id={employee.pk}&id={technician.pk}&next=/admin/users/",
        {"role": Group.objects.get(name="HR").pk},
    )

    assert Employee.objects.get(pk=employee.pk).roles == {"Employee", "HR"}
    assert sorted(AuditEntry.objects.values_list("about", flat=True)) == sorted(
        [f"employee:{employee.pk}", f"employee:{technician.pk}"]
    )


@pytest.mark.sql
def test_the_command_finds_a_changed_entry(hr, capsys):
    log(hr)
    call_command("verify_audit")
    with maintenance("a test tampers"):
        AuditEntry.objects.update(about="employee:1")

    with pytest.raises(CommandError, match="not as it was written"):
        call_command("verify_audit")


def test_who_published_and_unpublished_is_logged(administrator, reviewer, organisation):
    from bothways.operations.installation import make_tree

    catalogue = make_tree().get_children().first().specific
    from courses.models import CoursePage

    course = catalogue.add_child(
        instance=CoursePage(
            title="Course",
            slug="course",
            code="T9",
            summary="A course.",
            direction="technology-for-business",
            live=False,
        )
    )
    revision = course.save_revision(user=reviewer)
    revision.publish(user=administrator, skip_permission_checks=True)
    CoursePage.objects.get(pk=course.pk).unpublish(user=administrator)

    logged = list(AuditEntry.objects.order_by("number").values_list("verb", "about", "actor"))
    assert logged == [
        ("published", f"page:{course.pk}", administrator.pk),
        ("unpublished", f"page:{course.pk}", administrator.pk),
    ]


def test_what_an_entry_is_about_is_said_in_words_and_no_draft_is_named(
    client, administrator, hr, organisation, employee
):
    from bothways.operations.installation import make_tree
    from courses.models import CoursePage
    from glossary.models import Sense, Word

    catalogue = make_tree().get_children().first().specific
    draft = catalogue.add_child(
        instance=CoursePage(title="CANARY draft", slug="c", code="T9", summary="s", direction="x", live=False)
    )
    word = Word.objects.create(lemma="uptime", slug="uptime", locale=catalogue.locale)
    sense = Sense.objects.create(word=word, locale=word.locale, gloss="g", live=False)
    for about, detail in (
        (f"page:{draft.pk}", {"from": f"page:{catalogue.pk}", "to": "page:4711"}),
        (f"course:{draft.translation_key}", {}),
        ("department:4712", {}),
        (f"sense:{sense.pk}", {}),
        ("question:77", {}),
        ("image:5", {}),
        (f"team:{employee.pk}", {}),
    ):
        audit_log.record(
            actor=administrator, verb="moved", about=about, detail=detail, origin="editor", now=NOW
        )
    client.force_login(hr)

    page = client.get("/audit/").content.decode()

    assert "CANARY" not in page
    for said in (
        "A draft",
        f"Meaning {sense.pk}",
        "Question 77",
        "Picture 5",
        "Page 4711",  # gone since
        "Department 4712",
        f"Team of {employee.display_name}",
        "Editor",
    ):
        assert said in page
    assert f"page:{draft.pk}" not in page
    assert str(draft.translation_key) not in page
    assert not re.search(r"\b(page|course|department|sense|question|image|team):\w", page)
