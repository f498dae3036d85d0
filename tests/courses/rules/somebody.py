"""Somebody in a course of two lessons, one more that is not required, and a quiz: what they did by which minute."""

from datetime import UTC, datetime, timedelta

from courses.rules.completion import LessonNeed, Result, Rule

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


RULE = Rule(
    lessons=(LessonNeed("l1", ("q1", "q2")), LessonNeed("l2"), LessonNeed("extra", ("q3",), required=False)),
    quiz_required=True,
    pass_percent=80,
)
ALL_LESSONS = {"started_at": at(0), "answered_at": {"q1": at(5), "q2": at(6)}, "read_at": {"l2": at(9)}}

LESSONS = (LessonNeed("l1", ("q1", "q2")), LessonNeed("l2"), LessonNeed("extra", required=False))
WITH_QUIZ, WITHOUT_QUIZ = Rule(LESSONS, True, 80), Rule(LESSONS, False, 80)
ONLY_QUIZ, NOTHING = Rule((), True, 80), Rule((), False, 80)
BEGUN = {"started_at": at(0)}
ONE_LESSON = BEGUN | {"answered_at": {"q1": at(5), "q2": at(6)}}
BOTH_LESSONS = ONE_LESSON | {"read_at": {"l2": at(9)}}
FAILED, PASSED = Result(at(20), 60, False), Result(at(30), 95, True)
