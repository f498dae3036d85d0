"""What pages and HR's file showed at the end, against the rows."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from tools.load.grading import Did, effective, score
from tools.load.history import Event

if TYPE_CHECKING:
    from tools.load.checker import Case

STATUSES = {"completed": "Completed", "in_progress": "In progress", "not_started": "Not started"}


def shown_wrong(case: "Case") -> Iterator[str]:
    looks = {"course": _course, "result": _result, "lesson": _lesson, "report": _report}
    for event in case.events:
        if event["event"] == "seen":
            yield from looks[event["what"]](case, event)


def _course(case: "Case", seen: Event) -> Iterator[str]:
    pair = (seen["employee"], seen["course"])
    did, rule = case.did.get(pair, Did()), case.newest_rules[seen["course"]]["rule"]
    name = f"the course page of employee {pair[0]}, course {pair[1]}"
    lessons = {lesson["key"]: lesson for lesson in rule["lessons"]}
    if {case.page_keys.get(url) for url in seen["lessons"]} != lessons.keys():
        yield f"{name} lists {sorted(seen['lessons'])}"
        return
    for url, words in seen["lessons"].items():
        lesson = lessons[case.page_keys[url]]
        begun = any(check in did.answers for check in lesson["checks"])
        status = "completed" if did.lesson_done(lesson) else "in_progress" if begun else "not_started"
        if words != STATUSES[status]:
            yield f"{name} says “{words}” for {url}, the rows say {status}"
    record = next(
        (record for record in case.rows["records"] if (record["employee_id"], record["course_key"]) == pair),
        None,
    )
    status = record["status"] if record else "not_started"
    if not seen["status"].startswith(STATUSES[status]):
        yield f"{name} says “{seen['status']}”, the record says {status}"


def _result(case: "Case", seen: Event) -> Iterator[str]:
    attempt = next(
        (attempt for attempt in case.rows["attempts"] if attempt["public_id"] == seen["attempt"]), None
    )
    if attempt is None or attempt["employee_id"] != seen["employee"]:
        yield f"employee {seen['employee']} was shown attempt {seen['attempt']}, which is not theirs"
        return
    answers = sorted(
        case.answers_of_attempts.get(attempt["id"], []),
        key=lambda answer: case.drawn[answer["drawn_id"]]["position"],
    )
    ticks = [case.is_right(answer) for answer in answers]
    percent = score(sum(ticks), attempt["question_count"])
    meant: dict[str, Any] = {
        "right": sum(ticks), "asked": attempt["question_count"], "score": percent, "needed": attempt["pass_percent"],
        "passed": percent >= attempt["pass_percent"], "ticks": ticks,
    }  # fmt: skip
    for part, value in meant.items():
        if seen[part] != value:
            yield f"the result of attempt {seen['attempt']} says {part} {seen[part]}, the rows say {value}"


def _lesson(case: "Case", seen: Event) -> Iterator[str]:
    did = case.did.get((seen["employee"], seen["course"]), Did())
    for check, shown in seen["answers"].items():
        counts = effective(did.answers[check]) if check in did.answers else None
        meant = None if counts is None else ["unsure"] if counts["is_unsure"] else sorted(counts["chosen"])
        if shown != meant:
            yield f"employee {seen['employee']} was shown {shown} as the answer to {check}, the rows say {meant}"


def _report(case: "Case", seen: Event) -> Iterator[str]:
    """Each person and course that is asked for stands there once, with the status and days of the record."""
    on = date.fromisoformat(seen["on"])
    records = {(record["employee_id"], record["course_key"]): record for record in case.rows["records"]}
    keys = {name: int(pk) for pk, name in case.before["names"].items()}
    lines = Counter((line["Person"], line["Course"]) for line in seen["lines"])
    for name in keys:
        for course in case.before["courses"]:
            if lines[name, course] != 1:
                yield f"HR's file has {lines[name, course]} lines for {name} and {course}"
    for line in seen["lines"]:
        record = records.get((keys.get(line["Person"], 0), case.before["courses"].get(line["Course"], "")))
        begun, completed = (
            _day(record and record["started_at"], on),
            _day(record and record["completed_at"], on),
        )
        status = "completed" if completed else "in_progress" if begun else "not_started"
        meant = {"Status": STATUSES[status], "Begun on": begun, "Completed on": completed}
        for column, value in meant.items():
            if line[column] != value:
                yield f"HR's file says {column} “{line[column]}” of {line['Person']}, {line['Course']}; the rows say “{value}”"


def _day(instant: Any, last: date) -> str:
    """The day as the file writes it, in UTC, where the installation is; empty for what came after the last day."""
    return "" if instant is None or instant.date() > last else str(instant.date())
