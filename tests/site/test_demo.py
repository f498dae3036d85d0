"""The demo organisation: a cast to try and half a year that really happened, with a moved clock."""

from collections import Counter
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection, transaction

from authoring.reviews import reviews_for
from bothways.management.commands.prepare import Command as Prepare
from bothways.models import Loaded
from bothways.operations import installation
from bothways.operations.demo import company, continue_demo, make_demo, waiting_history, words
from bothways.operations.demo.cast import CAST, PASSWORD
from bothways.operations.demo.plans import COURSES, LEAVERS, MOVES, plan_for
from courses import actions
from courses.models import Audience, CoursePage, CourseRecord, Evidence, LessonPage, Published
from courses.queries import record_differences
from glossary.agreement import changes_since_agreed, meanings_for
from glossary.models import Sense, Signature, Status
from people.accounts.backends import EmployeeBackend
from people.accounts.demo import DEMO_PEOPLE
from people.models import Department, Employee, Membership, Organisation
from people.queries import department_of
from quizzes.models import Answer, Attempt
from tests.site.made_demo import NOW, SIX_MONTHS, a_demo, all_rows, history_of, person, standing

pytestmark = [pytest.mark.django_db, pytest.mark.installation(empty=True)]


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: Any, django_db_blocker: Any) -> Any:
    with a_demo("all", django_db_blocker):
        yield


def test_everybody_on_the_sign_in_page_exists_with_their_side():
    sides = dict(Employee.objects.values_list("email", "side"))

    assert {row.email: sides[row.email] for row in DEMO_PEOPLE} == {
        row.email: row.side for row in DEMO_PEOPLE
    }
    assert {row.email for row in DEMO_PEOPLE} == {member.email for member in CAST}


@pytest.mark.parametrize(
    ("mailbox", "groups"),
    [
        ("employee", {"Employee"}),
        ("technician", {"Employee"}),
        ("author", {"Employee", "Author"}),
        ("reviewer", {"Employee", "Reviewer"}),
        ("steward-business", {"Employee", "Steward"}),
        ("steward-technology", {"Employee", "Steward"}),
        ("hr", {"Employee", "HR"}),
        ("manager", {"Employee"}),
        ("outsider", set()),
        ("admin", {"Employee", "Administrator"}),
    ],
)
def test_each_member_of_the_cast_is_in_exactly_these_groups_and_signs_in(mailbox, groups):
    roles = person(mailbox).roles

    assert {role for role in roles if not role.startswith("course: ")} == groups
    assert any(role.startswith("course: ") for role in roles) == (mailbox == "author")
    assert not person(mailbox).is_superuser
    assert EmployeeBackend().authenticate(None, email=f"{mailbox}@example.com", password=PASSWORD) == person(
        mailbox
    )


def test_the_employee_is_in_lesson_3_with_its_first_check_answered():
    course = standing("employee")
    lesson_3 = CoursePage.objects.get(code="T2").published_row.data["lessons"][2]
    answered = person("employee").records.get().progress["answered"]

    assert (course.status, course.lessons_done, course.next_number) == ("in_progress", 2, 3)
    assert (course.is_required, course.is_overdue) == (True, False)
    assert course.due_on is not None
    assert timedelta(14) < course.due_on - NOW.date() < timedelta(28)
    assert [key in answered for key in lesson_3["checks"]] == [True, False, False]


def test_the_technician_is_new_and_has_not_begun_what_is_recommended():
    course = standing("technician")
    started_on = person("technician").started_on

    assert (course.status, course.requirement) == ("not_started", "recommended")
    assert started_on is not None
    assert NOW.date() - started_on < timedelta(7)


def test_the_manager_has_seven_reports_in_different_places():
    team = list(person("manager").reports.order_by("email"))
    statuses = Counter(standing(row.email.split("@")[0]).status for row in team)

    assert len(team) == 7
    assert statuses == {"completed": 2, "in_progress": 4, "not_started": 1}


