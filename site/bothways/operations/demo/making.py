"""Making the demo organisation: at first what the first page needs, then course by course as they arrive."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from authoring.teams import add_author
from bothways.models import Loaded
from bothways.operations.demo import cast, company, edits, plans, review, words
from bothways.operations.demo.history import Course, Learner
from courses import actions as courses
from courses.models import Audience, CoursePage, CourseRecord, ImportedFile, Published
from people import actions as people
from people import roles
from people.accounts.demo import DEMO_PEOPLE
from people.models import Department, Employee, Organisation
from people.queries import organisation
from publishing.publication import part_of_a_whole

COURSE = plans.FIRST
MADE = f"{edits.PLACE}made"  # when: all history ends before this instant
_ASKED, _TOLD = f"{edits.PLACE}asked ", f"{edits.PLACE}history "


class NoCourse(Exception):
    """The demo's history happens in a course that is not published here."""


@transaction.atomic
def make_demo(*, now: datetime, password: str = cast.PASSWORD) -> bool:
    """An invented company with a cast to try, 120 more people and half a year of history before `now`.

    Everything happens through the actions that people's clicks call, with a moved clock: nothing is
    stored as a status. People, instants and results are the same in every demo. False, and nothing
    was done, where there is an organisation already. Only the cast has a password.

    What happened in courses other than the first is told by `continue_demo`.

    Raises: NoCourse
    """
    if Organisation.objects.exists():
        return False
    row = _published(COURSE)
    if row is None:
        raise NoCourse(COURSE)
    Organisation.objects.create(pk=1, name=company.NAME, time_zone=company.TIME_ZONE, is_demo=True)
    organisation.cache_clear()
    Loaded.objects.create(folder=MADE, loaded_at=now)
    departments = make_departments()
    staff = hire_everybody(departments, now=now, password=password)
    for code in plans.COURSES:
        if (there := _published(code)) is not None:
            set_stewards(CoursePage.objects.get(pk=there.page_id), staff)
            ask(code, now=now)
    page = CoursePage.objects.get(pk=row.page_id)
    add_author(course=page, employee=staff["author"])
    course = Course.read(Published.objects.get(pk=row.pk))
    for learner in _learners(COURSE, course, now=now):
        learner.learn()
    _mark(_TOLD + COURSE, now=now)
    for move in plans.MOVES:
        people.move(staff[move.mailbox], departments[move.department], _day(now, move.days_ago))
    for mailbox, days_ago in plans.LEAVERS.items():
        people.leave(staff[mailbox], _day(now, days_ago), now - timedelta(days=days_ago))
    stewards = {side: staff[f"steward-{side}"] for side in ("business", "technology")}
    words.agree(stewards, locale_id=page.locale_id, now=now)
    words.change(stewards, locale_id=page.locale_id)
    words.dispute(stewards, locale_id=page.locale_id, now=now)
    review.hand_in(page, staff["author"])
    return True


def continue_demo(*, pause: Callable[[], object]) -> int:
    """What happened in the courses that came since the demo was made; how many of them.

    One transaction for each person, and `pause` is called after it: people answer meanwhile. Whoever has begun
    a course by themselves is left alone, and what was interrupted goes on where it was. No-op outside a demo.
    """
    told = 0
    for code in waiting_history():
        row, made = _published(code), Loaded.objects.get(folder=MADE)
        if row is None:
            continue
        ask(code, now=made.loaded_at)
        course = Course.read(row)
        begun = set(
            CourseRecord.objects.filter(course_key=row.course_key).values_list("employee_id", flat=True)
        )
        for learner in _learners(code, course, now=made.loaded_at):
            if learner.employee.pk not in begun:
                with transaction.atomic():
                    learner.learn()
                pause()
        _mark(_TOLD + code, now=made.loaded_at)
        told += 1
    return told


def waiting_history() -> list[str]:
    """Courses that are here and whose history is not told yet, in their order; none outside a demo. Two queries."""
    marks = set(Loaded.objects.filter(folder__startswith=edits.PLACE).values_list("folder", flat=True))
    if MADE not in marks:
        return []
    here = set(Published.objects.filter(slug="", page__live=True).values_list("card__code", flat=True))
    return [code for code in plans.COURSES if code in here and _TOLD + code not in marks]


@transaction.atomic
def ask(code: str, *, now: datetime) -> None:
    """HR asked for the course half a year ago, once: what HR ends or adds later stays so."""
    if not _mark(_ASKED + code, now=now):
        return
    page = CoursePage.objects.get(pk=Published.objects.get(slug="", card__code=code).page_id)
    hr = Employee.objects.filter(email="hr@example.com").first()
    for asking in plans.COURSES[code].asked:
        department = Department.objects.filter(name=asking.department).order_by("pk").first()
        if asking.department and department is None:
            continue  # somebody renamed it
        courses.add_audience(
            course=page,
            scope=Audience.Scope.DEPARTMENT if department else Audience.Scope.SIDE,
            side=asking.side,
            department=department,
            requirement=asking.requirement,
            due_on=None if asking.due_in is None else _day(now, -asking.due_in),
            made_by=hr,
            now=now - timedelta(days=asking.asked_ago),
        )


def _published(code: str) -> Published | None:
    return Published.objects.filter(slug="", card__code=code, page__live=True).first()


def _mark(folder: str, *, now: datetime) -> bool:
    """Remember that something is done; False where it was."""
    return Loaded.objects.get_or_create(folder=folder, defaults={"loaded_at": now})[1]


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


def _learners(code: str, course: Course, *, now: datetime) -> list[Learner]:
    """Everybody with the role Employee who does something in the course. One query."""
    today = _day(now, 0)
    of_department = {person.mailbox: person.department for person in company.people()}
    known = {*of_department, *(member.mailbox for member in cast.CAST)}
    learners = []
    for employee in Employee.objects.filter(groups__name=roles.EMPLOYEE).order_by("pk"):
        mailbox = employee.email.partition("@")[0]
        if mailbox not in known:
            continue  # somebody who came to the demo later
        worked = (today - employee.started_on).days if employee.started_on else 0
        plan = plans.plan_for(mailbox, of_department.get(mailbox, ""), worked_days=worked, code=code)
        if plan is not None:
            end = now - timedelta(days=plans.LEAVERS.get(mailbox, 0), hours=1)
            learners.append(Learner(employee, course, plan, now=now, end=end))
    return learners


def _day(now: datetime, days_ago: int) -> date:
    """The calendar day in the company, so many days before now."""
    return (now.astimezone(Organisation(time_zone=company.TIME_ZONE).zone) - timedelta(days=days_ago)).date()
