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
    found: dict[str, list[str]] = field(default_factory=dict)

    def is_clean(self) -> bool:
        """Nothing wrong, and something was proved."""
        return self.acknowledged > 0 and not any(self.found[name] for name in CATEGORIES)

    def count(self, category: str) -> int:
        return len(self.found[category])

    def __str__(self) -> str:
        counts = {name: len(self.found[name]) for name in CATEGORIES}
        told = [line for name in CATEGORIES for line in self.found[name][:MOST_TOLD]]
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
        self.before = next((one for one in events if one["event"] == "before"), {})
        self.invoked = [one for one in events if one["event"] == "invoke"]
        self.sent = {one["key"]: one for one in self.invoked}
        self.said = Counter(one["key"] for one in events if one["event"] == "ok")
        self.refused: set[str] = set()
        self.refused_after_a_doubt: set[str] = set()
        doubted = set()
        for one in events:
            if one["event"] == "info":
                doubted.add(one["key"])
            elif one["event"] == "fail":
                (self.refused_after_a_doubt if one["key"] in doubted else self.refused).add(one["key"])
        self.versions = {one["id"]: one for one in rows["versions"]}
        self.attempts = {one["id"]: one for one in rows["attempts"]}
        self.drawn = {one["id"]: one for one in rows["drawn"]}
        self.criteria = {one["id"]: one for one in rows["criteria"]}
        self.page_keys = {
            one["url_path"].removeprefix("/home"): one["translation_key"] for one in rows["pages"]
        }

    def new(self, table: str) -> list[Row]:
        """What was stored since the history began."""
        return [one for one in self.rows[table] if one["id"] > self.before.get(table, 0)]

    def acts(self, act: str) -> list[Event]:
        return [one for one in self.invoked if one["act"] == act]

    def is_right(self, answer: Row) -> bool:
        """By its own version; nothing is right without one."""
        version = self.versions.get(answer["version_id"])
        return version is not None and is_right(version, answer)

    def attempt_of(self, drawn: Row) -> Row:
        """Empty where it is gone."""
        return self.attempts.get(drawn["attempt_id"], {})

    @cached_property
    def answers_of_attempts(self) -> dict[int, list[Row]]:
        found = defaultdict(list)
        for one in self.rows["answers"]:
            if one["drawn_id"] in self.drawn:
                found[self.drawn[one["drawn_id"]]["attempt_id"]].append(one)
        return found

    @cached_property
    def newest_rules(self) -> dict[str, Row]:
        """Course → its newest criterion."""
        return {
            one["course_key"]: one for one in sorted(self.rows["criteria"], key=lambda one: one["number"])
        }

    @cached_property
    def did(self) -> dict[tuple[int, str], Did]:
        """Person and course → what the rows say that they did there."""
        found: dict[tuple[int, str], Did] = defaultdict(Did)
        for one in self.rows["evidence"]:
            did = found[one["employee_id"], one["course_key"]]
            if one["kind"] == "started":
                did.started = did.started or one["at"]
            else:
                did.reads.setdefault(one["lesson_key"], one["at"])
        for one in self.rows["answers"]:
            if one["drawn_id"] is None:
                did = found[one["employee_id"], one["context_key"]]
                did.answers.setdefault(one["question_key"], []).append(one)
        for one in sorted(self.rows["attempts"], key=lambda one: one["number"]):
            if one["finished_at"] is not None:
                did = found[one["employee_id"], one["quiz_key"]]
                did.results.append((one["finished_at"], one["score_percent"], one["passed"]))
        return dict(found)


def judge(events: Sequence[Event], rows: Rows) -> Verdict:
    case = Case(events, rows)
    answers = {one["key"] for one in case.acts(ANSWER)}
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
        doubts=sum(one["event"] == "info" for one in events),
        refused=sum(one["event"] == "fail" for one in events),
        found={name: list(found) for name, found in checks.items()},
    )


