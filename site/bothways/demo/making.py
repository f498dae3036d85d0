"""Making the demo organisation, in one transaction."""

from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from bothways.demo import cast, company, plans
from bothways.demo.history import Course, Learner
from courses import actions as courses
from courses.models import Audience, CoursePage, ImportedFile, Published
from courses.writing.teams import add_author
from glossary.actions import sign
from glossary.linking import resolve
from people import actions as people
from people import roles
from people.demo import DEMO_PEOPLE
from people.models import Department, Employee, Organisation, Side
from people.publication import part_of_a_whole
from people.queries import organisation

COURSE = "T2"
# Agreed by both stewards; every other word reads as starter wording.
SIGNED = ("availability#service", "downtime", "incident#it", "rto", "sla")
ANNOUNCED, ANNOUNCED_EARLY = 180, 150  # days ago
DUE_IN, WAS_DUE = 21, 9  # days ahead for most, days ago for logistics


class NoCourse(Exception):
    """The demo's history happens in a course that is not published here."""


@transaction.atomic
def make_demo(*, now: datetime, password: str = cast.PASSWORD) -> bool:
    """An invented company with a cast to try, 120 more people and half a year of history before `now`.

    Everything happens through the actions that people's clicks call, with a moved clock: nothing is
    stored as a status. People, instants and results are the same in every demo. False, and nothing
    was done, where there is an organisation already. Only the cast has a password.

    Raises: NoCourse
    """
    if Organisation.objects.exists():
        return False
    row = Published.objects.filter(slug="", card__code=COURSE, page__live=True).first()
    if row is None:
        raise NoCourse(COURSE)
    Organisation.objects.create(pk=1, name=company.NAME, time_zone=company.TIME_ZONE, is_demo=True)
    organisation.cache_clear()
    departments = make_departments()
    staff = hire_everybody(departments, now=now, password=password)
    page = CoursePage.objects.get(pk=row.page_id)
    set_stewards(page, staff)
    add_author(course=page, employee=staff["author"])
    add_audiences(page, departments, staff["hr"], now=now)
    course = Course.read(Published.objects.get(pk=row.pk))
    for mailbox, (employee, plan) in _plans(staff, now).items():
        end = now - timedelta(days=plans.LEAVERS.get(mailbox, 0), hours=1)
        Learner(employee, course, plan, now=now, end=end).learn()
    for move in plans.MOVES:
        people.move(staff[move.mailbox], departments[move.department], _day(now, move.days_ago))
    for mailbox, days_ago in plans.LEAVERS.items():
        people.leave(staff[mailbox], _day(now, days_ago), now - timedelta(days=days_ago))
    sign_words(staff, now=now)
    return True


def make_departments() -> dict[str, Department]:
    made: dict[str, Department] = {}
    for name, above in company.DEPARTMENTS.items():
        if above is None:
            made[name] = Department.add_root(name=name)
        else:
            made[name] = Department.objects.get(pk=made[above].pk).add_child(name=name)
    # Roots are kept in order of name, so adding one moves the paths of others.
    return {row.name: row for row in Department.objects.all()}


