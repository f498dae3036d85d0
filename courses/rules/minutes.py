"""How long a lesson and a quiz take, in whole minutes."""

from typing import Final

WORDS_PER_MINUTE: Final = 180
"""Reading speeds of adults for explanatory text lie at 175 to 300 words a minute."""
SECONDS_PER_CHECK: Final = 30
SECONDS_PER_QUIZ_QUESTION: Final = 45


def lesson_minutes(words: int, checks: int) -> int:
    """Rounded to the nearest minute, at least 1."""
    return max(1, round(words / WORDS_PER_MINUTE + checks * SECONDS_PER_CHECK / 60))


def quiz_minutes(questions: int) -> int:
    """Rounded to the nearest minute, at least 1."""
    return max(1, round(questions * SECONDS_PER_QUIZ_QUESTION / 60))
