"""The checker is checked: any single fault in the rows of a clean run is found, under its own name."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.tools.a_run import ANN, BEN, CID, DEE, ONE, TWO, at, events, key, rows, said
from tools.load.checker import judge
from tools.load.rows import Rows

Row = dict[str, Any]
Break = Callable[[Rows], object]


def the(table: str, pk: int) -> Callable[[Rows], Row]:
    return lambda stored: next(row for row in stored[table] if row["id"] == pk)


def drop(table: str, pk: int) -> Break:
    return lambda stored: stored[table].remove(the(table, pk)(stored))


def set_(table: str, pk: int, **columns: Any) -> Break:
    return lambda stored: the(table, pk)(stored).update(columns)


def double(table: str, pk: int, **columns: Any) -> Break:
    return lambda stored: stored[table].append({**deepcopy(the(table, pk)(stored)), "id": 99, **columns})


def progress(pk: int, change: Callable[[dict[str, Any]], object]) -> Break:
    return lambda stored: change(the("records", pk)(stored)["progress"])


def swap(table: str, first: int, second: int, column: str) -> Break:
    def change(stored: Rows) -> None:
        one, other = the(table, first)(stored), the(table, second)(stored)
        one[column], other[column] = other[column], one[column]

    return change


def right_option(pk: int, right: str) -> Break:
    def change(stored: Rows) -> None:
        for option in the("versions", pk)(stored)["payload"]["options"]:
            option["correct"] = option["key"] in right

    return change


def resurrected(stored: Rows) -> None:
    """The record shows Ann's first answer again, as a write from an old copy of it would."""
    the("records", 1)(stored)["progress"]["latest"][key("k1")] = {
        "version": 1, "chosen": ["b"], "unsure": False, "correct": False, "confidence": 3,
    }  # fmt: skip


def arrived_again(stored: Rows) -> None:
    """Ann's first answer counts as the last one, in the rows and in the record alike."""
    resurrected(stored)
    the("answers", 1)(stored)["id"] = 50
    the("records", 1)(stored)["progress"]["answered"][key("k1")] = said(3)
    stored["answers"].sort(key=lambda row: row["id"])


def left_half_finished(stored: Rows) -> None:
    """The last answer is stored, and the attempt was not closed by it."""
    the("attempts", 2)(stored).update(finished_at=None, correct_count=None, score_percent=None, passed=None)


