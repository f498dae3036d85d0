"""The checker is checked: what clients were told and what pages showed, against rows that are right."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.tools.a_run import ANN, BEN, CID, events, key, rows
from tools.load.checker import judge
from tools.load.history import Event
from tools.load.runs import Outcome

Events = list[Event]
Break = Callable[[Events], object]


def find(told: Events, event: str, **facts: Any) -> Event:
    return next(one for one in told if one["event"] == event and facts.items() <= one.items())


def drop(event: str, **facts: Any) -> Break:
    return lambda told: told.remove(find(told, event, **facts))


def double(event: str, **facts: Any) -> Break:
    return lambda told: told.append(dict(find(told, event, **facts)))


def set_(event: str, changed: dict[str, Any], **facts: Any) -> Break:
    return lambda told: find(told, event, **facts).update(changed)


def add(event: str, **facts: Any) -> Break:
    return lambda told: told.append({"event": event, **facts})


def line(person: str, course: str, **changed: str) -> Break:
    def change(told: Events) -> None:
        found = find(told, "seen", what="report")["lines"]
        next(one for one in found if (one["Person"], one["Course"]) == (person, course)).update(changed)

    return change


def lines(change: Callable[[list[dict[str, str]]], object]) -> Break:
    return lambda told: change(find(told, "seen", what="report")["lines"])


def lost_at_the_end(told: Events) -> None:
    told += [
        {"event": "invoke", "act": "answer", "key": key("lost"), "employee": BEN, "chosen": ["a"], "unsure": False, "confidence": None,
         "attempt": key("attempt 3"), "position": 2},
        {"event": "ok", "key": key("lost")},
    ]  # fmt: skip


def came_last_and_does_not_count(told: Events) -> None:
    """Ann sent her first answer to k1 once more after the second: it was taken, and the older row counts."""
    first, second = (
        place
        for place, one in enumerate(told)
        if one["event"] == "invoke" and one.get("question") == key("k1") and one["employee"] == ANN
    )
    told[first], told[second] = told[second], told[first]


ANSWER_1, ANSWER_2, ANSWER_3 = key("answer 1"), key("answer 2"), key("answer 3")
RESULT = {"what": "result", "attempt": key("attempt 2")}
FAULTS: dict[str, tuple[str, Break]] = {
    # told
    "acknowledged, and it is not there": ("lost", lost_at_the_end),
    "acknowledged twice": ("doubled", double("ok", key=ANSWER_1)),
    "sent twice as two answers": ("doubled", double("invoke", key=ANSWER_1)),
    "acknowledged under a key that nobody sent": ("invented", set_("ok", {"key": key("another")}, key=ANSWER_3)),
    "stored and never sent": ("invented", drop("invoke", key=ANSWER_3)),
    "nobody was ever told": ("unknown", drop("ok", key=ANSWER_3)),
    "nobody was ever told about reading": ("unknown", drop("ok", key="read ann")),
    "nobody was ever told about a quiz": ("unknown", drop("ok", key="quiz 3")),
    "stored and refused": ("invented", set_("ok", {"event": "fail"}, key=ANSWER_3)),
    "refused after a doubt, and it is stored": ("unknown", set_("ok", {"event": "fail"}, key=ANSWER_2)),
    "acknowledged and refused": ("altered", add("fail", key=ANSWER_3, reason="409")),
    "meant otherwise": ("altered", set_("invoke", {"chosen": ["d"]}, key=ANSWER_1)),
    "sent by somebody else": ("altered", set_("invoke", {"employee": CID}, key=ANSWER_1)),
    "sent to another position": ("altered", set_("invoke", {"position": 3}, key=key("answer 4"))),
    "sent to a check, stored in a quiz": ("altered", set_("invoke", {"attempt": None, "question": key("q1")}, key=key("answer 4"))),
    "the newer answer does not count": ("order", came_last_and_does_not_count),
    "led to an attempt that is not there": ("lost", set_("ok", {"told": f"/courses/one/quiz/{key('none')}/1/"}, key="quiz 1")),
    "led to somebody else's attempt": ("lost", set_("ok", {"told": f"/courses/one/quiz/{key('attempt 1')}/1/"}, key="quiz 3")),
    "another lesson was read": ("lost", set_("invoke", {"lesson": "/courses/one/asks/"}, key="read ann")),
    # shown
    "a lesson done is not shown": ("shown", set_("seen", {"lessons": {"/courses/one/asks/": "In progress", "/courses/one/tells/": "Completed", "/courses/one/more/": "Not started"}}, what="course", employee=ANN)),
    "a lesson is not listed": ("shown", set_("seen", {"lessons": {"/courses/one/asks/": "Completed"}}, what="course", employee=ANN)),
    "a completed course is not shown": ("shown", set_("seen", {"status": "In progress"}, what="course", employee=ANN)),
    "a course shows as completed": ("shown", set_("seen", {"status": "Completed"}, what="course", employee=BEN)),
    "the result has one right too many": ("shown", set_("seen", {"right": 3}, **RESULT)),
    "the result has another score": ("shown", set_("seen", {"score": 67}, **RESULT)),
    "the result says not passed": ("shown", set_("seen", {"passed": False}, **RESULT)),
    "the result has the pass mark of today": ("shown", set_("seen", {"needed": 70}, **RESULT)),
    "the result ticks another question": ("shown", set_("seen", {"ticks": [True, True, False]}, **RESULT)),
    "the result asks for more": ("shown", set_("seen", {"asked": 4}, **RESULT)),
    "somebody else's result": ("shown", set_("seen", {"employee": BEN}, **RESULT)),
    "an older answer is shown": ("shown", set_("seen", {"answers": {key("k1"): ["b"]}}, what="lesson", employee=ANN)),
    "an answer that was not given": ("shown", set_("seen", {"answers": {key("k3"): ["c"]}}, what="lesson", employee=ANN)),
    "not sure is not shown": ("shown", set_("seen", {"answers": {key("k1"): []}}, what="lesson", employee=BEN)),
    # HR's file
    "HR's file has a line too few": ("shown", lines(lambda found: found.pop())),
    "HR's file has a line twice": ("shown", lines(lambda found: found.append(dict(found[0])))),
    "HR's file says completed": ("shown", line("Ben Birch", "T1 One", Status="Completed")),
    "HR's file says not started": ("shown", line("Cid Cedar", "T2 Two", Status="Not started")),
    "HR's file has another day of beginning": ("shown", line("Ann Ash", "T1 One", **{"Begun on": "2026-11-26"})),
    "HR's file has another day of completion": ("shown", line("Ann Ash", "T1 One", **{"Completed on": "2026-11-28"})),
    "HR's file forgot the day": ("shown", line("Ben Birch", "T2 Two", **{"Completed on": ""})),
    "HR's file has two people swapped": ("shown", line("Dee Dogwood", "T1 One", Person="Ann Ash")),
}  # fmt: skip


RUN = Outcome(
    verdict=judge(events(), rows()),
    fault="none",
    acknowledged=12,
    doubts=0,
    refused={},
    errors={},
    strikes=0,
    seconds=1.0,
    slowest_seconds=0.1,
    findings=(),
)


@pytest.mark.parametrize("name", FAULTS)
def test_every_single_fault_in_what_was_told_or_shown_is_found(name: str) -> None:
    category, break_ = FAULTS[name]
    told = events()

    break_(told)
    verdict = judge(told, rows())

    assert verdict.findings[category], str(verdict)
    assert not verdict.is_clean()


def test_what_was_completed_after_the_last_day_of_the_file_is_not_in_it_yet() -> None:
    told = events()
    report = find(told, "seen", what="report")
    report["on"] = "2026-11-26"
    for one in report["lines"]:
        one.update({"Status": "Not started", "Begun on": "", "Completed on": ""})

    assert judge(told, rows()).is_clean()


@pytest.mark.parametrize(
    ("changed", "is_calm"),
    [
        ({}, True),
        ({"errors": {"ReadTimeout": 3}}, True),  # only slow
        ({"errors": {"ReadTimeout": 3, "503": 1}}, False),
        ({"errors": {"ReadError": 1}}, False),
        ({"refused": {"409": 1}}, False),
    ],
)
def test_being_turned_away_is_a_fault_only_where_nothing_was_done_to_the_server(
    changed: dict[str, Any], is_calm: bool
) -> None:
    outcome = replace(RUN, **changed)

    assert outcome.is_clean()
    assert outcome.is_clean(calm=True) == is_calm


def test_what_a_fault_saw_by_itself_makes_a_run_unclean() -> None:
    assert not replace(RUN, findings=("a copy lacks an answer",)).is_clean()
    assert not replace(RUN, verdict=judge([], {name: [] for name in rows()})).is_clean()


def test_an_unknown_outcome_may_be_stored_or_not_and_is_told_either_way() -> None:
    told = events()
    told.remove(find(told, "ok", key=ANSWER_2))
    told.remove(find(told, "seen", what="lesson", employee=ANN))

    assert judge(told, rows()).count("unknown") == 1
    assert judge(told, rows()).count("lost") == 0


def test_no_answers_at_all_are_no_proof() -> None:
    nothing = {name: [] for name in rows()}

    assert not judge([], nothing).is_clean()
