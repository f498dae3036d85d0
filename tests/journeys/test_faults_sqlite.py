"""Everything that can happen to an installation on SQLite while people answer: nothing acknowledged is lost or doubled."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

# In the order in which they run.
# isort: off
from tests.journeys.faults import (  # noqa: F401 - the tests of both databases, here on this one
    test_people_answer_and_nothing_is_lost_or_doubled,
    test_killed_processes_come_back_and_nobody_has_lost_an_answer,
    test_a_killed_worker_is_noticed_by_nobody_who_answers,
    test_answers_are_graded_by_the_version_that_was_asked_whatever_is_published_meanwhile,
    under,
)

# isort: on
from tests.journeys.servers import installation
from tests.patience import until
from tools.load.faults import DOUBTS, FAULTS, HOUR
from tools.load.ground import PEOPLE, Ground, ground
from tools.load.rows import read
from tools.load.steady import answers_while

pytestmark = [pytest.mark.server, pytest.mark.soak]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(installation("company"), tmp_path_factory.mktemp("faults")) as found:
        yield found


@pytest.mark.parametrize("name", ["copies", "backup"])
def test_copies_and_backups_hold_all_that_was_acknowledged_up_to_then(company: Ground, name: str) -> None:
    under(name, company)


def test_a_full_disk_refuses_and_goes_on_once_there_is_room(company: Ground) -> None:
    if reason := FAULTS["disk-full"].reason_not(company):
        pytest.skip(reason)

    assert under("disk-full", company).doubts >= DOUBTS


def test_a_clock_that_jumps_loses_nothing(company: Ground) -> None:
    under("clock", company)

    instants = [answer["answered_at"] for answer in read(company.database)["answers"]]
    assert max(instants) - min(instants) > timedelta(seconds=0.9 * HOUR)  # it was an hour ahead
    assert company.editor.ask("differences") == []
    # The longest interval of those jobs is ten minutes; what is a minute further away counts as no jump.
    assert until(lambda: company.editor.ask("latest_due") <= 660)


def test_an_import_beside_it_changes_no_answer(company: Ground) -> None:
    before = company.editor.ask("people_known")

    under("imports", company)

    assert company.editor.ask("people_known") > before


def test_at_a_steady_pace_how_long_each_answer_takes_is_told(company: Ground) -> None:
    url = company.facts["courses"][0]["url"]

    found = answers_while(company, lambda: company.editor.ask("set_pass_mark", url=url, percent=70))

    assert found.verdict.is_clean(), str(found)
    assert found.turned_away == {}
    assert len(found.seconds) >= 2 * PEOPLE  # everybody before the work and after it
    assert 0 < found.percentile(50) <= found.percentile(95) <= found.percentile(100) == found.seconds[-1]