def test_nine_departments_stand_in_a_tree_and_about_120_people_belong_to_them():
    assert Department.objects.count() == 9
    assert Counter(Department.objects.values_list("depth", flat=True)) == {1: 4, 2: 5}
    assert 125 <= Employee.objects.count() <= 135
    assert Membership.objects.values("department").distinct().count() == 9
    assert not person("outsider").memberships.exists()


def test_names_look_like_those_of_a_real_list_of_people():
    names = list(Employee.objects.values_list("display_name", flat=True))

    assert len(set(names)) == len(names)
    assert any("'" in name for name in names)
    assert any(len(name) > 40 for name in names)
    assert sum(not name.isascii() for name in names) > 20
    assert sum(ord(name[0]) > 0x24F for name in names) > 7


def test_every_standing_occurs():
    counts = Counter((row.status, row.is_overdue) for mailbox in _mailboxes() if (row := standing(mailbox)))
    tries = Counter(Attempt.objects.filter(finished_at__isnull=False).values_list("employee_id", flat=True))
    passed = set(Attempt.objects.filter(passed=True).values_list("employee_id", flat=True))

    assert counts["completed", False] > 30
    assert counts["in_progress", False] > 15
    assert counts["not_started", False] > 15
    assert counts["in_progress", True] > 2
    assert counts["not_started", True] > 1
    assert sum(count > 1 and who in passed for who, count in tries.items()) > 8, "failed first, passed later"
    assert set(tries) - passed, "failed and not passed yet"
    assert Attempt.objects.filter(finished_at__isnull=True).exists()


def _mailboxes() -> list[str]:
    return [email.split("@")[0] for email in Employee.objects.values_list("email", flat=True)]


def test_the_side_or_the_department_decides_what_is_asked():
    asked = set(Audience.objects.values_list("scope", "requirement"))

    assert asked == {("side", "required"), ("side", "recommended"), ("department", "required")}
    early = Audience.objects.get(scope="department")
    assert early.due_on is not None
    assert early.due_on < NOW.date()


def test_answers_are_right_not_quite_and_unsure_with_every_confidence():
    figures = Counter(Answer.objects.values_list("is_correct", "is_unsure"))
    total = Answer.objects.count()

    assert 0.6 < figures[True, False] / total < 0.9
    assert figures[False, False] > 100
    assert figures[False, True] > 30
    assert set(Answer.objects.values_list("confidence", flat=True)) == {None, 1, 2, 3}
    assert Answer.objects.filter(is_correct=False, confidence=3).count() > 20


def test_no_status_was_inserted_since_the_answers_say_the_same():
    assert CourseRecord.objects.count() > 70
    assert list(record_differences()) == []
    assert not connection.needs_rollback


def test_the_history_lies_within_six_months_and_not_after_now():
    earliest = NOW - SIX_MONTHS
    instants: list[datetime] = [
        *Evidence.objects.values_list("at", flat=True),
        *Answer.objects.values_list("answered_at", flat=True),
        *Attempt.objects.values_list("started_at", flat=True),
        *Attempt.objects.filter(finished_at__isnull=False).values_list("finished_at", flat=True),
        *Audience.objects.values_list("made_at", flat=True),
    ]

    assert earliest < min(instants) < NOW - timedelta(days=150)
    assert NOW - timedelta(days=7) < max(instants) <= NOW


def test_nobody_learns_before_the_first_or_after_the_last_day_at_work():
    records = list(CourseRecord.objects.select_related("employee"))
    assert len(records) > 70

    for record in records:
        last = max(record.employee.answers.values_list("answered_at", flat=True), default=record.started_at)
        assert record.employee.started_on is not None
        assert record.employee.started_on <= record.started_at.date()
        assert last.date() <= (record.employee.left_on or date.max)


