"""How the facts of completion are kept in `CourseRecord.progress`, and rebuilt from the rows.

Plain Python: the same shape comes from an answer that was just stored and from all answers ever,
which is what makes "recompute everything, find 0 differences" a real test.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from courses.rules.completion import Facts, Result, Rule, assess
from quizzes.rules import ordering

Progress = dict[str, Any]


def empty() -> Progress:
    return {"started": None, "reads": {}, "answered": {}, "latest": {}, "results": []}


def add_started(progress: Progress, at: datetime) -> None:
    progress["started"] = progress["started"] or _iso(at)


def add_read(progress: Progress, lesson_key: str, at: datetime) -> None:
    progress["reads"].setdefault(lesson_key, _iso(at))


def add_answer(progress: Progress, answer: Mapping[str, Any]) -> None:
    """An answer to a check: the first arrival counts, the answer that was given last is shown.

    `answer` has question_key, version_id, chosen, is_unsure, is_correct, confidence, answered_at, key, given_at.
    """
    key = str(answer["question_key"])
    progress["answered"].setdefault(key, _iso(answer["answered_at"]))
    given = {"key": str(answer["key"]), "given": _iso(answer["given_at"])} if answer["given_at"] else {}
    if key in progress["latest"] and ordering.sort_key(progress["latest"][key]) > ordering.sort_key(given):
        return
    progress["latest"][key] = {
        "version": answer["version_id"],
        "chosen": list(answer["chosen"]),
        "unsure": answer["is_unsure"],
        "correct": answer["is_correct"],
        "confidence": answer["confidence"],
        **given,
    }


def add_result(progress: Progress, finished_at: datetime, score_percent: int, passed: bool) -> None:
    progress["results"].append([_iso(finished_at), score_percent, passed])


def rebuild(
    *,
    started: datetime | None,
    reads: Iterable[tuple[str, datetime]],
    answers: Iterable[Mapping[str, Any]],
    results: Iterable[tuple[datetime, int, bool]],
) -> Progress:
    """The same progress from all rows of a person in a course, in the order of their arrival."""
    progress = empty()
    if started is not None:
        add_started(progress, started)
    for lesson_key, at in reads:
        add_read(progress, str(lesson_key), at)
    for answer in answers:
        add_answer(progress, answer)
    for finished_at, score_percent, passed in results:
        add_result(progress, finished_at, score_percent, passed)
    return progress


def facts(progress: Mapping[str, Any]) -> Facts:
    started = progress["started"]
    return Facts(
        started_at=datetime.fromisoformat(started) if started else None,
        read_at={key: datetime.fromisoformat(at) for key, at in progress["reads"].items()},
        answered_at={key: datetime.fromisoformat(at) for key, at in progress["answered"].items()},
        results=[
            Result(datetime.fromisoformat(at), score, passed) for at, score, passed in progress["results"]
        ],
    )


COLUMNS = (
    "status", "started_at", "completed_at", "lessons_done", "lessons_needed", "best_score_percent",
)  # fmt: skip


def columns(rule: Rule, progress: Mapping[str, Any]) -> dict[str, Any]:
    """What `CourseRecord` stores of what follows from a rule and a progress."""
    assessment = assess(rule, facts(progress))
    return {
        "status": assessment.status,
        "started_at": assessment.started_at,
        "completed_at": assessment.completed_at,
        "lessons_done": assessment.lessons_needed_done,
        "lessons_needed": assessment.lessons_needed,
        "best_score_percent": assessment.best_score_percent,
    }


def _iso(at: datetime) -> str:
    """In UTC, so that the same instant is always written the same way."""
    return at.astimezone(UTC).isoformat()
