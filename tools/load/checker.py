"""History against rows: what was lost, doubled, invented, altered, graded wrong, half done, or shown wrong.

    python -m tools.load.checker HISTORY DATABASE        one line of JSON: category → sentences

It runs in a process of its own, knows what was sent and acknowledged from the history and what is stored from
plain SQL, and computes every grade, score and record itself (grading.py).
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tools.load import history as histories
from tools.load import rows as stored_rows
from tools.load.grading import Did, effective, is_possible, is_right, progress_said, score
from tools.load.history import ANSWER, QUIZ, READ, Event
from tools.load.rows import Row, Rows
from tools.load.shown import shown_wrong

MOST_TOLD = 5
# Each has to be empty in any run, whatever happened to the server.
CATEGORIES = (
    "lost", "doubled", "invented", "altered", "order", "misgraded", "attempts", "records", "stale", "shown", "times", "unknown",
)  # fmt: skip


@dataclass
class Verdict:
    acknowledged: int
    stored: int
    doubts: int
    refused: int
    findings: dict[str, list[str]] = field(default_factory=dict)

    def is_clean(self) -> bool:
        """Nothing wrong, and something was proved."""
        return self.acknowledged > 0 and not any(self.findings[name] for name in CATEGORIES)

    def count(self, category: str) -> int:
        return len(self.findings[category])

    def __str__(self) -> str:
        counts = {name: len(self.findings[name]) for name in CATEGORIES}
        told = [line for name in CATEGORIES for line in self.findings[name][:MOST_TOLD]]
        return "\n".join(
            [
                f"acknowledged {self.acknowledged}  stored {self.stored}  doubts {self.doubts}  refused {self.refused}  "
                + "  ".join(f"{name} {count}" for name, count in counts.items()),
                *told,
            ]
        )


class Case:
    """One history and one state of the database, with everything looked up by what it is looked up by."""

    def __init__(self, events: Sequence[Event], rows: Rows) -> None:
        self.events, self.rows = events, rows
        self.before = next((event for event in events if event["event"] == "before"), {})
        self.invoked = [event for event in events if event["event"] == "invoke"]
        self.sent = {event["key"]: event for event in self.invoked}
        self.said = Counter(event["key"] for event in events if event["event"] == "ok")
        self.refused: set[str] = set()
        self.refused_after_a_doubt: set[str] = set()
        doubted = set()
        for event in events:
            if event["event"] == "info":
                doubted.add(event["key"])
            elif event["event"] == "fail":
                (self.refused_after_a_doubt if event["key"] in doubted else self.refused).add(event["key"])
        self.versions = {version["id"]: version for version in rows["versions"]}
        self.attempts = {attempt["id"]: attempt for attempt in rows["attempts"]}
        self.drawn = {drawn["id"]: drawn for drawn in rows["drawn"]}
        self.criteria = {criterion["id"]: criterion for criterion in rows["criteria"]}
        self.page_keys = {
            page["url_path"].removeprefix("/home"): page["translation_key"] for page in rows["pages"]
        }

    def new(self, table: str) -> list[Row]:
        """What was stored since the history began."""
        return [row for row in self.rows[table] if row["id"] > self.before.get(table, 0)]

    def acts(self, act: str) -> list[Event]:
        return [event for event in self.invoked if event["act"] == act]

    def is_right(self, answer: Row) -> bool:
        """By its own version; nothing is right without one."""
        version = self.versions.get(answer["version_id"])
        return version is not None and is_right(version, answer)

    def attempt_of(self, drawn: Row) -> Row:
        """Empty where it is gone."""
        return self.attempts.get(drawn["attempt_id"], {})

    @cached_property
    def answers_of_attempts(self) -> dict[int, list[Row]]:
        answers = defaultdict(list)
        for answer in self.rows["answers"]:
            if answer["drawn_id"] in self.drawn:
                answers[self.drawn[answer["drawn_id"]]["attempt_id"]].append(answer)
        return answers

    @cached_property
    def newest_rules(self) -> dict[str, Row]:
        """Course → its newest criterion."""
        return {
            criterion["course_key"]: criterion
            for criterion in sorted(self.rows["criteria"], key=lambda criterion: criterion["number"])
        }

    @cached_property
    def did(self) -> dict[tuple[int, str], Did]:
        """Person and course → what the rows say that they did there."""
        deeds: dict[tuple[int, str], Did] = defaultdict(Did)
        for evidence in self.rows["evidence"]:
            did = deeds[evidence["employee_id"], evidence["course_key"]]
            if evidence["kind"] == "started":
                did.started = did.started or evidence["at"]
            else:
                did.reads.setdefault(evidence["lesson_key"], evidence["at"])
        for answer in self.rows["answers"]:
            if answer["drawn_id"] is None:
                did = deeds[answer["employee_id"], answer["context_key"]]
                did.answers.setdefault(answer["question_key"], []).append(answer)
        for attempt in sorted(self.rows["attempts"], key=lambda attempt: attempt["number"]):
            if attempt["finished_at"] is not None:
                did = deeds[attempt["employee_id"], attempt["quiz_key"]]
                did.results.append((attempt["finished_at"], attempt["score_percent"], attempt["passed"]))
        return dict(deeds)


def judge(events: Sequence[Event], rows: Rows) -> Verdict:
    case = Case(events, rows)
    answers = {event["key"] for event in case.acts(ANSWER)}
    checks: dict[str, Iterable[str]] = {
        "lost": _lost(case),
        "doubled": _doubled(case),
        "invented": _invented(case),
        "altered": _altered(case),
        "order": _order(case),
        "misgraded": _misgraded(case),
        "attempts": _attempts(case),
        "records": _records(case),
        "stale": _stale(case),
        "shown": shown_wrong(case),
        "unknown": _unknown(case),
        "times": _times(case),
    }
    return Verdict(
        acknowledged=sum(key in answers for key in case.said),
        stored=len(case.new("answers")),
        doubts=sum(event["event"] == "info" for event in events),
        refused=sum(event["event"] == "fail" for event in events),
        findings={name: list(lines) for name, lines in checks.items()},
    )


def _lost(case: Case) -> Iterator[str]:
    stored = {answer["key"] for answer in case.rows["answers"]}
    yield from (
        f"answer {key} was acknowledged and is not stored"
        for key in case.said
        if _is(case, key, ANSWER) and key not in stored
    )
    reads = {(evidence["employee_id"], evidence["lesson_key"]) for evidence in case.rows["evidence"]}
    attempts = {(attempt["employee_id"], attempt["public_id"]) for attempt in case.rows["attempts"]}
    for event in case.events:
        sent = case.sent.get(event["key"]) if event["event"] == "ok" else None
        if (
            sent
            and sent["act"] == READ
            and (sent["employee"], case.page_keys.get(sent["lesson"])) not in reads
        ):
            yield f"{event['key']} was acknowledged and is not stored"
        if (
            sent
            and sent["act"] == QUIZ
            and (sent["employee"], _attempt_in(event.get("told", ""))) not in attempts
        ):
            yield f"{event['key']} was acknowledged and there is no attempt {event.get('told')}"
    begun = {(record["employee_id"], record["course_key"]) for record in case.rows["records"]}
    for sent in case.invoked:
        if (
            sent["act"] == histories.BEGIN
            and sent["key"] in case.said
            and (sent["employee"], sent["course"]) not in begun
        ):
            yield f"{sent['key']} was acknowledged and there is no record"


def _is(case: Case, key: str, act: str) -> bool:
    return key in case.sent and case.sent[key]["act"] == act


def _attempt_in(url: str) -> str:
    parts = url.strip("/").split("/")
    return parts[3] if len(parts) > 3 else ""


def _doubled(case: Case) -> Iterator[str]:
    yield from _twice("invoked", (event["key"] for event in case.invoked))
    yield from (f"{key} was acknowledged {count} times" for key, count in case.said.items() if count > 1)
    yield from _twice("stored answer", (answer["key"] for answer in case.rows["answers"]))
    yield from _twice(
        "answer to drawn", (answer["drawn_id"] for answer in case.rows["answers"] if answer["drawn_id"])
    )
    evidence = (
        (row["employee_id"], row["course_key"], row["kind"], row["lesson_key"])
        for row in case.rows["evidence"]
    )
    yield from _twice("evidence", evidence)
    yield from _twice(
        "record", ((record["employee_id"], record["course_key"]) for record in case.rows["records"])
    )
    numbers = (
        (attempt["employee_id"], attempt["quiz_key"], attempt["number"]) for attempt in case.rows["attempts"]
    )
    yield from _twice("attempt", numbers)
    still_open = (
        (attempt["employee_id"], attempt["quiz_key"])
        for attempt in case.rows["attempts"]
        if attempt["finished_at"] is None
    )
    yield from _twice("open attempt", still_open)


def _twice(what: str, keys: Iterable[Any]) -> Iterator[str]:
    yield from (f"{what} {key}: {count} times" for key, count in Counter(keys).items() if count > 1)


def _invented(case: Case) -> Iterator[str]:
    yield from (f"{key} was acknowledged and never sent" for key in case.said if key not in case.sent)
    for answer in case.new("answers"):
        if not _is(case, answer["key"], ANSWER):
            yield f"answer {answer['key']} is stored and was never sent"
        elif answer["key"] in case.refused:
            yield f"answer {answer['key']} is stored and was refused"
    read = {(event["employee"], case.page_keys.get(event["lesson"])) for event in case.acts(READ)}
    here = {event["employee"] for event in case.invoked}
    for evidence in case.new("evidence"):
        if evidence["kind"] == "read" and (evidence["employee_id"], evidence["lesson_key"]) not in read:
            yield f"evidence {evidence['id']}: nobody said to have read it"
        if evidence["employee_id"] not in here:
            yield f"evidence {evidence['id']} of somebody who never came"
    starts = Counter((event["employee"], event["course"]) for event in case.acts(QUIZ))
    for (employee, quiz), count in Counter(
        (attempt["employee_id"], attempt["quiz_key"]) for attempt in case.new("attempts")
    ).items():
        if count > starts[employee, quiz]:
            yield f"employee {employee} has {count} attempts at {quiz} and began {starts[employee, quiz]}"


def _altered(case: Case) -> Iterator[str]:
    for answer in case.new("answers"):
        sent = case.sent.get(answer["key"])
        if sent is None or sent["act"] != ANSWER:
            continue
        said = {
            "employee": answer["employee_id"],
            "chosen": sorted(answer["chosen"]),
            "unsure": answer["is_unsure"],
            "confidence": answer["confidence"],
        }
        if "question" in sent:
            said |= {"question": answer["question_key"], "version": answer["version_id"]}
        drawn = case.drawn.get(answer["drawn_id"])
        if drawn is not None:
            said |= {"attempt": case.attempt_of(drawn).get("public_id"), "position": drawn["position"]}
        for name in {"attempt", "question", *said} & (sent.keys() | said.keys()):
            if said.get(name) != sent.get(name):
                yield f"answer {answer['key']}: {name} was {sent.get(name)!r} and is stored as {said.get(name)!r}"
        if answer["key"] in case.said and answer["key"] in case.refused | case.refused_after_a_doubt:
            yield f"answer {answer['key']} was acknowledged and refused"
    for answer in case.rows["answers"]:
        version, drawn = case.versions.get(answer["version_id"]), case.drawn.get(answer["drawn_id"])
        if version is None or version["question_key"] != answer["question_key"]:
            yield f"answer {answer['key']} names a question that is not its version's"
        elif not is_possible(version, answer):
            yield f"answer {answer['key']}: nobody could answer so"
        if drawn is not None:
            attempt = case.attempt_of(drawn)
            is_own = (attempt.get("employee_id"), attempt.get("quiz_key")) == (
                answer["employee_id"],
                answer["context_key"],
            )
            if not is_own or drawn["version_id"] != answer["version_id"]:
                yield f"answer {answer['key']} does not belong to the attempt that it stands in"


def _order(case: Case) -> Iterator[str]:
    """Each person sends one thing after the other: of the answers to a check the last acknowledged one counts."""
    last: dict[tuple[int, str], str] = {}
    for sent in case.acts(ANSWER):
        if "question" in sent and sent["key"] in case.said:
            last[sent["employee"], sent["question"]] = sent["key"]
        elif "question" in sent and sent["key"] not in case.refused:
            last.pop((sent["employee"], sent["question"]), None)  # nobody knows: the next one decides
    stored = defaultdict(list)
    for answer in case.rows["answers"]:
        if answer["drawn_id"] is None:
            stored[answer["employee_id"], answer["question_key"]].append(answer)
    for check, key in last.items():
        if stored[check] and (counts := effective(stored[check])["key"]) != key:
            yield f"employee {check[0]}, check {check[1]}: {key} came last and {counts} counts"


def _misgraded(case: Case) -> Iterator[str]:
    for answer in case.rows["answers"]:
        version = case.versions.get(answer["version_id"])
        if version is not None and is_right(version, answer) != answer["is_correct"]:
            yield f"answer {answer['key']} is graded {answer['is_correct']} against version {answer['version_id']}"


def _attempts(case: Case) -> Iterator[str]:
    """Open with an answer missing, or finished with all of them and the score that they make: nothing between."""
    positions = defaultdict(list)
    for drawn in case.rows["drawn"]:
        positions[drawn["attempt_id"]].append(drawn["position"])
    highest: Counter[tuple[int, str]] = Counter()
    for attempt in case.rows["attempts"]:
        name, asked = f"attempt {attempt['public_id']}", attempt["question_count"]
        highest[attempt["employee_id"], attempt["quiz_key"]] += 1
        answers = case.answers_of_attempts.get(attempt["id"], [])
        right = sum(map(case.is_right, answers))
        if sorted(positions[attempt["id"]]) != list(range(1, asked + 1)):
            yield f"{name} asks {asked} and has drawn {sorted(positions[attempt['id']])}"
        results = (attempt["correct_count"], attempt["score_percent"], attempt["passed"])
        percent = score(right, asked)
        expected = (
            (right, percent, percent >= attempt["pass_percent"])
            if len(answers) == asked
            else (None, None, None)
        )
        if results != expected or (attempt["finished_at"] is not None) != (len(answers) == asked):
            yield f"{name}: {len(answers)} of {asked} answered, {right} right; stored is {results}, finished {attempt['finished_at']}"
    for attempt in case.rows["attempts"]:
        if not 1 <= attempt["number"] <= highest[attempt["employee_id"], attempt["quiz_key"]]:
            yield f"attempt {attempt['public_id']} is number {attempt['number']} of {highest[attempt['employee_id'], attempt['quiz_key']]}"


def _records(case: Case) -> Iterator[str]:
    seen = set()
    for record in case.rows["records"]:
        pair = (record["employee_id"], record["course_key"])
        name, did = f"record {record['id']} (employee {pair[0]}, course {pair[1]})", case.did.get(pair, Did())
        seen.add(pair)
        criterion = case.criteria.get(record["criterion_id"])
        if criterion is None or criterion["course_key"] != record["course_key"]:
            yield f"{name} has a criterion of another course"
            continue
        for column, value in did.columns(criterion["rule"]).items():
            if record[column] != value:
                yield f"{name}: {column} is {record[column]!r}, the rows say {value!r}"
        said, meant = progress_said(record["progress"]), did.progress()
        yield from (
            f"{name}: {part} is {said[part]}, the rows say {meant[part]}"
            for part in meant
            if said[part] != meant[part]
        )
        if did.started is None:
            yield f"{name}: there is no evidence of beginning"
    yield from (
        f"employee {pair[0]} did something in {pair[1]} and has no record" for pair in case.did.keys() - seen
    )


def _stale(case: Case) -> Iterator[str]:
    """Who is in progress goes by the newest rule once the worker is at rest."""
    for record in case.rows["records"]:
        newest = case.newest_rules.get(record["course_key"])
        if (
            record["status"] == "in_progress"
            and newest is not None
            and record["criterion_id"] != newest["id"]
        ):
            yield f"record {record['id']} goes by criterion {record['criterion_id']}, the newest is {newest['id']}"


def _unknown(case: Case) -> Iterator[str]:
    stored = {answer["key"] for answer in case.rows["answers"]}
    told = case.said.keys() | case.refused | case.refused_after_a_doubt
    yield from (f"{event['key']}: nobody was ever told" for event in case.invoked if event["key"] not in told)
    wrongly = case.refused_after_a_doubt & stored
    yield from (
        f"answer {key} was refused after a doubt and is stored" for key in wrongly if key not in case.said
    )


def _times(case: Case) -> Iterator[str]:
    """Instants that contradict each other, also where a clock was set back."""
    for attempt in case.rows["attempts"]:
        instants = [answer["answered_at"] for answer in case.answers_of_attempts.get(attempt["id"], [])]
        last = attempt["finished_at"] or max(instants, default=attempt["started_at"])
        if last < attempt["started_at"] or any(not attempt["started_at"] <= at <= last for at in instants):
            yield f"attempt {attempt['public_id']} has events before its beginning or after its end"


def main() -> None:
    events, rows = histories.read(Path(sys.argv[1])), stored_rows.read(sys.argv[2])
    json.dump(vars(judge(events, rows)), sys.stdout)


if __name__ == "__main__":
    main()
