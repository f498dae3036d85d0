"""The list of somebody's courses: what a row shows, and the day by which a course is completed or overdue."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from courses.models import CourseRecord
from courses.queries import RecordFacts, offered_courses, past_of, record_of, standing_in, standings
from courses.rules import record_facts
from people.models import Employee, Organisation
from tests.courses.course import NOW
from tests.courses.learning import begin, complete
from tests.courses.standings.asking import COURSE, TODAY, TOMORROW, YESTERDAY, ask, where

pytestmark = pytest.mark.django_db


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
    kept = record_facts.rebuild(started=day(1), reads=[(key, day(one)) for key, one in reads.items()], answers=[],
                               results=[(day(one), 50, False) for one in results])  # fmt: skip
    kept["answered"] = {key: day(one).isoformat() for key, one in answered.items()}
    CourseRecord.objects.update(progress=kept)

    assert where(company.ada, company.course).changed_at == day(expected)


def test_an_old_record_that_does_not_know_its_beginning_has_a_last_change_all_the_same(company):
    begin(company.ada, company.course)
    CourseRecord.objects.update(
        progress=record_facts.rebuild(started=None, reads=[("l", NOW)], answers=[], results=[])
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
        days = [where(person, company.course).completed_on for person in (company.ada, company.ben)]

    assert days == [TODAY, TOMORROW]


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


def facts_of(record):
    record.refresh_from_db()
    return RecordFacts(record.status, record.completed_at, record.progress)


def test_a_record_is_found_by_person_and_course(company):
    mine, other = begin(company.ada, company.course), begin(company.ada, company.other)
    begin(company.ben, company.course, now=NOW + timedelta(days=1))

    assert record_of(company.ada, company.course.page.translation_key) == facts_of(mine)
    assert record_of(company.ada, company.other.page.translation_key) == facts_of(other)
    assert record_of(company.ben, company.other.page.translation_key) is None
    assert past_of(company.ada, company.course.page.translation_key) == (mine.progress, False)
    assert past_of(company.ben, company.other.page.translation_key) == (record_facts.empty(), False)
    assert past_of(Employee(side="business"), company.course.page.translation_key) == (
        record_facts.empty(),
        False,
    )


def test_the_list_takes_three_queries(company, django_assert_num_queries):
    begin(company.ada, company.course)
    standings(company.ada, now=NOW)

    with django_assert_num_queries(3):
        standings(company.ada, now=NOW)


@pytest.mark.sql
def test_what_is_offered_after_a_course_agrees_with_the_list(company, django_assert_num_queries):
    ask(company.course, due_on=TOMORROW)
    ask(company.other, requirement="recommended")
    standings(company.ada, now=NOW)  # the rows of the courses are kept for a while

    def facts(courses):
        return [
            (one.title, one.url, one.direction, one.status, one.requirement, one.due_on) for one in courses
        ]

    for learn in (
        lambda: None,
        lambda: begin(company.ada, company.other),
        lambda: complete(company.ada, company.course),
    ):
        learn()
        with django_assert_num_queries(3):
            offered = offered_courses(company.ada, now=NOW)
        assert facts(offered) == facts(standings(company.ada, now=NOW))
    began = [one.changed_at for one in offered if one.url != COURSE and one.changed_at]
    assert began == [NOW]
