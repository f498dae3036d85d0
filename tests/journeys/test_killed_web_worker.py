"""A web worker that is killed leaves a trace, one that is stopped in good order leaves none. Real processes."""

import pytest

from tests.journeys.servers import Serve, serve
from tests.patience import until

__all__ = ["serve"]
pytestmark = pytest.mark.server


def test_a_killed_web_worker_leaves_a_trace_and_a_stopped_one_none(serve: Serve) -> None:
    server = serve(with_worker=False)
    trace = server.data / "web-restarts.txt"
    workers = until(lambda: len(server.web_workers()) == 2 and server.web_workers())

    workers[0].kill()

    assert until(trace.exists)
    assert until(lambda: len([one for one in server.web_workers() if one not in workers]) == 1)
    server.stop()
    assert len(trace.read_text().splitlines()) == 1
    assert trace.stat().st_mode & 0o777 == 0o600