FAULTS: dict[str, tuple[str, Break]] = {
    # answers
    "an answer to a check is lost": ("lost", drop("answers", 1)),
    "an answer of a quiz is lost": ("lost", drop("answers", 11)),
    "the newest answer is lost": ("lost", drop("answers", 12)),
    "an answer is stored twice under its key": ("doubled", double("answers", 2)),
    "an answer is stored twice under another key": ("invented", double("answers", 2, key=key("another"))),
    "a drawn question has two answers": ("doubled", double("answers", 4, key=key("another"))),
    "an answer that nobody sent": ("invented", double("answers", 10, key=key("another"), employee_id=DEE)),
    "an answer that was refused": ("invented", double("answers", 11, key=key("refused"), drawn_id=8, version_id=14, question_key=key("q3"))),
    "other options are stored": ("altered", set_("answers", 3, chosen=["c"])),
    "fewer options are stored": ("altered", set_("answers", 2, chosen=["a"])),
    "not sure is stored as an answer": ("altered", set_("answers", 10, is_unsure=False, chosen=["b"])),
    "an answer is stored as not sure": ("altered", set_("answers", 1, is_unsure=True, chosen=[], confidence=None)),
    "another confidence": ("altered", set_("answers", 3, confidence=2)),
    "confidence is forgotten": ("altered", set_("answers", 9, confidence=None)),
    "confidence comes out of nowhere": ("altered", set_("answers", 2, confidence=1)),
    "another version": ("altered", set_("answers", 1, version_id=2)),
    "another question": ("altered", set_("answers", 1, question_key=key("k2"))),
    "an answer moves to another person": ("altered", set_("answers", 1, employee_id=BEN)),
    "an answer of a quiz moves to another person": ("altered", set_("answers", 4, employee_id=BEN)),
    "an answer moves to another course": ("records", set_("answers", 2, context_key=TWO)),
    "two answers swap their keys": ("altered", swap("answers", 2, 10, "key")),
    "two people's answers swap": ("altered", swap("answers", 3, 10, "employee_id")),
    "two positions of an attempt swap": ("altered", swap("answers", 4, 5, "drawn_id")),
    "an answer of a quiz becomes one of a check": ("altered", set_("answers", 11, drawn_id=None)),
    "an answer moves to another attempt": ("altered", swap("answers", 6, 7, "drawn_id")),
    "two options where one is asked for": ("altered", set_("answers", 3, chosen=["a", "b"])),
    "an option that nobody offers": ("altered", set_("answers", 3, chosen=["z"])),
    "an older answer counts again": ("order", arrived_again),
    # grades
    "a right answer is graded wrong": ("misgraded", set_("answers", 2, is_correct=False)),
    "a wrong answer is graded right": ("misgraded", set_("answers", 5, is_correct=True)),
    "not sure is graded right": ("misgraded", set_("answers", 8, is_correct=True)),
    "graded by another version": ("misgraded", right_option(11, "b")),
    "half of the right options is enough": ("misgraded", set_("answers", 6, is_correct=True)),
    # attempts
    "an attempt is not closed by its last answer": ("attempts", left_half_finished),
    "an open attempt is closed": ("attempts", set_("attempts", 3, finished_at=at(23), correct_count=0, score_percent=0, passed=False)),
    "a closed attempt without a score": ("attempts", set_("attempts", 1, score_percent=None)),
    "one right answer too many is counted": ("attempts", set_("attempts", 1, correct_count=2)),
    "a score that is rounded up": ("attempts", set_("attempts", 2, score_percent=67)),
    "passed below the pass mark": ("attempts", set_("attempts", 1, passed=True)),
    "not passed above the pass mark": ("attempts", set_("attempts", 2, passed=False)),
    "the pass mark of an attempt is changed afterwards": ("attempts", set_("attempts", 2, pass_percent=70)),
    "a question was not drawn": ("attempts", drop("drawn", 9)),
    "a position is drawn twice": ("attempts", set_("drawn", 9, position=2)),
    "an attempt number is left out": ("attempts", set_("attempts", 2, number=3)),
    "two attempts with one number": ("doubled", set_("attempts", 2, number=1)),
    "two open attempts": ("doubled", double("attempts", 3, number=2, public_id=key("attempt 99"))),
    "an attempt that nobody began": ("invented", double("attempts", 3, number=1, employee_id=CID, public_id=key("attempt 99"))),
    "an attempt that was begun is gone": ("lost", set_("attempts", 3, public_id=key("attempt 98"))),
    "an attempt belongs to somebody else": ("lost", set_("attempts", 3, employee_id=CID)),
    "an attempt is gone": ("lost", drop("attempts", 2)),
    "a question that was drawn is gone": ("altered", drop("drawn", 1)),
    "a version is gone": ("altered", drop("versions", 11)),
    "a version of an open question is gone": ("altered", drop("versions", 4)),
    # evidence
    "a lesson was read and it is not stored": ("lost", drop("evidence", 2)),
    "a lesson was read twice": ("doubled", double("evidence", 2)),
    "nobody read it": ("invented", double("evidence", 2, employee_id=BEN)),
    "a course was begun twice": ("doubled", double("evidence", 3)),
    "somebody began who never came": ("invented", double("evidence", 5, employee_id=DEE)),
    "no evidence of beginning": ("records", drop("evidence", 3)),
    # records
    "a record is gone": ("records", drop("records", 2)),
    "a course was begun and there is no record": ("lost", drop("records", 4)),
    "two records": ("doubled", double("records", 4)),
    "completed too early": ("records", set_("records", 2, status="completed", completed_at=at(21))),
    "completed, and the record says in progress": ("records", set_("records", 3, status="in_progress", completed_at=None)),
    "completed at another instant": ("records", set_("records", 1, completed_at=at(11))),
    "begun at another instant": ("records", set_("records", 4, started_at=at(31))),
    "a lesson too many is done": ("records", set_("records", 2, lessons_done=1)),
    "a lesson too few is needed": ("records", set_("records", 2, lessons_needed=1)),
    "the best score is the last one": ("records", set_("records", 1, best_score_percent=33)),
    "a score without a quiz": ("records", set_("records", 3, best_score_percent=0)),
    "the record shows an older answer": ("records", resurrected),
    "the record forgot an answer": ("records", progress(1, lambda kept: kept["latest"].pop(key("k2")))),
    "the record forgot a lesson": ("records", progress(1, lambda kept: kept["reads"].clear())),
    "the record has a first instant too late": ("records", progress(1, lambda kept: kept["answered"].update({key("k1"): said(3)}))),
    "the record forgot a result": ("records", progress(1, lambda kept: kept["results"].pop(0))),
    "results in the wrong order": ("records", progress(1, lambda kept: kept["results"].reverse())),
    "the record has another's result": ("records", progress(2, lambda kept: kept["results"].append([said(12), 66, True]))),
    "the record began earlier": ("records", progress(4, lambda kept: kept.update(started=said(29)))),
    "the criterion of another course": ("records", set_("records", 2, criterion_id=3)),
    "the criterion is gone": ("records", drop("criteria", 2)),
    "in progress by an old rule": ("stale", set_("records", 2, criterion_id=1)),
}  # fmt: skip


