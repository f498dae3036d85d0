"""What can be asked about questions, attempts and answers. Every function states its number of SQL queries.

Nothing here tells which option is right, except `result` for somebody who has passed.
"""

from quizzes.queries.asking import AskedQuestion, GivenAnswer, Section, Why, asked_question
from quizzes.queries.attempts import AttemptSummary, attempts_of
from quizzes.queries.pool import (
    attach_current_versions,
    banks_with_figures,
    candidates,
    drawable_counts,
    payloads,
    seen_questions,
)
from quizzes.queries.results import AttemptResult, QuestionResult, result

__all__ = [
    "AskedQuestion",
    "AttemptResult",
    "AttemptSummary",
    "GivenAnswer",
    "QuestionResult",
    "Section",
    "Why",
    "asked_question",
    "attach_current_versions",
    "attempts_of",
    "banks_with_figures",
    "candidates",
    "drawable_counts",
    "payloads",
    "result",
    "seen_questions",
]