def test_who_left_had_completed_the_course_and_cannot_sign_in():
    leaver = person("ewelina.szczepanczyk")
    leaver.set_password(PASSWORD)
    leaver.save()

    assert "ewelina.szczepanczyk" in LEAVERS
    assert standing("ewelina.szczepanczyk").status == "completed"
    assert leaver.left_on is not None
    assert leaver.left_on < NOW.date()
    assert authenticate(None, username=leaver.email, password=PASSWORD) is None
    assert EmployeeBackend().get_user(leaver.pk) is None


def test_somebody_changed_department_and_was_elsewhere_before():
    for move in MOVES:
        mover = person(move.mailbox)
        day = NOW.date() - timedelta(days=move.days_ago)
        before, after = department_of(mover, day - timedelta(days=7)), department_of(mover, NOW.date())

        assert before is not None
        assert after is not None
        assert before.name != after.name == move.department
    assert standing("sindre.hakonsrud").status == "completed"
    assert standing("dilnoza.yusupjonova").is_overdue, "the new department was due earlier"


def test_the_course_has_its_stewards_in_the_page_and_in_its_newest_revision():
    course = CoursePage.objects.get(code="T2")
    revision = course.get_latest_revision_as_object()

    assert course.published_row.data["stewards"] == {
        "business": "Carolina Bexley",
        "technology": "Naveen Castellan",
    }
    assert (revision.steward_business, revision.steward_technology) == (
        person("steward-business"),
        person("steward-technology"),
    )


def test_words_are_agreed_by_both_stewards():
    agreed = Sense.objects.filter(status=Status.AGREED)

    assert agreed.count() == len(words.AGREED) - 1 >= 30, "one of them was changed"
    signatures = Signature.objects.filter(version__sense__in=agreed).values_list("side", "signed_by__email")
    assert set(signatures) == {
        ("business", "steward-business@example.com"),
        ("technology", "steward-technology@example.com"),
    }


@pytest.mark.parametrize("side", ["business", "technology"])
def test_one_meaning_has_changed_and_two_are_disputed(side):
    meanings = meanings_for(person(f"steward-{side}"))

    by_name = {meaning.sense.reference: meaning for meaning in meanings}
    assert set(by_name) == {"availability#service", "downtime#main", "priority#needed-first"}
    changed = by_name["availability#service"]
    assert (changed.was_agreed, changed.open_sides) == (True, ("business", "technology"))
    assert [change.field for change in changes_since_agreed(changed)] == ["wording_business"]
    disputed = {name: str(meaning.draft_by) for name, meaning in by_name.items() if meaning.is_disputed}
    assert disputed == {"downtime#main": "Carolina Bexley", "priority#needed-first": "Naveen Castellan"}


def test_a_lesson_waits_for_the_reviewer_and_people_read_the_text_before():
    (waiting,) = reviews_for(person("reviewer"))

    lesson = LessonPage.objects.get(pk=waiting.subject.pk)
    assert (lesson.slug, waiting.asked_by) == ("change-windows", "Tereza Holubová")
    assert waiting.subject.objective != lesson.objective == lesson.published_row.data["objective"]
    assert reviews_for(person("author")) == []


def test_both_directions_are_asked():
    asked = set(Audience.objects.values_list("course__code", "scope", "side", "requirement"))

    assert asked == {
        ("T2", "side", "business", "required"),
        ("T2", "side", "technology", "recommended"),
        ("T2", "department", "", "required"),
        ("B2", "side", "technology", "required"),
    }
    kinds = Counter(asking.requirement for taken in COURSES.values() for asking in taken.asked)
    directions = {
        code[0] for code, taken in COURSES.items() for one in taken.asked if one.requirement == "required"
    }
    assert directions == {"T", "B"}
    assert kinds == {"required": 4, "recommended": 3}
    required = {
        code for code, taken in COURSES.items() for one in taken.asked if one.requirement == "required"
    }
    assert len(required) == 3, "in the report of HR"


def test_somebody_of_the_managers_team_is_overdue():
    team = person("manager").reports.all()

    assert [row.display_name for row in team if standing(row.email.split("@")[0]).is_overdue] == [
        "Rashid Al-Mutawakkil"
    ]


