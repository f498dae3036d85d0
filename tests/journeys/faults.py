"""Rounds of fault injection on one installation for each database: see tools/load/ and `python -m tools.load --list`.

The history and the rows grow from test to test, and each test judges all of them. The tests that stand here are
those of both databases: their modules import them, and say by a fixture `company` where people answer.
"""

import pytest

from tests.soak import ROUNDS
from tools.load.faults import FAULTS
from tools.load.ground import Ground
from tools.load.runs import Outcome, attack

ANSWERS = 120 * ROUNDS  # for each fault; so SOAK=20 has over 20,000 on either database
SEED = 20261121
HASTE = 4  # pauses between two tries are shorter than a browser's, or the tests would mostly rest


def calm(ground: Ground, *, direct: bool) -> Outcome:
    """Nothing is done to the server, so nobody is turned away."""
    outcome = attack(ground, answers=ANSWERS, seed=SEED, direct=direct, haste=HASTE)
    assert outcome.is_clean(calm=True), str(outcome)
    assert outcome.acknowledged >= ANSWERS
    return outcome


def under(name: str, ground: Ground) -> Outcome:
    """As many strikes as were meant to be, and all is as it was acknowledged."""
    fault = FAULTS[name]
    outcome = attack(ground, answers=ANSWERS, seed=SEED, fault=fault, haste=HASTE)
    assert outcome.is_clean(calm=not fault.turns_away), str(outcome)
    assert outcome.strikes == fault.strikes(ANSWERS) > 0
    assert outcome.acknowledged >= ANSWERS
    return outcome


@pytest.mark.parametrize("direct", [False, True], ids=["as browsers", "direct"])
def test_people_answer_and_nothing_is_lost_or_doubled(company: Ground, direct: bool) -> None:
    calm(company, direct=direct)


@pytest.mark.parametrize("name", ["kill-web", "kill-master", "kill-all"])
def test_killed_processes_come_back_and_nobody_has_lost_an_answer(company: Ground, name: str) -> None:
    under(name, company)


def test_a_killed_worker_is_noticed_by_nobody_who_answers(company: Ground) -> None:
    under("kill-worker", company)


def test_answers_are_graded_by_the_version_that_was_asked_whatever_is_published_meanwhile(
    company: Ground,
) -> None:
    before = company.editor.ask("versions")

    under("edits", company)

    after = company.editor.ask("versions")
    assert after > before, f"{after} versions, and there were {before}"
