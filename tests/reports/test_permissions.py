"""Who gets in: HR, and managers to their own people. Everybody else is told whom to ask."""

import pytest

pytestmark = pytest.mark.django_db
HR_PAGES = ("/reports/completion/", "/reports/completion/?format=csv", "/reports/completion/?format=xlsx")


@pytest.fixture
def looked_at(client, employee, hr):
    """A function: somebody asks for a page."""

    def look(person, path):
        client.force_login(person)
        return client.get(path)

    return look


@pytest.mark.parametrize("path", HR_PAGES)
def test_hr_reads_and_exports(looked_at, hr, path):
    assert looked_at(hr, path).status_code == 200


@pytest.mark.parametrize("who", ["administrator", "author", "reviewer", "manager", "employee"])
@pytest.mark.parametrize("path", HR_PAGES)
def test_nobody_else_reads_the_report(request, looked_at, employee, who, path):
    for url in (path, f"/reports/completion/people/{employee.pk}/"):
        answer = looked_at(request.getfixturevalue(who), url)

        assert answer.status_code == 403
        assert "This page is for HR." in answer.content.decode()


def test_a_superuser_without_the_group_is_refused(looked_at, hired):
    assert looked_at(hired("root", "Employee", is_superuser=True), HR_PAGES[0]).status_code == 403


@pytest.mark.parametrize("who", ["administrator", "hr", "employee", "author"])
def test_without_people_there_is_no_team(request, looked_at, manager, who):
    answer = looked_at(request.getfixturevalue(who), "/team/")

    assert answer.status_code == 403
    assert "ask HR" in answer.content.decode()


def test_a_manager_sees_the_own_people_and_nobody_else(looked_at, manager, employee, technician, hr, hired):
    below = hired("below", "Employee", manager=technician)

    assert looked_at(manager, "/team/").status_code == 200
    for person in (employee, technician, below):
        assert looked_at(manager, f"/team/{person.pk}/").status_code == 200
    for person in (hr, manager):
        assert looked_at(manager, f"/team/{person.pk}/").status_code == 403
    assert looked_at(manager, "/team/999999/").status_code == 403


def test_the_head_leads_only_where_one_may_go(looked_at, hr, manager, employee):
    assert 'href="/reports/completion/"' in looked_at(hr, "/me/").content.decode()
    assert 'href="/team/"' in looked_at(manager, "/me/").content.decode()
    page = looked_at(employee, "/me/").content.decode()
    assert "/reports/" not in page
    assert "/team/" not in page


def test_reading_and_exporting_stand_in_the_audit_log(looked_at, hr, employee):
    from audit.models import AuditEntry

    looked_at(hr, "/reports/completion/?side=business")
    looked_at(hr, "/reports/completion/?format=csv")
    looked_at(hr, f"/reports/completion/people/{employee.pk}/")

    entries = list(AuditEntry.objects.order_by("number").values_list("actor_id", "verb", "about"))
    assert entries == [
        (hr.pk, "report.viewed", ""),
        (hr.pk, "report.exported", ""),
        (hr.pk, "person.viewed", f"employee:{employee.pk}"),
    ]
    assert AuditEntry.objects.get(number=1).detail["side"] == "business"


def test_a_filter_that_is_not_known_is_said_and_exports_nothing(looked_at, hr):
    answer = looked_at(hr, "/reports/completion/?department=nonsense&format=csv")

    assert answer.status_code == 400
    assert "not known" in answer.content.decode()
