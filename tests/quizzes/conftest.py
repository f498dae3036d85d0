"""An empty bank for what a test writes itself, and a full one that stands once a module."""

from collections.abc import Callable
from typing import Any

import pytest

from quizzes.models import Bank, Question
from tests.quizzes.bank import english, write_bank, write_question
from tests.worlds import World, again


@pytest.fixture
def locale(db: None) -> Any:
    return english()


@pytest.fixture
def bank(locale: Any) -> Bank:
    """A bank without questions."""
    return Bank.objects.create(name="Small", slug="t2")


@pytest.fixture
def publish_question(bank: Bank) -> Callable[..., Question]:
    """A function that makes and publishes a question of the small bank; the first option is the right one."""

    def make(code: str, **fields: Any) -> Question:
        return write_question(fields.pop("bank", bank), code, **fields)

    return make


@pytest.fixture(scope="module")
def bank_of_the_module(world: World) -> Bank:
    """Fifteen questions, once a module; a test asks for `full_bank`."""
    with world():
        return write_bank()


@pytest.fixture
def full_bank(bank_of_the_module: Bank, db: None) -> Any:
    return again(bank_of_the_module)
