"""Small words for the tests of quizzes: a moment, and what to answer."""

from datetime import UTC, datetime

from quizzes.models import QuestionVersion

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def right(version: QuestionVersion) -> list[str]:
    """The keys of the right options."""
    return [option["key"] for option in version.payload["options"] if option["correct"]]


def wrong(version: QuestionVersion) -> list[str]:
    """The key of one option that is not right."""
    return [next(option["key"] for option in version.payload["options"] if not option["correct"])]
