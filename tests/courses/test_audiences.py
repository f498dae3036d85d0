"""/reports/audiences/: HR says who should take a course, having seen whom it reaches."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from audit.models import AuditEntry
from courses import actions
from courses.models import Audience, CourseRecord, Criterion
from courses.queries import asked_of
from courses.queries.audiences import audiences, reach
from people.models import Department, Employee, Membership
from tests.worlds import again

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
LIST, NEW = "/reports/audiences/", "/reports/audiences/new/"


@pytest.fixture
def course(published_course, db):
    return again(published_course.page)


@pytest.fixture
def works(employee, technician, manager, hired):
    """Works with IT and Data below: the technician in Data, the employee in IT, the manager in Works."""
    top = Department.add_root(name="Works")
    it = top.add_child(name="IT")
    data = it.add_child(name="Data")
    for person, department in ((manager, top), (employee, it), (technician, data)):
        Membership.objects.create(employee=person, department=department, from_on=date(2026, 1, 5))
    return {"works": Department.objects.get(pk=top.pk), "it": Department.objects.get(pk=it.pk), "data": data}


def complete(person, course):
    CourseRecord.objects.create(
        employee=person,
        course=course,
        course_key=course.translation_key,
        criterion=Criterion.objects.filter(course_key=course.translation_key).latest("number"),
        status="completed",
        started_at=NOW,
        completed_at=NOW,
    )


def ask(course, scope="everyone", **more):
    return actions.add_audience(
        course=course, scope=scope, requirement=more.pop("requirement", "required"), now=NOW, **more
    )


def counts(*rows):
    return [(reached.people, reached.completed) for reached in reach(rows, on=TODAY)]


@pytest.fixture
def at_hr(client, hr):
    client.force_login(hr)
    return client


def said(page, **more):
    return {"course": page.pk, "who": "everyone", "requirement": "required", "due_on": "", **more}


@pytest.mark.sql
def test_an_audience_reaches_whom_its_scope_says(course, works, employee, technician, hired):
    hired("both-sides", "Employee", side="both")
    hired("no-courses", "Author")
    hired("gone", "Employee", left_on=TODAY - timedelta(days=1))
    hired("last-day", "Employee", left_on=TODAY)
    hired("starts-later", "Employee", started_on=TODAY + timedelta(days=1))
    complete(employee, course)

    reached = counts(
        ask(course),
        ask(course, "side", side="technology"),
        ask(course, "side", side="business"),
        ask(course, "department", department=works["it"]),
        ask(course, "department", department=works["data"]),
    )

    # employee, manager, technician, both sides, last day
    assert reached == [(5, 1), (2, 0), (4, 1), (2, 1), (1, 0)]


@pytest.mark.sql
def test_whom_an_audience_reaches_sees_the_course(course, works, employee, technician, manager):
    """The counts and the home page follow one rule."""
    for scope, more in (("department", {"department": works["it"]}), ("side", {"side": "technology"})):
        row = ask(course, scope, **more)
        asked = [
            person for person in Employee.objects.all() if asked_of(person, TODAY) and person.takes_courses
        ]
        assert len(asked) == counts(row)[0][0] > 0
        row.delete()


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 3])
def test_counting_takes_two_queries_for_any_number_of_audiences(
    course, works, count, django_assert_num_queries
):
    rows = [ask(course, "department", department=works["it"]) for _number in range(count)]

    with django_assert_num_queries(2):
        reach(rows, on=TODAY)


@pytest.mark.parametrize(
    "role", ["employee", "author", "reviewer", "manager", "administrator", "outsider", "superuser"]
)
def test_only_hr_sets_audiences(client, request, course, role, hired):
    person = (
        hired("root", "Employee", "Administrator", is_superuser=True)
        if role == "superuser"
        else request.getfixturevalue(role)
    )
    row = ask(course)
    client.force_login(person)

    for address in (LIST, NEW, f"{LIST}{row.pk}/close/"):
        assert client.get(address).status_code == 403
        assert client.post(address, said(course, do="set")).status_code == 403
    assert list(Audience.objects.values_list("closed_on", flat=True)) == [None]


def test_hr_sees_whom_an_audience_reaches_before_it_is_set(at_hr, course, works, employee):
    complete(employee, course)
    due = (datetime.now(UTC) + timedelta(days=40)).date()
    sent = said(course, who=f"department:{works['it'].pk}", due_on=str(due))

    looked = at_hr.post(NEW, {**sent, "do": "look"})
    text = looked.content.decode()
    assert "2 people" in text
    assert "1 already completed" in text
    assert not Audience.objects.exists()

    seen = looked.context["form"].said
    assert at_hr.post(NEW, {**sent, "do": "set", "seen": seen}).url == LIST
    row = Audience.objects.get()
    assert (row.scope, row.department, row.requirement, row.due_on) == (
        "department",
        works["it"],
        "required",
        due,
    )
    assert row.made_by.email == "hr@example.com"
    listed = BeautifulSoup(at_hr.get(LIST).content, "html.parser").select_one("td[data-label=Who]")
    assert listed.get_text(strip=True) == "IT"
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.about) == ("audience.added", f"course:{course.translation_key}")
    assert entry.detail["department"] == works["it"].pk


def test_what_was_changed_after_looking_is_looked_at_again(at_hr, course, works):
    seen = at_hr.post(NEW, {**said(course), "do": "look"}).context["form"].said

    again = at_hr.post(NEW, {**said(course, who="side:business"), "do": "set", "seen": seen})

    assert "Nothing is set yet" in again.content.decode()
    assert not Audience.objects.exists()


@pytest.mark.sql
def test_sending_the_form_twice_asks_once(at_hr, course):
    seen = at_hr.post(NEW, {**said(course), "do": "look"}).context["form"].said
    for _time in range(2):
        last = at_hr.post(NEW, {**said(course), "do": "set", "seen": seen})

    assert Audience.objects.count() == 1
    assert "asked to take this course already" in last.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"course": ""}, "Choose a course."),
        ({"course": "99999"}, "Select a valid choice"),
        ({"who": "department:99999"}, "Select a valid choice"),
        ({"who": "side:both"}, "Select a valid choice"),
        ({"who": "\x00"}, "Select a valid choice"),
        ({"requirement": "now"}, "Select a valid choice"),
        ({"due_on": "2020-01-01"}, "This day is over"),
        ({"due_on": "soon"}, "Enter a valid date"),
    ],
)
def test_what_cannot_be_meant_is_told(at_hr, course, wrong, words):
    answer = at_hr.post(NEW, {**said(course, **wrong), "do": "set", "seen": "x"})

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Audience.objects.exists()


def test_nothing_else_can_be_sent_along(at_hr, course, employee):
    more = {"made_by": employee.pk, "closed_on": "2020-01-01", "made_at": "2020-01-01", "course_key": "x"}
    seen = at_hr.post(NEW, {**said(course), "do": "look"}).context["form"].said
    at_hr.post(NEW, {**said(course), **more, "do": "set", "seen": seen})

    row = Audience.objects.get()
    assert (row.made_by.email, row.closed_on, row.course_key) == (
        "hr@example.com",
        None,
        course.translation_key,
    )


@pytest.mark.sql
def test_a_closed_audience_asks_nobody_and_stays_in_the_list(at_hr, course, employee):
    row = ask(course)
    now = datetime.now(UTC)
    assert asked_of(employee, now.date())

    assert "no longer asked" in at_hr.get(f"{LIST}{row.pk}/close/").content.decode()
    assert Audience.objects.get().closed_on is None
    for _time in range(2):
        assert at_hr.post(f"{LIST}{row.pk}/close/").url == LIST

    row.refresh_from_db()
    assert not asked_of(employee, row.closed_on)
    assert not audiences(closed=False, on=row.closed_on)
    assert "One closed audience" in at_hr.get(LIST).content.decode()
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["audience.closed"]
    assert at_hr.post(f"{LIST}99999/close/").status_code == 404


def test_without_audiences_the_page_says_what_to_do(at_hr):
    assert "Nobody is asked to take a course" in at_hr.get(LIST).content.decode()
