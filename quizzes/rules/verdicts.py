"""What an answer was worth: one vocabulary for the checks of lessons and for quizzes."""

from enum import StrEnum


class Verdict(StrEnum):
    """How each looks, and its word, stands in `bothways.templatetags.look`."""

    CORRECT = "correct"
    NOT_QUITE = "not_quite"
    NOT_SURE = "not_sure"


def verdict_of(*, is_correct: bool, is_unsure: bool) -> Verdict:
    """ "I'm not sure" is never correct and never "not quite": nothing was claimed."""
    if is_unsure:
        return Verdict.NOT_SURE
    return Verdict.CORRECT if is_correct else Verdict.NOT_QUITE
