"""Forty people save answers at once: what was acknowledged is stored, once, whatever happens to a worker.

tools/load.py runs the same by hand, with more people.
"""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import asdict, replace
from typing import Any

import pytest

from tests.journeys.servers import BOTH_BACKENDS, installation
from tests.soak import ROUNDS
from tools.load import SAVES_PER_KILL, History, Sent, attack, judge, some_answer
from tools.stack import Stack
from tools.templates import PEOPLE, copied

SAVES = 200 * ROUNDS
SEED = 20261121


@pytest.fixture(scope="module", params=BOTH_BACKENDS)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with copied(installation(request.param), tmp_path_factory.mktemp("company")) as stack:
        yield stack


@pytest.mark.server
@pytest.mark.soak
def test_forty_people_save_answers_and_none_is_lost_or_doubled(company: Stack) -> None:
    history, verdict = attack(company, clients=PEOPLE, saves=SAVES, seed=SEED)

    assert verdict.is_clean(), f"{verdict} {dict(history.errors)} {history.refused[:3]}"
    assert verdict.acknowledged == SAVES


@pytest.mark.server
@pytest.mark.soak
def test_no_acknowledged_answer_is_lost_while_web_workers_are_killed(company: Stack) -> None:
    history, verdict = attack(company, clients=PEOPLE, saves=SAVES, seed=SEED + 1, killing=True)

    assert history.kills == SAVES // SAVES_PER_KILL - 1  # the last ones drain
    assert verdict.is_clean(while_killing=True), f"{verdict} {dict(history.errors)} {history.refused[:3]}"
    assert verdict.acknowledged == SAVES


# The checker is checked: any single fault in a clean history or in clean rows turns it red.

Rows = list[dict[str, Any]]


def clean_run() -> tuple[History, Rows]:
    chance = random.Random(1)
    check = {"key": "question", "version": 7, "kind": "multiple_choice", "options": ["a", "b", "c"]}
    history = History()
    history.invoked = [some_answer({"id": number % 5}, check, chance) for number in range(60)]
    history.acknowledged = list(history.invoked)
    return history, [as_row(sent) for sent in history.invoked]


def as_row(sent: Sent) -> dict[str, Any]:
    fields = asdict(sent)
    return {
        "pk": 1,
        "employee_id": fields["employee"],
        "key": fields["key"],
        "question_key": fields["question"],
        "version_id": fields["version"],
        "chosen": list(fields["chosen"]),
        "is_unsure": fields["unsure"],
        "confidence": fields["confidence"],
    }


def test_a_clean_run_is_found_clean() -> None:
    history, rows = clean_run()

    assert judge(history, rows).is_clean()


def _row_removed(history: History, rows: Rows, place: int) -> None:
    del rows[place]


def _row_doubled(history: History, rows: Rows, place: int) -> None:
    rows.append(deepcopy(rows[place]))


def _row_doubled_under_a_new_key(history: History, rows: Rows, place: int) -> None:
    rows.append({**rows[place], "key": "another"})


def _other_options_stored(history: History, rows: Rows, place: int) -> None:
    rows[place]["chosen"] = ["d"]


def _other_person_stored(history: History, rows: Rows, place: int) -> None:
    rows[place]["employee_id"] += 1


def _other_confidence_stored(history: History, rows: Rows, place: int) -> None:
    rows[place]["confidence"] = 9


def _other_version_stored(history: History, rows: Rows, place: int) -> None:
    rows[place]["version_id"] += 1


def _answers_swapped(history: History, rows: Rows, place: int) -> None:
    other = next(row for row in rows if row["employee_id"] != rows[place]["employee_id"])
    rows[place]["key"], other["key"] = other["key"], rows[place]["key"]


def _begun_forgotten(history: History, rows: Rows, place: int) -> None:
    del history.invoked[place]


def _begun_twice(history: History, rows: Rows, place: int) -> None:
    history.invoked.append(history.invoked[place])


def _begun_otherwise(history: History, rows: Rows, place: int) -> None:
    history.invoked[place] = replace(history.invoked[place], question="another")


def _never_acknowledged(history: History, rows: Rows, place: int) -> None:
    del history.acknowledged[place]


def _acknowledged_twice(history: History, rows: Rows, place: int) -> None:
    history.acknowledged.append(history.acknowledged[place])


def _acknowledged_under_another_key(history: History, rows: Rows, place: int) -> None:
    history.acknowledged[place] = replace(history.acknowledged[place], key="another")


def _acknowledged_and_lost(history: History, rows: Rows, place: int) -> None:
    sent = replace(history.invoked[place], key="lost")
    history.invoked.append(sent)
    history.acknowledged.append(sent)


def _sent_again(history: History, rows: Rows, place: int) -> None:
    history.retried += 1


def _server_error(history: History, rows: Rows, place: int) -> None:
    history.errors["500"] += 1


def _refused(history: History, rows: Rows, place: int) -> None:
    history.refused.append("422")


FAULTS_WHATEVER_HAPPENS = [
    _row_removed,
    _row_doubled,
    _row_doubled_under_a_new_key,
    _other_options_stored,
    _other_person_stored,
    _other_confidence_stored,
    _other_version_stored,
    _answers_swapped,
    _begun_forgotten,
    _begun_twice,
    _begun_otherwise,
    _never_acknowledged,
    _acknowledged_twice,
    _acknowledged_under_another_key,
    _acknowledged_and_lost,
    _refused,
]


@pytest.mark.parametrize("place", [0, 29, 59])
@pytest.mark.parametrize("fault", FAULTS_WHATEVER_HAPPENS, ids=lambda fault: fault.__name__.strip("_"))
def test_the_checker_finds_every_single_fault(
    fault: Callable[[History, Rows, int], None], place: int
) -> None:
    history, rows = clean_run()

    fault(history, rows, place)

    assert not judge(history, rows).is_clean(while_killing=True)


@pytest.mark.parametrize("fault", [_sent_again, _server_error], ids=lambda fault: fault.__name__.strip("_"))
def test_doubts_are_faults_unless_workers_are_being_killed(
    fault: Callable[[History, Rows, int], None],
) -> None:
    history, rows = clean_run()

    fault(history, rows, 0)

    assert not judge(history, rows).is_clean()
    assert judge(history, rows).is_clean(while_killing=True)


def test_a_record_that_differs_from_the_answers_is_a_fault() -> None:
    history, rows = clean_run()

    assert not judge(history, rows, ["record 1: the stored progress differs from the rows"]).is_clean(
        while_killing=True
    )


def test_no_answers_at_all_are_no_proof() -> None:
    assert not judge(History(), []).is_clean(while_killing=True)
