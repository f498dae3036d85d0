"""A small run that went well, written out by hand: what four people did, the rows of it, and what they were shown.

Course one has a lesson with two checks, one to read, one that is not required, and a quiz that must be passed; its
pass mark was raised after Ann had completed it. Course two has one lesson with one check, and no quiz to pass.
"""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tools.load.history import Event
from tools.load.rows import Rows

ANN, BEN, CID, DEE = 1, 2, 3, 4
NAMES = {"1": "Ann Ash", "2": "Ben Birch", "3": "Cid Cedar", "4": "Dee Dogwood"}
HOME = "/home"  # where the tree of pages has the front page
BEGAN = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def key(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


ONE, TWO = key("course one"), key("course two")


def at(minute: int) -> datetime:
    return BEGAN + timedelta(minutes=minute)


def said(minute: int) -> str:
    return at(minute).isoformat()


def _version(pk: int, name: str, right: str, kind: str = "single_choice") -> dict[str, Any]:
    options = [{"key": letter, "correct": letter in right} for letter in "abcd"]
    return {"id": pk, "question_key": key(name), "kind": kind, "payload": {"options": options}}


def _lesson(name: str, *checks: str, required: bool = True) -> dict[str, Any]:
    return {"key": key(name), "checks": [key(check) for check in checks], "required": required}


LESSONS = [_lesson("asks", "k1", "k2"), _lesson("tells"), _lesson("more", "k3", required=False)]


def _answer(
    pk: int, person: int, version: int, question: str, minute: int, chosen: str, *, right: bool, **more: Any
) -> dict[str, Any]:
    return {
        "id": pk, "key": key(f"answer {pk}"), "employee_id": person, "version_id": version, "question_key": key(question),
        "drawn_id": None, "context_key": ONE, "chosen": list(chosen), "is_unsure": not chosen, "is_correct": right,
        "confidence": None, "answered_at": at(minute), **more,
    }  # fmt: skip


def _attempt(pk: int, person: int, number: int, started: int, **more: Any) -> dict[str, Any]:
    return {
        "id": pk, "public_id": key(f"attempt {pk}"), "employee_id": person, "quiz_key": ONE, "number": number,
        "pass_percent": 60, "question_count": 3, "started_at": at(started), "finished_at": None, "correct_count": None,
        "score_percent": None, "passed": None, **more,
    }  # fmt: skip


def _evidence(pk: int, person: int, course: str, minute: int, lesson: str = "") -> dict[str, Any]:
    return {
        "id": pk, "employee_id": person, "course_key": course, "lesson_key": key(lesson) if lesson else None,
        "kind": "read" if lesson else "started", "at": at(minute),
    }  # fmt: skip


def _record(pk: int, person: int, course: str, criterion: int, **columns: Any) -> dict[str, Any]:
    return {
        "id": pk, "employee_id": person, "course_key": course, "criterion_id": criterion, "status": "in_progress",
        "completed_at": None, "best_score_percent": None, **columns,
    }  # fmt: skip


def _latest(version: int, chosen: str, *, right: bool, confidence: int | None = None) -> dict[str, Any]:
    return {
        "version": version, "chosen": list(chosen), "unsure": not chosen, "correct": right, "confidence": confidence,
    }  # fmt: skip


def rows() -> Rows:
    return {
        "versions": [
            _version(1, "k1", "a"), _version(2, "k2", "ab", "multiple_choice"), _version(3, "k3", "c"), _version(4, "m1", "d"),
            _version(11, "q1", "a"), _version(12, "q2", "b"), _version(13, "q3", "cd", "multiple_choice"),
            _version(14, "q3", "c", "multiple_choice"),
        ],
        "answers": [
            _answer(1, ANN, 1, "k1", 1, "b", right=False, confidence=3),
            _answer(2, ANN, 2, "k2", 2, "ab", right=True),
            _answer(3, ANN, 1, "k1", 3, "a", right=True, confidence=1),
            _answer(4, ANN, 11, "q1", 6, "a", right=True, drawn_id=1),
            _answer(5, ANN, 12, "q2", 7, "c", right=False, drawn_id=2),
            _answer(6, ANN, 13, "q3", 8, "c", right=False, drawn_id=3),
            _answer(7, ANN, 13, "q3", 10, "cd", right=True, drawn_id=4),
            _answer(8, ANN, 12, "q2", 11, "", right=False, drawn_id=5),
            _answer(9, ANN, 11, "q1", 12, "a", right=True, drawn_id=6, confidence=2),
            _answer(10, BEN, 1, "k1", 21, "", right=False),
            _answer(11, BEN, 11, "q1", 23, "d", right=False, drawn_id=7),
            _answer(12, BEN, 4, "m1", 25, "d", right=True, context_key=TWO),
        ],
        "attempts": [
            _attempt(1, ANN, 1, 5, finished_at=at(8), correct_count=1, score_percent=33, passed=False),
            _attempt(2, ANN, 2, 9, finished_at=at(12), correct_count=2, score_percent=66, passed=True),
            _attempt(3, BEN, 1, 22),
        ],
        "drawn": [
            {"id": pk, "attempt_id": attempt, "position": position, "version_id": version}
            for pk, attempt, position, version in [
                (1, 1, 1, 11), (2, 1, 2, 12), (3, 1, 3, 13), (4, 2, 1, 13), (5, 2, 2, 12), (6, 2, 3, 11), (7, 3, 1, 11),
                (8, 3, 2, 14), (9, 3, 3, 12),
            ]
        ],
        "evidence": [
            _evidence(1, ANN, ONE, 0), _evidence(2, ANN, ONE, 4, "tells"), _evidence(3, BEN, ONE, 20),
            _evidence(4, BEN, TWO, 24), _evidence(5, CID, TWO, 30),
        ],
        "criteria": [
            {"id": 1, "course_key": ONE, "number": 1, "rule": {"lessons": LESSONS, "quiz_required": True, "pass_percent": 60}},
            {"id": 2, "course_key": ONE, "number": 2, "rule": {"lessons": LESSONS, "quiz_required": True, "pass_percent": 70}},
            {"id": 3, "course_key": TWO, "number": 1, "rule": {"lessons": [_lesson("asks two", "m1")], "quiz_required": False, "pass_percent": 80}},
        ],
        "records": [
            _record(
                1, ANN, ONE, 1, status="completed", started_at=at(0), completed_at=at(12), lessons_done=2,
                lessons_needed=2, best_score_percent=66,
                progress={
                    "started": said(0),
                    "reads": {key("tells"): said(4)},
                    "answered": {key("k1"): said(1), key("k2"): said(2)},
                    "latest": {key("k1"): _latest(1, "a", right=True, confidence=1), key("k2"): _latest(2, "ab", right=True)},
                    "results": [[said(8), 33, False], [said(12), 66, True]],
                },
            ),
            _record(
                2, BEN, ONE, 2, started_at=at(20), lessons_done=0, lessons_needed=2,
                progress={
                    "started": said(20), "reads": {}, "answered": {key("k1"): said(21)},
                    "latest": {key("k1"): _latest(1, "", right=False)}, "results": [],
                },
            ),
            _record(
                3, BEN, TWO, 3, status="completed", started_at=at(24), completed_at=at(25), lessons_done=1, lessons_needed=1,
                progress={
                    "started": said(24), "reads": {}, "answered": {key("m1"): said(25)},
                    "latest": {key("m1"): _latest(4, "d", right=True)}, "results": [],
                },
            ),
            _record(
                4, CID, TWO, 3, started_at=at(30), lessons_done=0, lessons_needed=1,
                progress={"started": said(30), "reads": {}, "answered": {}, "latest": {}, "results": []},
            ),
        ],
        "pages": [
            {"id": number, "url_path": f"{HOME}/courses/{path}/", "translation_key": key(name)}
            for number, (path, name) in enumerate(
                [("one/asks", "asks"), ("one/tells", "tells"), ("one/more", "more"), ("two/asks", "asks two")], 1
            )
        ],
    }  # fmt: skip


def events() -> list[Event]:
    """Ann's second answer met a doubt and came through; Ben's answer to a question that had one was refused."""
    found: list[Event] = [
        {
            "event": "before", "answers": 0, "attempts": 0, "evidence": 0, "names": NAMES,
            "courses": {"T1 One": ONE, "T2 Two": TWO},
        }
    ]  # fmt: skip
    found += _act("begin", ANN, "begin ann", course=ONE)
    stored = {one["id"]: one for one in rows()["answers"]}
    found += _answers(stored, 1)
    found += _answers(stored, 2, doubts=1)
    found += _answers(stored, 3)
    found += _act("read", ANN, "read ann", lesson="/courses/one/tells/")
    found += _quiz(ANN, 1) + _answers(stored, 4, 5, 6)
    found += _quiz(ANN, 2) + _answers(stored, 7, 8, 9)
    found += _act("begin", BEN, "begin ben", course=ONE) + _answers(stored, 10)
    found += _quiz(BEN, 3) + _answers(stored, 11)
    found += [
        {"event": "invoke", "act": "answer", "key": key("refused"), "employee": BEN, "chosen": ["a"], "unsure": False,
         "confidence": None, "attempt": key("attempt 3"), "position": 1},
        {"event": "fail", "key": key("refused"), "reason": "409"},
    ]  # fmt: skip
    found += _act("begin", BEN, "begin ben two", course=TWO) + _answers(stored, 12)
    found += _act("begin", CID, "begin cid", course=TWO)
    return deepcopy(found + _seen())


def _act(act: str, person: int, name: str, **facts: Any) -> list[Event]:
    return [
        {"event": "invoke", "act": act, "key": name, "employee": person, **facts},
        {"event": "ok", "key": name, "told": facts.get("lesson", "/")},
    ]


def _quiz(person: int, attempt: int) -> list[Event]:
    name = f"quiz {attempt}"
    return [
        {"event": "invoke", "act": "quiz", "key": name, "employee": person, "course": ONE},
        {"event": "ok", "key": name, "told": f"/courses/one/quiz/{key(f'attempt {attempt}')}/1/"},
    ]


def _answers(stored: dict[int, dict[str, Any]], *numbers: int, doubts: int = 0) -> list[Event]:
    places = {one["id"]: one for one in rows()["drawn"]}
    found: list[Event] = []
    for number in numbers:
        one = stored[number]
        sent = {"event": "invoke", "act": "answer", "key": one["key"], "employee": one["employee_id"], "chosen": one["chosen"],
                "unsure": one["is_unsure"], "confidence": one["confidence"]}  # fmt: skip
        if one["drawn_id"]:
            drawn = places[one["drawn_id"]]
            sent |= {"attempt": key(f"attempt {drawn['attempt_id']}"), "position": drawn["position"]}
        else:
            sent |= {"question": one["question_key"], "version": one["version_id"]}
        found += [
            sent,
            *[{"event": "info", "key": one["key"], "reason": "503"}] * doubts,
            {"event": "ok", "key": one["key"]},
        ]
    return found


def _seen() -> list[Event]:
    one = {
        "/courses/one/asks/": "Completed",
        "/courses/one/tells/": "Completed",
        "/courses/one/more/": "Not started",
    }
    bens = {
        "/courses/one/asks/": "In progress",
        "/courses/one/tells/": "Not started",
        "/courses/one/more/": "Not started",
    }
    two = {"/courses/two/asks/": "Not started"}
    shown: list[dict[str, Any]] = [
        {"what": "course", "employee": ANN, "course": ONE, "lessons": one, "status": "Completed All lessons done."},
        {"what": "course", "employee": BEN, "course": ONE, "lessons": bens, "status": "In progress 0 of 2 lessons done."},
        {"what": "course", "employee": DEE, "course": TWO, "lessons": two, "status": "Not started Not begun yet."},
        {"what": "result", "employee": ANN, "attempt": key("attempt 1"), "passed": False, "right": 1, "asked": 3, "score": 33,
         "needed": 60, "ticks": [True, False, False]},
        {"what": "result", "employee": ANN, "attempt": key("attempt 2"), "passed": True, "right": 2, "asked": 3, "score": 66,
         "needed": 60, "ticks": [True, False, True]},
        {"what": "lesson", "employee": ANN, "course": ONE, "answers": {key("k1"): ["a"], key("k2"): ["a", "b"]}},
        {"what": "lesson", "employee": BEN, "course": ONE, "answers": {key("k1"): ["unsure"]}},
        {"what": "report", "on": "2026-11-27", "lines": _report()},
    ]  # fmt: skip
    return [{"event": "seen", **facts} for facts in shown]


def _report() -> list[dict[str, str]]:
    day = "2026-11-27"
    stands = {
        ("Ann Ash", "T1 One"): ("Completed", day, day), ("Ben Birch", "T1 One"): ("In progress", day, ""),
        ("Ben Birch", "T2 Two"): ("Completed", day, day), ("Cid Cedar", "T2 Two"): ("In progress", day, ""),
    }  # fmt: skip
    lines = []
    for name in NAMES.values():
        for course in ("T1 One", "T2 Two"):
            status, begun, completed = stands.get((name, course), ("Not started", "", ""))
            lines.append(
                {
                    "Person": name,
                    "Course": course,
                    "Status": status,
                    "Begun on": begun,
                    "Completed on": completed,
                }
            )
    return lines