def _lost(case: Case) -> Iterator[str]:
    stored = {one["key"] for one in case.rows["answers"]}
    yield from (
        f"answer {key} was acknowledged and is not stored"
        for key in case.said
        if _is(case, key, ANSWER) and key not in stored
    )
    reads = {(one["employee_id"], one["lesson_key"]) for one in case.rows["evidence"]}
    attempts = {(one["employee_id"], one["public_id"]) for one in case.rows["attempts"]}
    for one in case.events:
        sent = case.sent.get(one["key"]) if one["event"] == "ok" else None
        if (
            sent
            and sent["act"] == READ
            and (sent["employee"], case.page_keys.get(sent["lesson"])) not in reads
        ):
            yield f"{one['key']} was acknowledged and is not stored"
        if (
            sent
            and sent["act"] == QUIZ
            and (sent["employee"], _attempt_in(one.get("told", ""))) not in attempts
        ):
            yield f"{one['key']} was acknowledged and there is no attempt {one.get('told')}"
    begun = {(one["employee_id"], one["course_key"]) for one in case.rows["records"]}
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
    yield from _twice("invoked", (one["key"] for one in case.invoked))
    yield from (f"{key} was acknowledged {count} times" for key, count in case.said.items() if count > 1)
    yield from _twice("stored answer", (one["key"] for one in case.rows["answers"]))
    yield from _twice("answer to drawn", (one["drawn_id"] for one in case.rows["answers"] if one["drawn_id"]))
    evidence = (
        (one["employee_id"], one["course_key"], one["kind"], one["lesson_key"])
        for one in case.rows["evidence"]
    )
    yield from _twice("evidence", evidence)
    yield from _twice("record", ((one["employee_id"], one["course_key"]) for one in case.rows["records"]))
    numbers = ((one["employee_id"], one["quiz_key"], one["number"]) for one in case.rows["attempts"])
    yield from _twice("attempt", numbers)
    still_open = (
        (one["employee_id"], one["quiz_key"]) for one in case.rows["attempts"] if one["finished_at"] is None
    )
    yield from _twice("open attempt", still_open)


def _twice(what: str, found: Iterable[Any]) -> Iterator[str]:
    yield from (f"{what} {one}: {count} times" for one, count in Counter(found).items() if count > 1)


def _invented(case: Case) -> Iterator[str]:
    yield from (f"{key} was acknowledged and never sent" for key in case.said if key not in case.sent)
    for one in case.new("answers"):
        if not _is(case, one["key"], ANSWER):
            yield f"answer {one['key']} is stored and was never sent"
        elif one["key"] in case.refused:
            yield f"answer {one['key']} is stored and was refused"
    read = {(one["employee"], case.page_keys.get(one["lesson"])) for one in case.acts(READ)}
    here = {one["employee"] for one in case.invoked}
    for one in case.new("evidence"):
        if one["kind"] == "read" and (one["employee_id"], one["lesson_key"]) not in read:
            yield f"evidence {one['id']}: nobody said to have read it"
        if one["employee_id"] not in here:
            yield f"evidence {one['id']} of somebody who never came"
    starts = Counter((one["employee"], one["course"]) for one in case.acts(QUIZ))
    for (employee, quiz), count in Counter(
        (one["employee_id"], one["quiz_key"]) for one in case.new("attempts")
    ).items():
        if count > starts[employee, quiz]:
            yield f"employee {employee} has {count} attempts at {quiz} and began {starts[employee, quiz]}"


def _altered(case: Case) -> Iterator[str]:
    for one in case.new("answers"):
        sent = case.sent.get(one["key"])
        if sent is None or sent["act"] != ANSWER:
            continue
        said = {
            "employee": one["employee_id"],
            "chosen": sorted(one["chosen"]),
            "unsure": one["is_unsure"],
            "confidence": one["confidence"],
        }
        if "question" in sent:
            said |= {"question": one["question_key"], "version": one["version_id"]}
        drawn = case.drawn.get(one["drawn_id"])
        if drawn is not None:
            said |= {"attempt": case.attempt_of(drawn).get("public_id"), "position": drawn["position"]}
        for name in {"attempt", "question", *said} & (sent.keys() | said.keys()):
            if said.get(name) != sent.get(name):
                yield f"answer {one['key']}: {name} was {sent.get(name)!r} and is stored as {said.get(name)!r}"
        if one["key"] in case.said and one["key"] in case.refused | case.refused_after_a_doubt:
            yield f"answer {one['key']} was acknowledged and refused"
    for one in case.rows["answers"]:
        version, drawn = case.versions.get(one["version_id"]), case.drawn.get(one["drawn_id"])
        if version is None or version["question_key"] != one["question_key"]:
            yield f"answer {one['key']} names a question that is not its version's"
        elif not is_possible(version, one):
            yield f"answer {one['key']}: nobody could answer so"
        if drawn is not None:
            attempt = case.attempt_of(drawn)
            is_own = (attempt.get("employee_id"), attempt.get("quiz_key")) == (
                one["employee_id"],
                one["context_key"],
            )
            if not is_own or drawn["version_id"] != one["version_id"]:
                yield f"answer {one['key']} does not belong to the attempt that it stands in"


def _order(case: Case) -> Iterator[str]:
    """Each person sends one thing after the other: of the answers to a check the last acknowledged one counts."""
    last: dict[tuple[int, str], str] = {}
    for sent in case.acts(ANSWER):
        if "question" in sent and sent["key"] in case.said:
            last[sent["employee"], sent["question"]] = sent["key"]
        elif "question" in sent and sent["key"] not in case.refused:
            last.pop((sent["employee"], sent["question"]), None)  # nobody knows: the next one decides
    stored = defaultdict(list)
    for one in case.rows["answers"]:
        if one["drawn_id"] is None:
            stored[one["employee_id"], one["question_key"]].append(one)
    for place, key in last.items():
        if stored[place] and (counts := effective(stored[place])["key"]) != key:
            yield f"employee {place[0]}, check {place[1]}: {key} came last and {counts} counts"


