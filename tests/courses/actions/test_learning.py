"""What can happen in a course: it is begun, checks are answered, lessons read, the quiz taken."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from courses import actions, queries
from courses.actions import learning
from courses.models import CourseRecord, Evidence
from quizzes.models import Answer, Attempt
from tests.courses.actions.test_audiences import set_audience
from tests.courses.actions.test_new_rule import grow, refresh
from tests.courses.course import NOW
from tests.courses.learning import (
    LATER,
    answer_check,
    answer_quiz,
    begin,
    read,
    record_of,
    start_quiz,
    take_quiz,
)

pytestmark = pytest.mark.django_db


def nothing_happened():
    return not Evidence.objects.exists() and not CourseRecord.objects.exists() and not Answer.objects.exists()


# Beginning ---------------------------------------------------------------------------------------


def test_beginning_leaves_evidence_and_a_record_of_this_course(company):
    begin(company.ben, company.other)
    record = begin(company.ada, company.course)

    evidence = Evidence.objects.get(employee=company.ada)
    assert (evidence.kind, evidence.at, evidence.lesson_id, evidence.lesson_key) == (
        "started",
        NOW,
        None,
        None,
    )
    assert evidence.course_id == company.course.page.pk
    assert evidence.course_key == company.course.page.translation_key
    assert (record.course_id, record.criterion_id) == (
        company.course.page.pk,
        company.course.row.as_course.criterion_id,
    )
    assert (record.status, record.started_at, record.lessons_done, record.lessons_needed) == (
        "in_progress",
        NOW,
        0,
        2,
    )
    assert record.progress["started"] == "2026-11-02T09:00:00+00:00"


def test_two_devices_that_begin_at_once_begin_once(company, monkeypatch):
    """The second one looks before the first has stored anything, and is told by the unique key."""
    first = begin(company.ada, company.course)
    really, looks = learning._locked, []

    def too_early(employee, ref):
        looks.append(ref.key)
        return really(employee, ref) if len(looks) > 1 else None

    monkeypatch.setattr(learning, "_locked", too_early)
    second = begin(company.ada, company.course, now=LATER)

    assert len(looks) == 2
    assert second.pk == first.pk
    assert (second.started_at, second.progress) == (NOW, first.progress)
    assert Evidence.objects.get().at == NOW


def test_what_the_database_refuses_for_another_reason_is_raised(company):
    """Evidence of a beginning without its record: nothing is made up for it."""
    Evidence.objects.create(
        employee=company.ada, course=company.course.page, course_key=company.course.page.translation_key,
        kind="started", at=NOW,
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        begin(company.ada, company.course, now=LATER)

    assert not CourseRecord.objects.exists()


def test_the_record_is_locked_before_it_is_changed(company, monkeypatch):
    """SQLite has no such lock; there the words stand in a comment, so that they can be looked for."""
    if not connection.features.has_select_for_update:
        monkeypatch.setattr(connection.features, "has_select_for_update", True)
        monkeypatch.setattr(connection.ops, "for_update_sql", lambda **options: "/* FOR UPDATE */")
    begin(company.ada, company.course)
    audience = set_audience(company)

    def locked(act):
        with CaptureQueriesContext(connection) as captured:
            act()
        return {
            table
            for table in ("courses_courserecord", "courses_audience", "courses_coursepage")
            for query in captured.captured_queries
            if "FOR UPDATE" in query["sql"] and f'FROM "{table}"' in query["sql"]
        }

    assert locked(lambda: answer_check(company.ada, company.course)) == {"courses_courserecord"}
    assert locked(lambda: grow(company.course) and refresh(company.course)) == {"courses_courserecord"}
    assert locked(lambda: set_audience(company, side="business")) == {"courses_coursepage"}
    assert locked(lambda: actions.end_audience(audience, by=company.hr, now=NOW)) == {"courses_audience"}


# Checks and lessons ------------------------------------------------------------------------------


def test_an_answer_to_a_check_is_kept_in_the_record_once(company):
    key = uuid.uuid4()
    answer_check(company.ada, company.course, key=key)
    answer_check(company.ada, company.course, key=key, now=LATER)

    question = str(company.course.checks[0].translation_key)
    record = record_of(company.ada, company.course)
    assert record.progress["answered"] == {question: "2026-11-02T09:00:00+00:00"}
    assert record.progress["latest"][question]["correct"] is True
    assert Answer.objects.get().context_key == company.course.page.translation_key


def test_a_lesson_is_asked_only_its_own_questions(company):
    one, other = company.course, company.other
    version = other.checks[0].current_version.pk

    for changed in (
        {"question_key": str(other.checks[0].translation_key), "version_id": version},
        {"version_id": version},
        {"version_id": 99999},
    ):
        with pytest.raises(actions.UnknownCheck):
            answer_check(company.ada, one, **changed)

    assert nothing_happened()


def test_a_lesson_that_was_read_is_named_in_the_evidence(company):
    begin(company.ada, company.course)
    record = read(company.ada, company.course, now=LATER)
    read(company.ada, company.course, now=LATER + timedelta(hours=1))

    evidence = Evidence.objects.get(kind="read")
    assert (evidence.lesson_id, evidence.lesson_key) == (
        company.course.two.pk,
        company.course.two.translation_key,
    )
    assert (evidence.course_id, evidence.at) == (company.course.page.pk, LATER)
    assert evidence.course_key == company.course.page.translation_key
    assert record.progress["reads"] == {str(company.course.two.translation_key): "2026-11-02T10:00:00+00:00"}
    assert record_of(company.ada, company.course).lessons_done == 1


def test_a_lesson_with_checks_is_not_completed_by_reading(company):
    with pytest.raises(actions.LessonHasChecks):
        actions.read_lesson(employee=company.ada, lesson=company.course.row_one, now=NOW)

    assert nothing_happened()


# The quiz ----------------------------------------------------------------------------------------


def test_a_course_without_a_quiz_or_with_too_small_a_bank_has_none_to_start(company):
    row = company.course.row
    for quiz in (None, replace(row.as_course.quiz, available=False)):
        row.as_course = replace(row.as_course, quiz=quiz)
        with pytest.raises(actions.NoQuiz):
            start_quiz(company.ada, company.course)

    assert nothing_happened()
    assert not Attempt.objects.exists()


def test_the_quiz_of_a_course_is_drawn_from_its_own_bank(company):
    attempt = start_quiz(company.ada, company.other)

    assert (attempt.bank_id, attempt.quiz_key) == (company.other.bank.pk, company.other.page.translation_key)
    assert (attempt.question_count, attempt.pass_percent) == (3, 80)
    assert record_of(company.ada, company.other).started_at == NOW


def test_only_the_last_answer_puts_a_result_into_the_record(company):
    attempt = start_quiz(company.ada, company.course)
    for position in (1, 2):
        answer_quiz(company.ada, company.course, attempt, position)
        assert record_of(company.ada, company.course).progress["results"] == []

    answer_quiz(company.ada, company.course, attempt, 3, right=False, now=LATER)

    record = record_of(company.ada, company.course)
    assert record.progress["results"] == [["2026-11-02T10:00:00+00:00", 66, False]]
    assert record.best_score_percent == 66


def test_who_has_everything_wrong_has_nought_per_cent(company):
    take_quiz(company.ada, company.course, right=0)

    record = record_of(company.ada, company.course)
    assert record.progress["results"] == [["2026-11-02T09:00:00+00:00", 0, False]]
    assert record.best_score_percent == 0


@pytest.mark.parametrize("again_at", [NOW, LATER])
def test_the_last_answer_sent_again_from_a_page_left_open_counts_once(company, again_at):
    attempt = start_quiz(company.ada, company.course)
    left_open, key = Attempt.objects.get(pk=attempt.pk), uuid.uuid4()
    for position in (1, 2):
        answer_quiz(company.ada, company.course, attempt, position)
    answer_quiz(company.ada, company.course, attempt, 3, key=key)

    # The page that sent it knows that the attempt is over; another one, left open, does not.
    answer_quiz(company.ada, company.course, attempt, 3, key=key, now=again_at)
    answer_quiz(company.ada, company.course, left_open, 3, key=key, now=LATER)

    assert len(record_of(company.ada, company.course).progress["results"]) == 1
    assert list(queries.record_differences()) == []
