"""Each group has exactly the rights it needs, and a second run undoes nothing that a person did."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
)

from authoring.models import OtherSideApproval
from authoring.teams import add_author
from bothways.models import HomePage
from bothways.rights import COURSE_FILES, WORKFLOW, grant_page_rights, set_up_rights
from courses.models import CataloguePage, CoursePage
from people import roles
from people.models import Department, Employee
from post.models import OutboxMail
from quizzes.models import Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> HomePage:
    """A home page with a catalogue and a course."""
    root = Page.objects.filter(depth=1).first()
    page = root.add_child(instance=HomePage(title="Home", slug="house", locale=Locale.objects.first()))
    catalogue = page.add_child(instance=CataloguePage(title="Courses", slug="courses"))
    catalogue.add_child(
        instance=CoursePage(
            title="Course", slug="course", code="T9", summary="x", direction="technology-for-business"
        )
    )
    Site.objects.filter(is_default_site=True).update(root_page=page)
    grant_page_rights(page)
    return page


def rights_of(name: str) -> set[str]:
    return {
        f"{right.content_type.app_label}.{right.codename}"
        for right in Group.objects.get(name=name).permissions.select_related("content_type")
    }


def page_rights_of(name: str) -> set[tuple[str, str]]:
    rows = GroupPagePermission.objects.filter(group__name=name).select_related("page", "permission")
    return {(row.page.title, row.permission.codename) for row in rows}


def test_there_are_six_groups_and_none_of_wagtails() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ALL)
    assert not Workflow.objects.filter(name="Moderators approval").exists()


@pytest.mark.parametrize("name", [roles.EMPLOYEE, roles.HR])
def test_employees_and_hr_have_no_rights_in_wagtail(name: str, home: HomePage) -> None:
    assert rights_of(name) == set()
    assert page_rights_of(name) == set()
    assert not GroupCollectionPermission.objects.filter(group__name=name).exists()


def test_authors_have_rights_on_no_course_until_they_join_its_team(home: HomePage) -> None:
    assert page_rights_of(roles.AUTHOR) == set()
    assert rights_of(roles.AUTHOR) == {
        "wagtailadmin.access_admin",
        "glossary.view_word",
        "glossary.view_sense",
    }
    assert not GroupCollectionPermission.objects.filter(group__name=roles.AUTHOR).exists()


def test_reviewers_also_publish(home: HomePage) -> None:
    assert ("Courses", "publish_page") in page_rights_of(roles.REVIEWER)
    assert rights_of(roles.AUTHOR) <= rights_of(roles.REVIEWER)
    assert not [right for right in rights_of(roles.REVIEWER) if "delete" in right]


def test_stewards_keep_words_and_touch_no_course(home: HomePage) -> None:
    assert {"glossary.add_word", "glossary.change_sense", "glossary.publish_sense"} <= rights_of(
        roles.STEWARD
    )
    assert page_rights_of(roles.STEWARD) == set()
    assert not [right for right in rights_of(roles.STEWARD) if right.startswith(("quizzes.", "courses."))]


def test_administrators_keep_accounts_pages_and_files_and_delete_nobody(home: HomePage) -> None:
    rights = rights_of(roles.ADMINISTRATOR)

    assert {"people.add_employee", "people.change_employee", "auth.change_group"} <= rights
    assert "people.delete_employee" not in rights
    assert ("Root", "publish_page") in page_rights_of(roles.ADMINISTRATOR)
    assert not Group.objects.get(name=roles.ADMINISTRATOR).user_set.filter(is_superuser=True).exists()


def test_pictures_and_documents_of_courses_are_for_those_who_write_them(home: HomePage) -> None:
    for name in (roles.REVIEWER,):
        rows = GroupCollectionPermission.objects.filter(group__name=name)
        assert {row.collection.name for row in rows} == {COURSE_FILES}
        assert {row.permission.codename for row in rows} == {
            "add_image",
            "change_image",
            "choose_image",
            "add_document",
            "change_document",
            "choose_document",
        }


def test_reviews_go_to_reviewers(home: HomePage) -> None:
    workflow = Workflow.objects.get(name=WORKFLOW)

    (task,) = OtherSideApproval.objects.filter(workflow_tasks__workflow=workflow)
    assert [group.name for group in task.groups.all()] == [roles.REVIEWER]
    assert WorkflowPage.objects.get(workflow=workflow).page.title == "Courses"
    assert CoursePage.objects.get().get_workflow() == workflow
    assert Question.get_default_workflow() == workflow


def everything() -> list[Any]:
    return [
        sorted(Group.permissions.through.objects.values_list("group_id", "permission_id")),
        sorted(GroupPagePermission.objects.values_list("group_id", "page_id", "permission_id")),
        sorted(GroupCollectionPermission.objects.values_list("group_id", "collection_id", "permission_id")),
        Workflow.objects.count(),
        OtherSideApproval.objects.count(),
        Collection.objects.count(),
    ]


def test_doing_it_twice_changes_nothing(home: HomePage) -> None:
    before = everything()

    set_up_rights()
    grant_page_rights(home)

    assert everything() == before


def test_what_an_administrator_took_away_stays_away(home: HomePage) -> None:
    reviewer = Group.objects.get(name=roles.REVIEWER)
    reviewer.permissions.remove(Permission.objects.get(codename="add_question"))
    GroupPagePermission.objects.filter(group=reviewer, permission__codename="add_page").delete()
    before = everything()

    set_up_rights()
    grant_page_rights(home)

    assert everything() == before


def test_what_a_new_version_brings_is_given(home: HomePage) -> None:
    new = Permission.objects.get(content_type__app_label="glossary", codename="change_sense")
    Group.permissions.through.objects.filter(permission=new).delete()  # as if it had not existed before

    set_up_rights()

    assert "glossary.change_sense" in rights_of(roles.STEWARD)
    assert "glossary.change_sense" not in rights_of(roles.AUTHOR)


# In Wagtail --------------------------------------------------------------------------------------


def test_an_author_edits_a_course_and_cannot_publish_it(
    client: Client, author: Employee, home: HomePage
) -> None:
    course = CoursePage.objects.get()
    add_author(course=course, employee=author)

    allowed = course.permissions_for_user(Employee.objects.get(pk=author.pk))

    assert allowed.can_edit()
    assert not allowed.can_publish()
    assert allowed.can_submit_for_moderation()


def test_a_reviewer_publishes(reviewer: Employee, home: HomePage) -> None:
    assert CoursePage.objects.get().permissions_for_user(reviewer).can_publish()


@pytest.mark.parametrize("who", ["author", "reviewer", "steward_business"])
def test_only_administrators_see_accounts(client: Client, request: pytest.FixtureRequest, who: str) -> None:
    client.force_login(request.getfixturevalue(who))

    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/users/")["Location"] == "/admin/"


ADD = "/admin/users/new/"


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "email": "New@Example.com",
        "display_name": "New Person",
        "employee_number": "",
        "side": "technology",
        "manager": "",
        "started_on": "2026-11-02",
        "left_on": "",
        "time_zone": "",
        "department": "",
        "groups": [Group.objects.get(name=roles.EMPLOYEE).pk],
        **changes,
    }


def test_an_administrator_adds_somebody_who_gets_a_link_by_mail(
    client: Client, administrator: Employee, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "post.backends.OutboxBackend"
    client.force_login(administrator)
    form = client.get(ADD).content.decode()
    assert 'type="password"' not in form
    assert "is_superuser" not in form

    response = client.post(ADD, facts(is_superuser="on"))

    person = Employee.objects.get(email="new@example.com")
    assert response.status_code == 302
    assert (person.roles, person.is_superuser, person.has_usable_password()) == ({"Employee"}, False, False)
    assert OutboxMail.objects.get().to == "new@example.com"


@pytest.fixture
def sales() -> Department:
    return Department.add_root(name="Example Ltd").add_child(name="Sales")


def test_an_administrator_changes_somebody(
    client: Client, administrator: Employee, employee: Employee, manager: Employee, sales: Department
) -> None:
    client.force_login(administrator)
    assert f'value="{manager.email}"' in client.get(f"/admin/users/edit/{employee.pk}/").content.decode()

    client.post(
        f"/admin/users/edit/{employee.pk}/",
        facts(
            email=employee.email,
            display_name="Other Name",
            manager=manager.email,
            department=sales.pk,
            left_on="2026-12-31",
            is_active="on",
        ),
    )

    stored = Employee.objects.get(pk=employee.pk)
    assert (stored.display_name, str(stored.left_on), stored.manager) == ("Other Name", "2026-12-31", manager)
    assert stored.check_password("correct horse battery")
    assert [str(membership.department) for membership in stored.memberships.all()] == ["Sales"]


def test_somebody_new_belongs_to_a_department_from_the_first_day(
    client: Client, administrator: Employee, sales: Department
) -> None:
    client.force_login(administrator)
    assert "checked" in client.get(ADD).content.decode()  # the role Employee

    client.post(ADD, facts(started_on="2099-01-04", department=sales.pk))

    membership = Employee.objects.get(email="new@example.com").memberships.get()
    assert (membership.department, str(membership.from_on)) == (sales, "2099-01-04")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("nobody@example.com", "Nobody here has"),
        ("employee@example.com", "their own line manager"),
        ("x", "Enter a valid"),
    ],
)
def test_a_line_manager_is_somebody_else_here(
    client: Client, administrator: Employee, employee: Employee, typed: str, told: str
) -> None:
    client.force_login(administrator)

    page = client.post(f"/admin/users/edit/{employee.pk}/", facts(email=employee.email, manager=typed))

    assert told in page.content.decode()


def test_an_administrator_cannot_close_the_own_account(client: Client, administrator: Employee) -> None:
    client.force_login(administrator)
    group = Group.objects.get(name=roles.ADMINISTRATOR).pk

    client.post(
        f"/admin/users/edit/{administrator.pk}/",
        facts(email=administrator.email, left_on="2020-01-01", groups=[group], started_on="2010-01-01"),
    )

    page = client.post(f"/admin/users/edit/{administrator.pk}/", facts(email=administrator.email))

    stored = Employee.objects.get(pk=administrator.pk)
    assert (stored.is_active, stored.left_on) == (True, None)
    assert "Ask another administrator" in page.content.decode()
    assert roles.ADMINISTRATOR in stored.roles


def test_a_second_person_with_the_same_address_is_refused(
    client: Client, administrator: Employee, employee: Employee
) -> None:
    client.force_login(administrator)

    page = client.post(ADD, facts(email="EMPLOYEE@example.com")).content.decode()

    assert "already" in page
    assert Employee.objects.filter(email__iexact="employee@example.com").count() == 1


def test_two_people_without_a_number_are_allowed(client: Client, administrator: Employee) -> None:
    client.force_login(administrator)

    client.post(ADD, facts(email="a@example.com"))
    client.post(ADD, facts(email="b@example.com"))

    assert (
        Employee.objects.filter(
            employee_number__isnull=True, email__in=["a@example.com", "b@example.com"]
        ).count()
        == 2
    )


def test_accounts_are_listed_and_found_by_name(
    client: Client, administrator: Employee, employee: Employee, technician: Employee
) -> None:
    client.force_login(administrator)

    everybody = client.get("/admin/users/").content.decode()
    found = client.get("/admin/users/?q=technician").content.decode()

    assert employee.email in everybody
    assert technician.email in found
    assert employee.email not in found


def test_nobody_is_deleted(client: Client, hired: Any, employee: Employee) -> None:
    client.force_login(hired("root", "Employee", "Administrator", is_superuser=True))

    response = client.post(f"/admin/users/delete/{employee.pk}/")
    client.post(f"/admin/bulk/people/employee/delete/?id={employee.pk}", {})

    assert response.status_code in {302, 403}
    assert Employee.objects.filter(pk=employee.pk).exists()


def test_wagtails_own_account_page_opens_for_every_editor(client: Client, author: Employee) -> None:
    client.force_login(author)

    page = client.get("/admin/account/").content.decode()

    assert "first_name" not in page
    assert "old_password" not in page


def test_a_name_is_text_in_wagtail(client: Client, administrator: Employee, hired: Any) -> None:
    person = hired("evil", display_name="<script>alert(1)</script>")
    client.force_login(administrator)

    for page in ("/admin/users/", f"/admin/users/edit/{person.pk}/"):
        assert "<script>alert(1)" not in client.get(page).content.decode()
