"""A web worker that is killed leaves a trace, one that is stopped in good order leaves none. Real processes."""

import time
from typing import Any

import pytest

from tests.journeys.servers import Serve, serve

__all__ = ["serve"]
pytestmark = pytest.mark.server


def waited_for(what: Any) -> Any:
    """What it says once it says something; at most a minute."""
    until = time.monotonic() + 60
    while not (found := what()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def test_a_killed_web_worker_leaves_a_trace_and_a_stopped_one_none(serve: Serve) -> None:
    server = serve("tables", with_worker=False)
    trace = server.data / "web-restarts.txt"
    workers = waited_for(lambda: len(server.web_workers()) == 2 and server.web_workers())

    workers[0].kill()

    assert waited_for(trace.exists)
    assert waited_for(lambda: len([one for one in server.web_workers() if one not in workers]) == 1)
    server.stop()
    assert len(trace.read_text().splitlines()) == 1
    assert trace.stat().st_mode & 0o777 == 0o600
