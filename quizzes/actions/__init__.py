"""What can happen to questions and answers: publishing, starting an attempt, answering."""

from quizzes.actions.answering import (
    AlreadyAnswered,
    AttemptClosed,
    answer_question,
    record_answer,
)
from quizzes.actions.attempts import BankTooSmall, start_attempt
from quizzes.actions.publication import (
    CannotBeAsked,
    record_publication,
    refresh_uses,
    rehearse_publication,
    replace_question_uses,
)
from quizzes.actions.writing import WrittenOption, write_check
from quizzes.rules.given import BothChosenAndUnsure, NothingChosen, UnknownOption

__all__ = [
    "AlreadyAnswered",
    "AttemptClosed",
    "BankTooSmall",
    "BothChosenAndUnsure",
    "CannotBeAsked",
    "NothingChosen",
    "UnknownOption",
    "WrittenOption",
    "answer_question",
    "record_answer",
    "record_publication",
    "refresh_uses",
    "rehearse_publication",
    "replace_question_uses",
    "start_attempt",
    "write_check",
]