def hire_everybody(
    departments: dict[str, Department], *, now: datetime, password: str
) -> dict[str, Employee]:
    """The cast and everybody else, by mailbox. Who leads others is hired before them."""
    staff: dict[str, Employee] = {}
    leads: dict[str, Employee] = {}
    sides = {person.email: person.side for person in DEMO_PEOPLE}

    def hire(
        mailbox: str,
        *,
        name: str,
        side: str,
        department: str | None,
        manager: Employee | None,
        worked_days: int,
        groups: tuple[str, ...] = (roles.EMPLOYEE,),
    ) -> Employee:
        staff[mailbox] = people.hire(
            email=f"{mailbox}@example.com",
            display_name=name,
            side=side,
            department=departments[department] if department else None,
            manager=manager,
            employee_number=f"KL-{1001 + len(staff)}" if department else None,
            started_on=_day(now, worked_days),
            roles=groups,
            now=now - timedelta(days=worked_days),
        )
        return staff[mailbox]

    def hire_crew(*, leading: bool) -> None:
        for person in company.people():
            if person.leads != leading:
                continue
            boss = (
                leads.get(company.DEPARTMENTS[person.department] or "")
                if leading
                else leads[person.department]
            )
            hired = hire(
                person.mailbox,
                name=person.name,
                side=person.side,
                department=person.department,
                manager=staff["manager"] if person.mailbox in cast.TEAM else boss,
                worked_days=plans.worked_days(person.mailbox, leads=leading),
            )
            if leading:
                leads[person.department] = hired

    hire_crew(leading=True)
    hashed = make_password(password)  # once: a hash costs 50 ms, and here it is no secret
    for member in cast.CAST:
        employee = hire(
            member.mailbox,
            name=member.name,
            side=sides[member.email],
            department=member.department,
            manager=staff[member.lead] if member.lead else leads.get(member.department or ""),
            worked_days=member.worked_days,
            groups=member.groups,
        )
        employee.password = hashed
        employee.save(update_fields=["password"])
    hire_crew(leading=False)
    return staff


def set_stewards(page: CoursePage, staff: dict[str, Employee]) -> None:
    """Both stewards stand on the course and in its newest revision, so that editing keeps them."""
    page.steward_business, page.steward_technology = staff["steward-business"], staff["steward-technology"]
    with part_of_a_whole():
        page.save_revision(user=staff["admin"]).publish(user=staff["admin"], skip_permission_checks=True)
    page.refresh_from_db()
    # This is part of setting up, not a person's edit: a newer course.yaml may still be loaded over it.
    ImportedFile.objects.filter(page=page).update(revision_id=page.latest_revision_id)


def add_audiences(
    page: CoursePage, departments: dict[str, Department], hr: Employee, *, now: datetime
) -> None:
    announced = now - timedelta(days=ANNOUNCED)
    courses.add_audience(
        course=page, scope=Audience.Scope.SIDE, side=Side.BUSINESS, requirement=Audience.Requirement.REQUIRED,
        due_on=_day(now, -DUE_IN), made_by=hr, now=announced,
    )  # fmt: skip
    courses.add_audience(
        course=page, scope=Audience.Scope.SIDE, side=Side.TECHNOLOGY, requirement=Audience.Requirement.RECOMMENDED,
        made_by=hr, now=announced,
    )  # fmt: skip
    courses.add_audience(
        course=page, scope=Audience.Scope.DEPARTMENT, department=departments[company.LOGISTICS],
        requirement=Audience.Requirement.REQUIRED, due_on=_day(now, WAS_DUE), made_by=hr,
        now=now - timedelta(days=ANNOUNCED_EARLY),
    )  # fmt: skip


def sign_words(staff: dict[str, Employee], *, now: datetime) -> None:
    """Signed today, since the words of a new installation were published today."""
    locale_id = CoursePage.objects.values_list("locale_id", flat=True)[0]
    for reference in SIGNED:
        version = resolve(reference, locale_id=locale_id).current_version
        if version is None:
            continue  # somebody took the word offline
        for side in (Side.BUSINESS, Side.TECHNOLOGY):
            sign(version=version, side=side, employee=staff[f"steward-{side}"], now=now)


def _plans(staff: dict[str, Employee], now: datetime) -> dict[str, tuple[Employee, plans.Plan]]:
    today = _day(now, 0)
    of_department = {person.mailbox: person.department for person in company.people()}
    found = {}
    for mailbox, employee in staff.items():
        worked = (today - employee.started_on).days if employee.started_on else 0
        plan = plans.plan_for(mailbox, of_department.get(mailbox, ""), worked_days=worked)
        if plan is not None and roles.EMPLOYEE in employee.roles:
            found[mailbox] = (employee, plan)
    return found


def _day(now: datetime, days_ago: int) -> date:
    """The calendar day in the company, so many days before now."""
    return (now.astimezone(Organisation(time_zone=company.TIME_ZONE).zone) - timedelta(days=days_ago)).date()
