"""When a lesson is done and a course completed, and why: the one rule, in plain Python.

Every figure about completion, on any page and in any report, is computed by `assess`.

- A lesson is done when each of its checks was answered, right or wrong; a lesson without checks when the
  person said "I have read this".
- A course is completed when every required lesson is done and, where the quiz is required, an attempt
  passed by the pass mark that was stored with it.
"""

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

NOT_STARTED = "not_started"
IN_PROGRESS = "in_progress"
COMPLETED = "completed"
RULE_FORMAT = 1
"""Of a stored rule. One without a number was written before rules had one, and is of format 1."""


def _(message: str) -> str:
    """Marks a sentence for translation; the edges translate it (this module knows no Django)."""
    return message


@dataclass(frozen=True)
class LessonNeed:
    """What it takes until one lesson is done: answers to its checks, or reading where it has none."""

    key: str
    checks: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Rule:
    """What completing a course takes."""

    lessons: tuple[LessonNeed, ...]
    quiz_required: bool
    pass_percent: int
    format: int | None = field(default=RULE_FORMAT, compare=False)  # None: written before rules had a number

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rule":
        """The rule of any format up to this version's. Raises ValueError for one of a newer version."""
        if data.get("format", 1) > RULE_FORMAT:
            # not for people: the log says it
            raise ValueError(f"A rule of format {data['format']} needs a newer version of Bothways.")
        lessons = tuple(
            LessonNeed(item["key"], tuple(item["checks"]), item["required"]) for item in data["lessons"]
        )
        return cls(lessons, data["quiz_required"], data["pass_percent"], data.get("format"))

    def asks_the_same(self, other: "Rule") -> bool:
        """Whether whoever completes by one completes by the other: the order of lessons and checks asks for nothing."""
        return self._asked() == other._asked()

    def _asked(self) -> tuple[Any, ...]:
        lessons = {need.key: (frozenset(need.checks), need.required) for need in self.lessons}
        return lessons, self.quiz_required, self.pass_percent

    def to_json(self) -> dict[str, Any]:
        """In the format in which it was read, so that copies of a stored rule stay equal to it."""
        return {
            **({} if self.format is None else {"format": self.format}),
            "lessons": [
                {"key": need.key, "checks": list(need.checks), "required": need.required}
                for need in self.lessons
            ],
            "quiz_required": self.quiz_required,
            "pass_percent": self.pass_percent,
        }


@dataclass(frozen=True)
class Result:
    """A finished attempt. `passed` was decided by the pass mark of its own time."""

    finished_at: datetime
    score_percent: int
    passed: bool


@dataclass(frozen=True)
class Facts:
    """What a person did in one course: first instants only, since done once is done."""

    started_at: datetime | None = None
    read_at: Mapping[str, datetime] = field(default_factory=dict)
    answered_at: Mapping[str, datetime] = field(default_factory=dict)
    results: Sequence[Result] = ()


@dataclass(frozen=True)
class Reason:
    """Why a status is what it is. `private` has figures that only the person sees, `public` has none."""

    private: str
    public: str
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Assessment:
    status: str
    started_at: datetime | None
    completed_at: datetime | None
    lessons_done: tuple[str, ...]
    lessons_needed: int
    lessons_needed_done: int
    best_score_percent: int | None
    quiz_passed: bool  # by the pass mark of the attempt's own time
    reasons: tuple[Reason, ...]


def is_lesson_done(
    key: str, checks: Collection[str], *, read: Container[str], answered: Container[str]
) -> bool:
    """Whether each check was answered, or, where a lesson has none, whether it was read."""
    return all(check in answered for check in checks) if checks else key in read


def lesson_done_at(need: LessonNeed, facts: Facts) -> datetime | None:
    """The instant of the last first answer (or of reading); None while something is missing."""
    if not is_lesson_done(need.key, need.checks, read=facts.read_at, answered=facts.answered_at):
        return None
    if not need.checks:
        return facts.read_at[need.key]
    return max(facts.answered_at[check] for check in need.checks)


def assess(rule: Rule, facts: Facts) -> Assessment:
    """Where a person stands in a course, since when, and why.

    `completed_at` is the instant at which the last missing piece came in, so that it is the same
    whenever it is computed. Somebody in a course without any requirement completes it by starting.
    """
    done_at = {need.key: lesson_done_at(need, facts) for need in rule.lessons}
    needed = [need for need in rule.lessons if need.required]
    needed_done = [need for need in needed if done_at[need.key] is not None]
    first_pass = min((result.finished_at for result in facts.results if result.passed), default=None)
    best = max((result.score_percent for result in facts.results), default=None)
    moments = [
        moment
        for moment in (facts.started_at, *facts.read_at.values(), *facts.answered_at.values())
        if moment
    ]
    moments += [result.finished_at for result in facts.results]
    started_at = min(moments, default=None)

    completed_at = None
    quiz_done = first_pass is not None or not rule.quiz_required
    if started_at is not None and quiz_done and len(needed_done) == len(needed):
        pieces = [done_at[need.key] for need in needed]
        pieces.append(first_pass if rule.quiz_required else None)
        completed_at = max([piece for piece in pieces if piece is not None], default=started_at)

    status = NOT_STARTED if started_at is None else COMPLETED if completed_at else IN_PROGRESS
    return Assessment(
        status=status,
        started_at=started_at,
        completed_at=completed_at,
        lessons_done=tuple(need.key for need in rule.lessons if done_at[need.key] is not None),
        lessons_needed=len(needed),
        lessons_needed_done=len(needed_done),
        best_score_percent=best,
        quiz_passed=first_pass is not None,
        reasons=_reasons(rule, status, len(needed), len(needed_done), best, quiz_done),
    )


def kept(assessment: Assessment, completed_at: datetime | None) -> Assessment:
    """Who once completed a course has completed it, whatever its rule asks today. None: they have not yet."""
    if completed_at in {None, assessment.completed_at}:
        return assessment
    if assessment.status == COMPLETED:
        return replace(assessment, completed_at=completed_at)
    text = _("Completed by the rules of its time.")
    return replace(assessment, status=COMPLETED, completed_at=completed_at, reasons=(Reason(text, text),))


def _reasons(
    rule: Rule, status: str, needed: int, done: int, best: int | None, quiz_done: bool
) -> tuple[Reason, ...]:
    values = {
        "needed": needed,
        "done": done,
        "left": needed - done,
        "best": best or 0,
        "pass": rule.pass_percent,
    }
    if status == NOT_STARTED:
        return (Reason(_("Not begun yet."), _("Not begun yet.")),)
    reasons: list[Reason] = []
    if status == COMPLETED:
        if needed:
            reasons.append(Reason(_("All lessons done."), _("All lessons done.")))
        if best is not None:
            reasons.append(
                Reason(_("Best quiz result %(best)d %%."), _("Quiz passed.") if quiz_done else "", values)
            )
        return tuple(reasons) or (Reason(_("Nothing is left to do."), _("Nothing is left to do.")),)
    if done < needed:
        text = _("%(done)d of %(needed)d lessons done.")
        reasons.append(Reason(text, text, values))
    elif needed:
        reasons.append(Reason(_("All lessons done."), _("All lessons done.")))
    if not quiz_done:  # a rule without a quiz counts as done
        if best is None:
            reasons.append(
                Reason(_("Quiz not taken yet; %(pass)d %% is needed."), _("Quiz not passed yet."), values)
            )
        else:
            reasons.append(
                Reason(_("Quiz %(best)d %%, %(pass)d %% is needed."), _("Quiz not passed yet."), values)
            )
    return tuple(reasons)