def test_the_run_itself_is_clean() -> None:
    verdict = judge(events(), rows())

    assert verdict.is_clean(), str(verdict)
    assert (verdict.acknowledged, verdict.stored, verdict.doubts, verdict.refused) == (12, 12, 1, 1)


@pytest.mark.parametrize("name", FAULTS)
def test_every_single_fault_in_the_rows_is_found(name: str) -> None:
    category, break_ = FAULTS[name]
    stored = rows()

    break_(stored)
    verdict = judge(events(), stored)

    assert verdict.findings[category], str(verdict)
    assert not verdict.is_clean()


def test_there_are_more_than_fifty_of_them_and_each_changes_something() -> None:
    assert len(FAULTS) > 50
    for name, (_category, break_) in FAULTS.items():
        stored = rows()
        break_(stored)
        assert stored != rows(), name


def test_what_was_there_before_is_nobodys_invention_and_is_graded_all_the_same() -> None:
    told = [
        one for one in events() if one["event"] != "seen" and one.get("employee") != ANN and not is_anns(one)
    ]
    told[0] |= {"answers": 9, "attempts": 2, "evidence": 2}

    verdict = judge(told, rows())

    assert verdict.is_clean(), str(verdict)
    assert verdict.stored == 3

    stored = rows()
    the("answers", 4)(stored)["is_correct"] = False
    assert judge(told, stored).findings["misgraded"]


def is_anns(one: dict[str, Any]) -> bool:
    anns = {row["key"] for row in rows()["answers"] if row["employee_id"] == ANN}
    return one.get("key") in {*anns, "begin ann", "read ann", "quiz 1", "quiz 2"}


def test_an_attempt_that_begins_after_its_answers_is_found() -> None:
    stored = rows()
    the("attempts", 3)(stored)["started_at"] = at(24)

    verdict = judge(events(), stored)

    assert verdict.findings["times"]
    assert not verdict.is_clean()


def test_an_installation_of_somebody_else_is_found() -> None:
    """A history against the wrong database: everything is lost and nothing is forgiven."""
    stored = {**rows(), **{name: [] for name in ("answers", "attempts", "drawn", "evidence", "records")}}

    verdict = judge(events(), stored)

    assert verdict.count("lost") == 12 + 1 + 3 + 4  # answers, a lesson read, attempts, courses begun
    assert verdict.stored == 0
    assert ONE != TWO
