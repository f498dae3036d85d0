"""What a person does in a course, as a single call: begin, answer, read, take the quiz, complete."""

import uuid
from datetime import timedelta

from courses import actions
from courses.models import CourseRecord
from quizzes.models import Attempt, Drawn
from tests.courses.course import NOW

LATER = NOW + timedelta(hours=1)


def begin(person, course, now=NOW):
    return actions.begin_course(employee=person, course=course.row, now=now)


def answer_check(person, course, check=0, *, choice=0, now=NOW, **changed):
    question = course.checks[check]
    values = {
        "lesson": course.row_one,
        "question_key": str(question.translation_key),
        "version_id": question.current_version.pk,
        "key": uuid.uuid4(),
        "chosen": [str(question.options.order_by("sort_order")[choice].key)],
    }
    return actions.answer_check(employee=person, unsure=False, confidence=None, now=now, **values | changed)


def read(person, course, now=NOW):
    return actions.read_lesson(employee=person, lesson=course.row_two, now=now)


def answer_quiz(person, course, attempt, position, *, right=True, now=NOW, key=None):
    drawn = Drawn.objects.select_related("version").get(attempt=attempt, position=position)
    chosen = next(option["key"] for option in drawn.version.payload["options"] if option["correct"] is right)
    return actions.answer_quiz(
        employee=person, course=course.row, attempt=attempt, position=position, key=key or uuid.uuid4(),
        chosen=[chosen], unsure=False, confidence=2, now=now,
    )  # fmt: skip


def start_quiz(person, course, now=NOW):
    return actions.start_quiz(employee=person, course=course.row, now=now)


def take_quiz(person, course, *, right=3, now=NOW):
    attempt = start_quiz(person, course, now)
    for position in (1, 2, 3):
        answer_quiz(person, course, attempt, position, right=position <= right, now=now)
    return Attempt.objects.get(pk=attempt.pk)


def complete(person, course, now=NOW):
    answer_check(person, course, 0, now=now)
    answer_check(person, course, 1, now=now)
    read(person, course, now=now)
    take_quiz(person, course, now=now)
    return record_of(person, course)


def record_of(person, course):
    return CourseRecord.objects.get(employee=person, course_key=course.page.translation_key)
