"""Words on the bench: what a test writes for itself. What a whole module reads stands in its world."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.glossary import folders, words


@pytest.fixture
def now() -> datetime:
    return words.NOW


@pytest.fixture
def locale(db: None) -> Any:
    return words.english()


@pytest.fixture
def written(locale: Any) -> Callable[..., Any]:
    """`written("availability#service", gloss=…)`: a stored sense, public unless `draft=True`."""
    return words.write_sense


@pytest.fixture
def false_friend(locale: Any) -> tuple[Any, Any]:
    """availability of a service and of people."""
    return words.write_false_friend()


@pytest.fixture
def publish_again() -> Callable[..., Any]:
    return words.published_again


@pytest.fixture
def get(client: Any, employee: Any) -> Callable[..., str]:
    """`get("/glossary/")`: the page as an employee gets it."""
    client.force_login(employee)

    def get(path: str, status: int = 200) -> str:
        response = client.get(path)
        assert response.status_code == status
        return str(response.content.decode())

    return get


@pytest.fixture
def load(tmp_path: Path, now: datetime) -> folders.Load:
    """`load({"uptime": text})`: what importing a folder with these files reports, after a dry run said the same."""
    return folders.loading(tmp_path / "terms", now)
