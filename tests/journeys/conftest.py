"""One browser for all journeys of a process: starting it takes longer than most of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys import learner


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with learner.browser(chromium) as running:
        yield running
