"""What can be asked about questions, attempts and answers. Every function states its number of SQL queries.

Nothing here tells which option is right, except `result` for somebody who has passed.
"""

from quizzes.queries.asking import AskedQuestion, GivenAnswer, Place, Why, asked_question
from quizzes.queries.attempts import AttemptSummary, attempts_of
from quizzes.queries.pool import (
    banks_with_figures,
    candidates,
    drawable_counts,
    know_their_versions,
    payloads,
    seen_questions,
)
from quizzes.queries.results import AttemptResult, QuestionResult, result

__all__ = [
    "AskedQuestion",
    "AttemptResult",
    "AttemptSummary",
    "GivenAnswer",
    "Place",
    "QuestionResult",
    "Why",
    "asked_question",
    "attempts_of",
    "banks_with_figures",
    "candidates",
    "drawable_counts",
    "know_their_versions",
    "payloads",
    "result",
    "seen_questions",
]
