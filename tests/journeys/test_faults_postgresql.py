"""What can happen to an installation on PostgreSQL while people answer: nothing acknowledged is lost or doubled."""

from collections.abc import Iterator

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
from tests.journeys.servers import NEEDS_POSTGRES, installation
from tools.load.ground import Ground, ground

pytestmark = [pytest.mark.server, pytest.mark.soak, pytest.mark.postgres, NEEDS_POSTGRES]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(installation("company-postgres"), tmp_path_factory.mktemp("faults")) as found:
        yield found


@pytest.mark.parametrize("name", ["restart", "freeze"])
def test_a_database_that_goes_away_or_hangs_loses_nothing(company: Ground, name: str) -> None:
    under(name, company)
