"""What a new rule of a course changes in the records of those who are in it."""

import uuid

import pytest

from courses import actions
from courses.models import Criterion, Published
from tests.courses.course import NOW
from tests.courses.learning import LATER, answer_check, begin, complete, record_of

pytestmark = pytest.mark.django_db


def grow(course, lessons=("new", "newer", "newest")):
    """From now on the course takes reading three lessons more."""
    last = Criterion.objects.filter(course_key=course.page.translation_key).latest("number")
    for count in (1, 2, 3):
        more = [{"key": key, "checks": [], "required": True} for key in lessons[:count]]
        newest = Criterion.objects.create(
            course=course.page, course_key=course.page.translation_key, number=last.number + count, made_at=NOW,
            rule=last.rule | {"lessons": last.rule["lessons"] + more},
        )  # fmt: skip
    return newest


def refresh(course):
    return actions.refresh_open_records(course_key=str(course.page.translation_key))


def test_a_new_rule_of_one_course_leaves_the_records_of_the_other_alone(company):
    for person in (company.ada, company.ben):
        begin(person, company.course)
        begin(person, company.other)
    newest = grow(company.course)

    assert refresh(company.course) == 2

    for person in (company.ada, company.ben):
        changed, other = record_of(person, company.course), record_of(person, company.other)
        assert (changed.criterion_id, changed.lessons_needed) == (newest.pk, 5)
        assert (other.criterion_id, other.lessons_needed) == (company.other.row.as_course.criterion_id, 2)
    assert refresh(company.course) == 0, "all stand by the newest rule already"
    assert refresh(company.other) == 0


def test_who_completed_keeps_the_rule_of_the_time_whatever_comes_later(company):
    before = complete(company.ada, company.course)
    begin(company.ben, company.course)
    grow(company.course)

    assert refresh(company.course) == 1
    answer_check(company.ada, company.course, choice=1, now=LATER)

    record = record_of(company.ada, company.course)
    assert (record.status, record.completed_at, record.criterion_id) == (
        "completed",
        NOW,
        before.criterion_id,
    )
    assert (record.lessons_needed, record.lessons_done, record.best_score_percent) == (2, 2, 100)


def test_what_is_done_while_in_progress_counts_by_the_rule_of_the_page(company):
    begin(company.ada, company.course)
    newest = grow(company.course)
    row = Published.objects.get(pk=company.course.row_two.pk)
    row.data = row.data | {"criterion_id": newest.pk, "rule": newest.rule}

    record = actions.read_lesson(employee=company.ada, lesson=row, now=LATER)

    assert (record.criterion_id, record.lessons_needed, record.lessons_done) == (newest.pk, 5, 1)


def test_an_answer_on_its_way_when_a_rule_was_published_takes_no_record_back(company):
    begin(company.ada, company.course)
    as_it_was_asked = Published.objects.get(pk=company.course.row_two.pk)
    newest = grow(company.course)
    refresh(company.course)

    actions.read_lesson(employee=company.ada, lesson=as_it_was_asked, now=LATER)

    record = record_of(company.ada, company.course)
    assert (record.criterion_id, record.lessons_needed, record.lessons_done) == (newest.pk, 5, 1)
    assert refresh(company.course) == 0


def test_who_begins_while_a_rule_is_published_begins_by_the_newest(company):
    as_it_was_asked = Published.objects.get(pk=company.course.row_two.pk)
    newest = grow(company.course)

    actions.read_lesson(employee=company.ada, lesson=as_it_was_asked, now=LATER)

    record = record_of(company.ada, company.course)
    assert (record.criterion_id, record.lessons_needed, record.lessons_done) == (newest.pk, 5, 1)
    assert refresh(company.course) == 0


def test_a_course_that_was_never_published_has_no_record_to_refresh(company):
    begin(company.ada, company.course)

    assert actions.refresh_open_records(course_key=str(uuid.uuid4())) == 0
