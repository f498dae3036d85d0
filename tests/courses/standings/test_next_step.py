"""What comes next in a course, in the words that people read on home and on their own page."""

import uuid
from dataclasses import replace

import pytest

from courses.queries import record_of, standing_in
from courses.rules.completion import LessonNeed
from tests.courses.course import NOW
from tests.courses.learning import answer_check, begin, complete, read, start_quiz, take_quiz
from tests.courses.standings.asking import COURSE, TODAY, where

pytestmark = pytest.mark.django_db


def next_of(standing):
    return standing.next_label, standing.next_title, standing.next_url, standing.next_number


SEE = ("See the course", "Always on T2", COURSE, 0)
LOOK_AGAIN = ("Look again", "Always on T2", COURSE, 0)
FIRST = ("Continue lesson 1", "Hours", f"{COURSE}hours/", 1)
SECOND = ("Continue lesson 2", "Reading", f"{COURSE}reading/", 2)
QUIZ = ("Take the quiz", "Quiz: Always on T2", f"{COURSE}quiz/", 0)


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