def _misgraded(case: Case) -> Iterator[str]:
    for one in case.rows["answers"]:
        version = case.versions.get(one["version_id"])
        if version is not None and is_right(version, one) != one["is_correct"]:
            yield f"answer {one['key']} is graded {one['is_correct']} against version {one['version_id']}"


def _attempts(case: Case) -> Iterator[str]:
    """Open with an answer missing, or finished with all of them and the score that they make: nothing between."""
    positions = defaultdict(list)
    for one in case.rows["drawn"]:
        positions[one["attempt_id"]].append(one["position"])
    highest: Counter[tuple[int, str]] = Counter()
    for one in case.rows["attempts"]:
        name, asked = f"attempt {one['public_id']}", one["question_count"]
        highest[one["employee_id"], one["quiz_key"]] += 1
        answers = case.answers_of_attempts.get(one["id"], [])
        right = sum(map(case.is_right, answers))
        if sorted(positions[one["id"]]) != list(range(1, asked + 1)):
            yield f"{name} asks {asked} and has drawn {sorted(positions[one['id']])}"
        results = (one["correct_count"], one["score_percent"], one["passed"])
        percent = score(right, asked)
        expected = (
            (right, percent, percent >= one["pass_percent"]) if len(answers) == asked else (None, None, None)
        )
        if results != expected or (one["finished_at"] is not None) != (len(answers) == asked):
            yield f"{name}: {len(answers)} of {asked} answered, {right} right; stored is {results}, finished {one['finished_at']}"
    for one in case.rows["attempts"]:
        if not 1 <= one["number"] <= highest[one["employee_id"], one["quiz_key"]]:
            yield f"attempt {one['public_id']} is number {one['number']} of {highest[one['employee_id'], one['quiz_key']]}"


def _records(case: Case) -> Iterator[str]:
    seen = set()
    for one in case.rows["records"]:
        place = (one["employee_id"], one["course_key"])
        name, did = f"record {one['id']} (employee {place[0]}, course {place[1]})", case.did.get(place, Did())
        seen.add(place)
        criterion = case.criteria.get(one["criterion_id"])
        if criterion is None or criterion["course_key"] != one["course_key"]:
            yield f"{name} has a criterion of another course"
            continue
        for column, value in did.columns(criterion["rule"]).items():
            if one[column] != value:
                yield f"{name}: {column} is {one[column]!r}, the rows say {value!r}"
        said, meant = progress_said(one["progress"]), did.progress()
        yield from (
            f"{name}: {part} is {said[part]}, the rows say {meant[part]}"
            for part in meant
            if said[part] != meant[part]
        )
        if did.started is None:
            yield f"{name}: there is no evidence of beginning"
    yield from (
        f"employee {place[0]} did something in {place[1]} and has no record"
        for place in case.did.keys() - seen
    )


def _stale(case: Case) -> Iterator[str]:
    """Who is in progress goes by the newest rule once the worker is at rest."""
    for one in case.rows["records"]:
        newest = case.newest_rules.get(one["course_key"])
        if one["status"] == "in_progress" and newest is not None and one["criterion_id"] != newest["id"]:
            yield f"record {one['id']} goes by criterion {one['criterion_id']}, the newest is {newest['id']}"


def _unknown(case: Case) -> Iterator[str]:
    stored = {one["key"] for one in case.rows["answers"]}
    told = case.said.keys() | case.refused | case.refused_after_a_doubt
    yield from (f"{one['key']}: nobody was ever told" for one in case.invoked if one["key"] not in told)
    wrongly = case.refused_after_a_doubt & stored
    yield from (
        f"answer {key} was refused after a doubt and is stored" for key in wrongly if key not in case.said
    )


def _times(case: Case) -> Iterator[str]:
    """Instants that contradict each other, also where a clock was set back."""
    for one in case.rows["attempts"]:
        instants = [answer["answered_at"] for answer in case.answers_of_attempts.get(one["id"], [])]
        last = one["finished_at"] or max(instants, default=one["started_at"])
        if last < one["started_at"] or any(not one["started_at"] <= at <= last for at in instants):
            yield f"attempt {one['public_id']} has events before its beginning or after its end"


def main() -> None:
    events, rows = histories.read(Path(sys.argv[1])), stored_rows.read(sys.argv[2])
    json.dump(vars(judge(events, rows)), sys.stdout)


if __name__ == "__main__":
    main()