# --- What happened in the other courses


def test_every_course_has_a_history_and_each_side_its_own_direction():
    files = {path.parent.name for path in installation.CONTENT.glob("*/course.yaml")}
    staff = company.people()
    assert set(COURSES) == files

    for code in files:
        plans = {one: plan_for(one.mailbox, one.department, worked_days=900, code=code) for one in staff}
        sides = Counter(one.side for one, plan in plans.items() if plan is not None)
        complete = sum(bool(plan and plan.misses and plan.misses[-1] < 2) for plan in plans.values())
        assert sum(sides.values()) >= 8, code
        assert complete >= 3, code
        assert sides.most_common(1)[0][0] == ("business" if code[0] == "T" else "technology"), code


def test_interrupted_the_history_goes_on_and_leaves_alone_who_has_begun_by_themselves():
    assert waiting_history() == ["B2"]
    with transaction.atomic():
        assert continue_demo(pause=lambda: None) == 1
        whole = history_of("B2")
        transaction.set_rollback(True)
    who = next(email for email, status, *_when in whole["records"] if status == "completed")
    busy, row = Employee.objects.get(email=who), Published.objects.get(slug="", card__code="B2")
    actions.begin_course(employee=busy, course=row, now=NOW)
    people_told = iter(range(10))

    def killed() -> None:
        if next(people_told, None) is None:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        continue_demo(pause=killed)
    assert 10 <= len(history_of("B2")["records"]) <= 12
    assert waiting_history() == ["B2"]
    continue_demo(pause=lambda: None)

    told = history_of("B2")
    own = [entry for entry in told["records"] if entry[0] == who]
    assert own == [(who, "in_progress", NOW, None)]
    assert not busy.answers.filter(context_key=row.course_key).exists()
    for kind, entries in whole.items():
        others = [entry for entry in entries if entry[0] != who]
        assert [entry for entry in told[kind] if entry[0] != who] == others
        assert len(others) > 20
    assert waiting_history() == []
    statuses = Counter(status for _who, status, *_when in whole["records"])
    assert statuses["completed"] > 15
    assert statuses["in_progress"] > 5
    assert list(record_differences()) == []
    instants = [at for _who, at in whole["answers"]]
    assert NOW - SIX_MONTHS < min(instants) < max(instants) <= NOW


def test_a_real_installation_has_no_history_to_tell():
    Loaded.objects.filter(folder__startswith="demo: ").delete()

    assert waiting_history() == []
    assert continue_demo(pause=lambda: None) == 0


def test_only_the_cast_has_a_password():
    usable = {row.email for row in Employee.objects.all() if row.has_usable_password()}

    assert usable == {member.email for member in CAST}


def test_a_second_run_changes_nothing():
    before = all_rows()

    assert make_demo(now=NOW + timedelta(days=3)) is False
    assert all_rows() == before


def test_a_real_installation_never_becomes_a_demo():
    Organisation.objects.update(is_demo=False, name="Real Ltd")

    assert make_demo(now=NOW) is False
    assert not Organisation.objects.get().is_demo


def test_a_public_demo_has_a_different_password_for_each_and_tells_them_once(monkeypatch):
    monkeypatch.setenv("DEMO_PUBLIC", "1")
    said = StringIO()

    Prepare(stdout=said).make_demo(now=NOW)
    first = said.getvalue()
    Prepare(stdout=said).make_demo(now=NOW)

    told = dict(line.split() for line in first.splitlines() if "@example.com" in line)
    assert set(told) == {member.email for member in CAST}
    assert len(set(told.values())) == len(CAST)
    assert said.getvalue() == first, "shown only once"
    for email, password in told.items():
        assert EmployeeBackend().authenticate(None, email=email, password=PASSWORD) is None
        assert EmployeeBackend().authenticate(None, email=email, password=password) is not None
