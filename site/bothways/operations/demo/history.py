"""Half a year of learning, told through the real actions with a moved clock."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bothways.operations.demo import company
from bothways.operations.demo.plans import SEED, Plan
from courses import actions
from courses.models import Published
from courses.published import Check
from people.models import Employee
from quizzes.models import Attempt, Drawn, QuestionVersion

WORKDAY_BEGINS, WORKDAY_ENDS = 8, 18
SATURDAY = 5


class TimeIsUp(Exception):
    """What comes next would happen after the end of the history."""


class Clock:
    """A person's time: goes on in minutes and in days, begins sittings in hours of work, and ends.

    Raises: TimeIsUp, from every method, where it would pass the end.
    """

    def __init__(self, start: datetime, chance: Random, *, end: datetime) -> None:
        self.chance, self.end = chance, end
        self.at = start.astimezone(ZoneInfo(company.TIME_ZONE))
        self._at_some_hour()
        while self.at.weekday() >= SATURDAY:
            self.at -= timedelta(days=1)

    @property
    def now(self) -> datetime:
        """The instant, in UTC as edges say it."""
        if self.at >= self.end:
            raise TimeIsUp
        return self.at.astimezone(UTC)

    def minutes(self, average: float) -> None:
        """A little later, in the same sitting."""
        self.at += timedelta(minutes=average * self.chance.uniform(0.5, 1.7))

    def sitting(self, days: float) -> None:
        """Another working day, or later on the same one."""
        before = self.at
        self.at += timedelta(days=round(days * self.chance.uniform(0.4, 1.6)))
        if self.at.date() == before.date():
            self.at += timedelta(minutes=self.chance.randint(5, 25))
            return
        self._at_some_hour()
        while self.at.weekday() >= SATURDAY:
            self.at += timedelta(days=1)

    def _at_some_hour(self) -> None:
        self.at = self.at.replace(
            hour=self.chance.randint(WORKDAY_BEGINS, WORKDAY_ENDS - 2),
            minute=self.chance.randrange(60),
            second=self.chance.randrange(60),
            microsecond=self.chance.randrange(1_000_000),
        )


@dataclass
class Course:
    """The published course with its lessons and the questions of its bank, read once for everybody."""

    row: Published
    lessons: list[Published]
    questions: dict[int, dict[str, Any]] = field(default_factory=dict)  # version id → kind and payload

    @classmethod
    def read(cls, row: Published) -> "Course":
        """Two SQL queries."""
        lessons = Published.objects.filter(course_key=row.course_key, locale=row.locale).exclude(slug="")
        bank = row.as_course.quiz.bank_id if row.as_course.quiz else 0
        versions = QuestionVersion.objects.filter(question__bank_id=bank).values_list("pk", "kind", "payload")
        return cls(
            row,
            list(lessons.order_by("position")),
            {pk: {**payload, "kind": kind} for pk, kind, payload in versions},
        )


class Learner:
    """One person in one course. Stops where the plan ends or the time is up."""

    def __init__(
        self, employee: Employee, course: Course, plan: Plan, *, now: datetime, end: datetime
    ) -> None:
        self.employee, self.course, self.plan = employee, course, plan
        name = f"{SEED}/{employee.email}/{course.row.course_slug}"
        begins = now - timedelta(days=plan.begins)
        self.clock = Clock(begins, Random(f"{name}/clock"), end=end)  # noqa: S311 - always the same
        # Which questions a quiz draws differs from time to time, so what depends on them has its own
        # chance: instants and results are the same in every demo.
        self.chance = Random(f"{name}/answers")  # noqa: S311 - always the same
        self.skill = self.chance.uniform(0.55, 0.92)

    def learn(self) -> None:
        with suppress(TimeIsUp):
            self._follow_the_plan()

    def _follow_the_plan(self) -> None:
        plan, clock = self.plan, self.clock
        if plan.lessons == plan.checks == 0 or self.chance.random() < 0.7:
            actions.begin_course(employee=self.employee, course=self.course.row, now=clock.now)
            clock.minutes(4)
        done = self.course.lessons[: plan.lessons]
        for lesson in done:
            self._lesson(lesson)
            clock.sitting(plan.pace)
        if plan.checks and len(done) < len(self.course.lessons):
            self._lesson(self.course.lessons[len(done)], at_most=plan.checks)
        for misses in plan.misses:
            self._quiz(misses)
            clock.sitting(max(plan.pace, 1.5))
        if plan.in_quiz is not None:
            self._quiz(1, at_most=plan.in_quiz)

    def _lesson(self, lesson: Published, at_most: int = 99) -> None:
        checks = lesson.as_lesson.questions
        if not checks:
            actions.read_lesson(employee=self.employee, lesson=lesson, now=self.clock.now)
        for key, check in list(checks.items())[:at_most]:
            self.clock.minutes(2.5)
            is_right = self.clock.chance.random() < self._likelihood(check.payload)
            self._answer_check(lesson, key, check, is_right=is_right)
            if not is_right and self.clock.chance.random() < 0.3:
                self.clock.minutes(1)
                self._answer_check(lesson, key, check, is_right=True)

    def _answer_check(self, lesson: Published, key: str, check: Check, *, is_right: bool) -> None:
        chosen, unsure, confidence = self._choice({**check.payload, "kind": check.kind}, is_right=is_right)
        actions.answer_check(
            employee=self.employee,
            lesson=lesson,
            question_key=key,
            version_id=check.version_id,
            key=self._key(),
            chosen=chosen,
            unsure=unsure,
            confidence=confidence,
            now=self.clock.now,
        )

    def _quiz(self, misses: int, at_most: int = 99) -> None:
        attempt = actions.start_quiz(employee=self.employee, course=self.course.row, now=self.clock.now)
        drawn = (
            Drawn.objects.filter(attempt=attempt).order_by("position").values_list("position", "version_id")
        )
        missed = set(self.clock.chance.sample(range(1, attempt.question_count + 1), misses))
        for position, version_id in list(drawn)[:at_most]:
            self.clock.minutes(0.9)
            self._answer_quiz(attempt, position, version_id, is_right=position not in missed)

    def _answer_quiz(self, attempt: Attempt, position: int, version_id: int, *, is_right: bool) -> None:
        chosen, unsure, confidence = self._choice(self.course.questions[version_id], is_right=is_right)
        actions.answer_quiz(
            employee=self.employee,
            course=self.course.row,
            attempt=attempt,
            position=position,
            key=self._key(),
            chosen=chosen,
            unsure=unsure,
            confidence=confidence,
            now=self.clock.now,
        )

    def _likelihood(self, question: Mapping[str, Any]) -> float:
        return self.skill - 0.12 * (question["difficulty"] - 2)

    def _choice(self, question: dict[str, Any], *, is_right: bool) -> tuple[list[str], bool, int | None]:
        """Options, "not sure", confidence: the sure are mostly right, some are sure and not right."""
        right = [option["key"] for option in question["options"] if option["correct"]]
        others = [option["key"] for option in question["options"] if not option["correct"]]
        if is_right:
            return right, False, self._pick({3: 48, 2: 36, 1: 7, None: 9})
        if self.chance.random() < 0.22:
            return [], True, None
        if len(right) > 1 and self.chance.random() < 0.6:  # forgot one
            chosen = right[:-1]
        else:
            # One option tempts more than the others, as in real questions.
            tempting = others[0] if self.chance.random() < 0.5 else self.chance.choice(others)
            chosen = [*right, tempting] if question["kind"] == "multiple_choice" else [tempting]
        return chosen, False, self._pick({3: 21, 2: 44, 1: 26, None: 9})

    def _pick(self, weights: dict[int | None, int]) -> int | None:
        return self.chance.choices(list(weights), weights=list(weights.values()))[0]

    def _key(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)
