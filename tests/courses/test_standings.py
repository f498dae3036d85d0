"""Where people stand and what comes next, in the words that they read on home and on their own page."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from courses import records
from courses.completion import LessonNeed
from courses.models import Audience, CourseRecord
from courses.queries import asked_of, progress_of, record_of, standing_in, standings
from people.models import Department, Employee, Membership, Organisation
from tests.conftest import hire
from tests.courses.course import NOW, write_course
from tests.courses.test_actions import answer_check, begin, complete, read, start_quiz, take_quiz
from tests.worlds import again

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture(scope="module")
def built(world, catalogue_page, published_course):
    """Two courses; Ada in Sales below Commercial, Ben in the office, Cleo of both sides in no department."""
    with world():
        commercial = Department.add_root(name="Commercial")
        sales = commercial.add_child(name="Sales")
        office = Department.add_root(name="Office")
        ada, ben = hire("ada", "Employee"), hire("ben", "Employee", side="technology")
        for person, place in ((ada, sales), (ben, office)):
            Membership.objects.create(employee=person, department=place, from_on=date(2026, 1, 5))
        return SimpleNamespace(
            course=published_course,
            other=write_course(catalogue_page, "B1", "costs", direction="business-for-technicians"),
            commercial=commercial, sales=sales, office=office, ada=ada, ben=ben, cleo=hire("cleo", "Employee", side="both"),
        )  # fmt: skip


@pytest.fixture
def company(built, db):
    return again(built)


def ask(course, scope="everyone", requirement="required", **fields):
    return Audience.objects.create(
        course=course.page, course_key=course.page.translation_key, scope=scope, requirement=requirement,
        made_at=NOW, **fields,
    )  # fmt: skip


def where(person, course, now=NOW):
    """The standing in one of the courses, as the list has it."""
    return next(
        one for one in standings(person, now=now) if one.course_key == str(course.page.translation_key)
    )


def next_of(standing):
    return standing.next_label, standing.next_title, standing.next_url, standing.next_number


COURSE = "/courses/always-on/"
SEE = ("See the course", "Always on T2", COURSE, 0)
LOOK_AGAIN = ("Look again", "Always on T2", COURSE, 0)
FIRST = ("Continue lesson 1", "Hours", f"{COURSE}hours/", 1)
SECOND = ("Continue lesson 2", "Reading", f"{COURSE}reading/", 2)
QUIZ = ("Take the quiz", "Quiz: Always on T2", f"{COURSE}quiz/", 0)


# The next step -----------------------------------------------------------------------------------


def test_before_the_beginning_the_next_step_is_the_course(company):
    complete(company.ben, company.course)
    begin(company.ada, company.other)

    standing = where(company.ada, company.course)

    assert next_of(standing) == SEE
    assert (standing.status, standing.reason, standing.changed_at) == ("not_started", "Not begun yet.", None)
    assert (standing.next_objective, standing.minutes_left) == (
        "What a figure really promises.",
        standing.minutes,
    )
    assert (standing.completed_on, standing.best_score_percent) == (None, None)


def test_the_next_step_is_the_first_lesson_that_is_left(company):
    begin(company.ada, company.course)
    answer_check(company.ada, company.course, 0)
    begun = where(company.ada, company.course)
    answer_check(company.ada, company.course, 1)
    one_done = where(company.ada, company.course)
    read(company.ben, company.course)
    the_other_done = where(company.ben, company.course)

    assert (next_of(begun), next_of(one_done), next_of(the_other_done)) == (FIRST, SECOND, FIRST)
    assert (begun.next_objective, one_done.next_objective) == ("count hours", "read on")
    assert [(one.lessons_done, one.lessons_needed) for one in (begun, one_done, the_other_done)] == [
        (0, 2),
        (1, 2),
        (1, 2),
    ]
    assert one_done.reason == "1 of 2 lessons done. Quiz not taken yet; 80 % is needed."


def test_minutes_are_left_for_what_is_left(company):
    row = company.course.row
    lessons = enumerate(row.course_card.lessons, start=7)
    row.course_card = replace(
        row.course_card,
        minutes=15,
        lessons=tuple(replace(lesson, minutes=minutes) for minutes, lesson in lessons),
    )
    read(company.ada, company.course)

    assert standing_in(row, None, company.ben, now=NOW).minutes_left == 15
    record = record_of(company.ada, row.course_key)
    assert standing_in(row, record, company.ada, now=NOW).minutes_left == 7


def test_with_all_lessons_done_the_next_step_is_the_quiz(company):
    for check in (0, 1):
        answer_check(company.ada, company.course, check)
    read(company.ada, company.course)

    standing = where(company.ada, company.course)

    assert next_of(standing) == QUIZ
    assert (standing.minutes_left, standing.lessons_done) == (0, 2)
    assert standing.next_objective == "What a figure really promises."


def test_who_passed_the_quiz_first_still_has_the_lessons_to_do(company):
    take_quiz(company.ada, company.course)

    standing = where(company.ada, company.course)

    assert next_of(standing) == FIRST
    assert (standing.status, standing.reason) == ("in_progress", "0 of 2 lessons done.")
    assert standing.best_score_percent == 100


def test_without_a_quiz_to_take_there_is_only_the_course_to_see(company):
    """All lessons are done, and the rule asks for a quiz that the course no longer offers."""
    for check in (0, 1):
        answer_check(company.ada, company.course, check)
    read(company.ada, company.course)
    row = company.course.row
    row.course_card = replace(row.course_card, quiz_url="")

    assert next_of(standing_in(row, record_of(company.ada, row.course_key), company.ada, now=NOW)) == SEE


def test_a_course_of_nothing_but_a_quiz_is_seen_before_it_is_begun(company):
    row = company.course.row
    row.course_card = replace(row.course_card, lessons=(), rule=replace(row.course_card.rule, lessons=()))
    before = standing_in(row, None, company.ada, now=NOW)
    begin(company.ada, company.course)

    assert next_of(before) == SEE
    assert next_of(standing_in(row, record_of(company.ada, row.course_key), company.ada, now=NOW)) == QUIZ


def test_a_completed_course_can_be_looked_at_again(company):
    complete(company.ada, company.course)

    standing = where(company.ada, company.course)

    assert next_of(standing) == LOOK_AGAIN
    assert (standing.status, standing.completed_on) == ("completed", TODAY)
    assert standing.reason == "All lessons done. Best quiz result 100 %."
    assert standing.next_objective == "What a figure really promises."


def test_only_who_completed_by_an_older_rule_is_told_so(company):
    for person in (company.ada, company.ben):
        complete(person, company.course)
    start_quiz(company.cleo, company.course)
    row = company.course.row
    rule = row.course_card.rule
    more = replace(rule, lessons=(*rule.lessons, LessonNeed(str(uuid.uuid4()))))
    row.course_card = replace(row.course_card, rule=more)

    told = {
        person: standing_in(row, record_of(person, row.course_key), person, now=NOW)
        for person in (company.ada, company.cleo)
    }

    assert (told[company.ada].status, told[company.ada].reason) == (
        "completed",
        "Completed by the rules of its time.",
    )
    assert next_of(told[company.ada]) == LOOK_AGAIN
    assert (told[company.cleo].status, told[company.cleo].lessons_needed) == ("in_progress", 3)
    assert told[company.cleo].reason == "0 of 3 lessons done. Quiz not taken yet; 80 % is needed."
    assert where(company.ben, company.course).reason == "All lessons done. Best quiz result 100 %."


# When --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reads", "answered", "results", "expected"),
    [({}, {}, [], 1), ({"l": 5}, {"q": 3}, [4], 5), ({"l": 3}, {"q": 5, "p": 4}, [2], 5), ({"l": 3}, {"q": 4}, [6, 5], 6)],
)  # fmt: skip
def test_a_course_was_touched_last_by_the_newest_of_all_that_was_done(
    company, reads, answered, results, expected
):
    def day(number):
        return datetime(2026, 10, number, 9, tzinfo=UTC)

    begin(company.ada, company.course)
    progress = records.rebuild(started=day(1), reads=[(key, day(one)) for key, one in reads.items()], answers=[],
                               results=[(day(one), 50, False) for one in results])  # fmt: skip
    progress["answered"] = {key: day(one).isoformat() for key, one in answered.items()}
    CourseRecord.objects.update(progress=progress)

    assert where(company.ada, company.course).changed_at == day(expected)


def test_an_old_record_that_does_not_know_its_beginning_has_a_last_change_all_the_same(company):
    begin(company.ada, company.course)
    CourseRecord.objects.update(
        progress=records.rebuild(started=None, reads=[("l", NOW)], answers=[], results=[])
    )

    assert where(company.ada, company.course).changed_at == NOW


LATE_EVENING = datetime(2026, 11, 2, 22, 59, tzinfo=UTC)
MIDNIGHT_IN_BERLIN = datetime(2026, 11, 2, 23, 0, tzinfo=UTC)


def test_a_course_is_overdue_when_the_companys_day_is_over(company):
    ask(company.course, due_on=TODAY)

    assert where(company.ada, company.course, now=LATE_EVENING).is_overdue is False
    assert where(company.ada, company.course, now=MIDNIGHT_IN_BERLIN).is_overdue is True
    in_hand = standing_in(company.course.row, None, company.ada, now=MIDNIGHT_IN_BERLIN)
    assert (in_hand.is_overdue, in_hand.due_on) == (True, TODAY)
    assert standing_in(company.course.row, None, company.ada, now=LATE_EVENING).is_overdue is False


def test_a_course_is_completed_on_a_day_of_the_companys_calendar(company):
    complete(company.ada, company.course, now=LATE_EVENING)
    complete(company.ben, company.course, now=MIDNIGHT_IN_BERLIN)

    with timezone.override("Asia/Tokyo"):  # wherever the person is
        found = [where(person, company.course).completed_on for person in (company.ada, company.ben)]

    assert found == [TODAY, TOMORROW]


def test_before_there_is_a_company_days_are_those_of_utc(company):
    from people.queries import organisation

    ask(company.course, due_on=TODAY)
    Organisation.objects.all().delete()
    organisation.cache_clear()

    assert where(company.ada, company.course, now=MIDNIGHT_IN_BERLIN).is_overdue is False
    assert where(company.ada, company.course, now=MIDNIGHT_IN_BERLIN + timedelta(hours=1)).is_overdue is True


@pytest.mark.parametrize(
    ("requirement", "due_on", "overdue"),
    [("required", YESTERDAY, True), ("required", TODAY, False), ("required", None, False), ("recommended", YESTERDAY, False)],
)  # fmt: skip
def test_only_what_is_required_is_overdue_and_only_after_its_day(company, requirement, due_on, overdue):
    ask(company.course, requirement=requirement, due_on=due_on)

    standing = where(company.ada, company.course)

    assert (standing.requirement, standing.due_on, standing.is_overdue) == (requirement, due_on, overdue)
    assert standing.is_required is (requirement == "required")


def test_who_completed_is_never_overdue(company):
    ask(company.course, due_on=YESTERDAY)
    complete(company.ada, company.course)

    assert where(company.ada, company.course).is_overdue is False
    assert where(company.ben, company.course).is_overdue is True


# Who is asked ------------------------------------------------------------------------------------


def asked(company, *people, on=TODAY):
    """Codes of what each is asked."""
    codes = {str(one.page.translation_key): one.page.code for one in (company.course, company.other)}
    return [sorted(codes[key] for key in asked_of(person, on)) for person in people]


def test_a_side_is_asked_and_who_is_of_both_is_asked_as_each(company):
    ask(company.course, "side", side="business")
    ask(company.other, "side", side="technology")

    assert asked(company, company.ada, company.ben, company.cleo) == [["T2"], ["B1"], ["B1", "T2"]]


def test_everyone_is_asked_also_who_is_in_no_department(company):
    ask(company.course)

    assert asked(company, company.ada, company.ben, company.cleo) == [["T2"], ["T2"], ["T2"]]


def test_a_department_is_asked_with_those_below_and_nobody_above_or_beside(company):
    ask(company.course, "department", department=company.commercial)
    ask(company.other, "department", department=company.sales)
    Membership.objects.create(employee=company.cleo, department=company.commercial, from_on=TODAY)

    assert asked(company, company.ada, company.ben, company.cleo) == [["B1", "T2"], [], ["T2"]]


@pytest.mark.parametrize(
    ("from_on", "until_on", "is_asked"),
    [(TODAY, None, True), (TOMORROW, None, False), (YESTERDAY, TODAY, True), (YESTERDAY, YESTERDAY, False)],
)
def test_who_belongs_to_the_department_today_is_asked(company, from_on, until_on, is_asked):
    ask(company.course, "department", department=company.commercial)
    Membership.objects.create(
        employee=company.cleo, department=company.commercial, from_on=from_on, until_on=until_on
    )

    assert asked(company, company.cleo) == [["T2"] if is_asked else []]
    assert bool(where(company.cleo, company.course).requirement) is is_asked


@pytest.mark.parametrize(
    ("closed_on", "is_asked"), [(None, True), (TOMORROW, True), (TODAY, False), (YESTERDAY, False)]
)
def test_a_closed_audience_asks_nobody_from_its_day_on(company, closed_on, is_asked):
    ask(company.course, closed_on=closed_on)

    assert asked(company, company.ada) == [["T2"] if is_asked else []]


def test_of_what_several_audiences_ask_the_strictest_is_shown(company):
    ask(company.course, requirement="recommended", due_on=YESTERDAY)
    ask(company.course, "side", side="business", due_on=date(2026, 12, 24))
    ask(company.course, "department", department=company.sales, due_on=date(2026, 12, 1))

    found = [where(person, company.course) for person in (company.ada, company.cleo, company.ben)]

    assert [(one.requirement, one.due_on) for one in found] == [
        ("required", date(2026, 12, 1)),
        ("required", date(2026, 12, 24)),
        ("recommended", YESTERDAY),
    ]
    assert where(company.ada, company.other).requirement == ""


# The list ----------------------------------------------------------------------------------------


def test_the_list_has_every_course_by_code_with_what_its_row_shows(company):
    complete(company.ada, company.other)

    first, between, second = standings(company.ada, now=NOW)

    assert between.code == "B8"
    assert (first.code, first.status, second.code, second.status) == ("B1", "completed", "T2", "not_started")
    assert (second.title, second.short_title, second.slug, second.url) == (
        "Always on T2",
        "Always on T2",
        "always-on",
        COURSE,
    )
    assert (second.direction, second.lesson_count) == ("technology-for-business", 2)
    assert (second.summary, second.lessons_needed) == ("What a figure really promises.", 2)


def test_two_people_see_the_same_row_whenever_they_did_something(company):
    begin(company.ada, company.course, now=NOW)
    begin(company.ben, company.course, now=NOW + timedelta(days=1))
    one, other = where(company.ada, company.course), where(company.ben, company.course)

    assert one.changed_at != other.changed_at
    assert one.looks == other.looks
    assert replace(one, title="Another").looks != one.looks
    assert replace(one, due_on=TODAY).looks != one.looks


def test_a_record_is_found_by_person_and_course(company):
    mine, other = begin(company.ada, company.course), begin(company.ada, company.other)
    begin(company.ben, company.course, now=NOW + timedelta(days=1))

    assert record_of(company.ada, company.course.page.translation_key) == mine
    assert record_of(company.ada, company.other.page.translation_key) == other
    assert record_of(company.ben, company.other.page.translation_key) is None
    assert progress_of(company.ada, company.course.page.translation_key) == mine.progress
    assert progress_of(company.ben, company.other.page.translation_key) == records.empty()
    assert progress_of(Employee(side="business"), company.course.page.translation_key) == records.empty()


def test_the_list_takes_three_queries(company, django_assert_num_queries):
    begin(company.ada, company.course)
    standings(company.ada, now=NOW)

    with django_assert_num_queries(3):
        standings(company.ada, now=NOW)
