"""A bank of questions, made the way authors make them: through `publish()`."""

import uuid
from typing import Any

from wagtail.models import Locale

from quizzes.models import Bank, Option, Question


def english() -> Any:
    return Locale.objects.get_or_create(language_code="en")[0]


def german() -> Any:
    return Locale.objects.get_or_create(language_code="de")[0]


def write_question(bank: Bank, code: str, **fields: Any) -> Question:
    """A published question; the first option is the right one."""
    texts = fields.pop("options", ["right", "wrong one", "wrong two"])
    correct = fields.pop("correct", 1)
    question = Question(
        bank=bank,
        locale=fields.pop("locale", None) or english(),
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


def write_bank() -> Bank:
    """Twelve questions for the quiz over three outcomes, a check, a probe and one that cannot be answered.

    Publishing them takes a second: what many tests draw from is a world.
    """
    bank = Bank.objects.create(name="Always on", slug="t1")
    for number in range(12):
        write_question(bank, f"t1-q{number:02}", outcome=f"outcome-{number % 3}")
    write_question(bank, "t1-c1-1", purpose="check")
    write_question(bank, "t1-p-incident-1", purpose="probe", probe_kind="meaning")
    write_question(bank, "t1-q90", kind="numeric", options=[], settings={"answer": 43.2})
    return bank
