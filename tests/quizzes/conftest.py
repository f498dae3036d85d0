"""A bank of questions, made the way authors make them: through `publish()`."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from quizzes.models import Bank, Option, Question


@pytest.fixture
def locale(db: None) -> Any:
    from wagtail.models import Locale

    return Locale.objects.get_or_create(language_code="en")[0]


@pytest.fixture
def bank(locale: Any) -> Bank:
    return Bank.objects.create(name="Always on", slug="t2")


@pytest.fixture
def publish_question(bank: Bank, locale: Any) -> Callable[..., Question]:
    """A function that makes and publishes a question; the first option is the right one."""

    def make(code: str, **fields: Any) -> Question:
        texts = fields.pop("options", ["right", "wrong one", "wrong two"])
        correct = fields.pop("correct", 1)
        question = Question(
            bank=fields.pop("bank", bank),
            locale=fields.pop("locale", locale),
            code=code,
            translation_key=fields.pop("translation_key", uuid.uuid4()),
            stem=fields.pop("stem", f"What does {code} ask?"),
            **fields,
        )
        question.options = [
            Option(
                sort_order=place,
                text=text,
                is_correct=place < correct,
                explanation=f"Why {text} in {code}, told in forty letters at least.",
            )
            for place, text in enumerate(texts)
        ]
        question.save()
        question.save_revision().publish()
        return Question.objects.get(pk=question.pk)

    return make


@pytest.fixture
def full_bank(bank: Bank, publish_question: Callable[..., Question]) -> Bank:
    """Twelve questions for the quiz over three outcomes, a check, a probe and one that cannot be answered."""
    for number in range(12):
        publish_question(f"t2-q{number:02}", outcome=f"outcome-{number % 3}")
    publish_question("t2-c1-1", purpose="check")
    publish_question("t2-p-incident-1", purpose="probe", probe_kind="meaning")
    publish_question("t2-q90", kind="numeric", options=[], settings={"answer": 43.2})
    return bank
