"""Records follow from answers: in the same transaction, and again whenever recomputed."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from audit.append_only import maintenance
from courses import actions, queries
from courses.actions import learning
from courses.models import CourseRecord, Criterion, Evidence, Published
from quizzes.models import Answer, Drawn
from tests.courses.course import NOW, publish

pytestmark = pytest.mark.sql


def answer(person, course, check=0, *, choice=0, now=NOW, key=None):
    question = course.checks[check]
    row = Published.objects.get(pk=course.row_one.pk)
    return actions.answer_check(
        employee=person,
        lesson=row,
        question_key=str(question.translation_key),
        version_id=question.current_version.pk,
        key=key or uuid.uuid4(),
        chosen=[str(question.options.order_by("sort_order")[choice].key)],
        unsure=False,
        confidence=None,
        now=now,
    )


def read(person, course, now=NOW):
    return actions.read_lesson(employee=person, lesson=Published.objects.get(pk=course.row_two.pk), now=now)


def take_quiz(person, course, *, right, now=NOW):
    row = Published.objects.get(pk=course.row.pk)
    attempt = actions.start_quiz(employee=person, course=row, now=now)
    for drawn in Drawn.objects.filter(attempt=attempt).select_related("version").order_by("position"):
        options = drawn.version.payload["options"]
        chosen = next(option["key"] for option in options if option["correct"] == (drawn.position <= right))
        actions.answer_quiz(
            employee=person, course=row, attempt=attempt, position=drawn.position, key=uuid.uuid4(),
            chosen=[chosen], unsure=False, confidence=3, now=now,
        )  # fmt: skip
    attempt.refresh_from_db()
    return attempt


def complete(person, course, now=NOW):
    answer(person, course, 0, now=now)
    answer(person, course, 1, now=now)
    read(person, course, now=now)
    return take_quiz(person, course, right=3, now=now)


def test_beginning_twice_is_beginning_once(employee, course):
    first = actions.begin_course(employee=employee, course=course.row, now=NOW)
    second = actions.begin_course(employee=employee, course=course.row, now=NOW + timedelta(days=1))

    assert first.pk == second.pk
    assert second.started_at == NOW
    assert Evidence.objects.count() == 1


def test_the_first_answer_begins_the_course(employee, course):
    answer(employee, course)

    assert Evidence.objects.get().kind == "started"
    assert CourseRecord.objects.get().status == "in_progress"


def test_lessons_and_a_passed_quiz_complete_the_course(employee, course):
    complete(employee, course)

    record = CourseRecord.objects.get()
    assert (record.status, record.completed_at, record.best_score_percent) == ("completed", NOW, 100)
    assert list(queries.record_differences()) == []


def test_a_failed_quiz_leaves_it_in_progress_and_the_next_passes_it(employee, course):
    answer(employee, course, 0)
    answer(employee, course, 1)
    read(employee, course)

    assert take_quiz(employee, course, right=1).passed is False
    assert CourseRecord.objects.get().status == "in_progress"
    take_quiz(employee, course, right=3, now=NOW + timedelta(hours=1))

    record = CourseRecord.objects.get()
    assert (record.status, record.completed_at) == ("completed", NOW + timedelta(hours=1))
    assert list(queries.record_differences()) == []


def test_who_completed_stays_completed_when_the_course_grows(employee, technician, course):
    complete(employee, course)
    answer(technician, course)
    course.page.pass_percent = 100
    publish(course.page)
    course.two.is_required = True
    from courses.models import LessonPage

    course.page.refresh_from_db()
    extra = course.page.add_child(
        instance=LessonPage(title="More", slug="more", objective="do more", live=False, body=course.two.body)
    )
    publish(extra)

    actions.refresh_open_records(course_key=str(course.page.translation_key))

    assert CourseRecord.objects.get(employee=employee).status == "completed"
    open_record = CourseRecord.objects.get(employee=technician)
    assert open_record.lessons_needed == 3
    assert open_record.criterion.number == Criterion.objects.order_by("-number").first().number
    assert list(queries.record_differences()) == []


def test_publishing_brings_open_records_to_the_new_rule(technician, course):
    answer(technician, course)

    course.two.unpublish()

    assert CourseRecord.objects.get().lessons_needed == 1


def test_a_changed_figure_is_found(employee, course):
    complete(employee, course)
    assert list(queries.record_differences()) == []

    CourseRecord.objects.update(best_score_percent=99)

    assert [difference for difference in queries.record_differences() if "best_score_percent" in difference]


def test_a_lost_record_is_found(employee, course):
    answer(employee, course)

    CourseRecord.objects.all().delete()

    assert ["no record" in difference for difference in queries.record_differences()] == [True]


def test_a_failing_record_takes_the_answer_back(employee, course, monkeypatch):
    def broken(*args):
        raise DatabaseError("disk full")

    monkeypatch.setattr(learning, "_store", broken)

    with pytest.raises(DatabaseError):
        answer(employee, course)

    assert not Answer.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("model", [Evidence, Criterion, Answer])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_what_happened(employee, course, model, verb):
    answer(employee, course)
    table = model._meta.db_table
    statement = f"UPDATE {table} SET id = id" if verb == "update" else f"DELETE FROM {table}"

    from django.db import connection

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert model.objects.exists()


def test_the_maintenance_door_opens_within_its_transaction_and_closes(employee, course):
    from django.db import connection

    answer(employee, course)
    with maintenance("erasure"), connection.cursor() as cursor:
        cursor.execute("UPDATE courses_evidence SET id = id")

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE courses_evidence SET id = id")


def test_publishing_is_all_or_nothing(course, monkeypatch):
    from courses import publishing

    def broken(*args, **kwargs):
        raise RuntimeError("the renderer failed")

    monkeypatch.setattr(publishing, "render_lesson", broken)
    course.one.title = "A new title"

    with pytest.raises(RuntimeError):
        course.one.save_revision().publish()

    course.one.refresh_from_db()
    assert course.one.title == "Hours"
