"""What a person is told about a course, sentence by sentence, and what others are told."""

import pytest

from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED, Facts, Result, assess
from tests.courses.rules.somebody import (
    ALL_LESSONS,
    BEGUN,
    BOTH_LESSONS,
    FAILED,
    NOTHING,
    ONE_LESSON,
    ONLY_QUIZ,
    PASSED,
    RULE,
    WITH_QUIZ,
    WITHOUT_QUIZ,
    at,
)


@pytest.mark.parametrize(
    ("rule", "facts", "status", "private", "public"),
    [
        (WITH_QUIZ, Facts(), NOT_STARTED, "Not begun yet.", "Not begun yet."),
        (NOTHING, Facts(), NOT_STARTED, "Not begun yet.", "Not begun yet."),
        (WITH_QUIZ, Facts(**BEGUN), IN_PROGRESS,
         "0 of 2 lessons done. Quiz not taken yet; 80 % is needed.", "0 of 2 lessons done. Quiz not passed yet."),
        (WITH_QUIZ, Facts(**ONE_LESSON, results=[FAILED]), IN_PROGRESS,
         "1 of 2 lessons done. Quiz 60 %, 80 % is needed.", "1 of 2 lessons done. Quiz not passed yet."),
        # Who passed and has lessons left is asked for nothing more than the lessons.
        (WITH_QUIZ, Facts(**ONE_LESSON, results=[FAILED, PASSED]), IN_PROGRESS,
         "1 of 2 lessons done.", "1 of 2 lessons done."),
        (WITH_QUIZ, Facts(**BOTH_LESSONS), IN_PROGRESS,
         "All lessons done. Quiz not taken yet; 80 % is needed.", "All lessons done. Quiz not passed yet."),
        (WITH_QUIZ, Facts(**BOTH_LESSONS, results=[FAILED, Result(at(21), 40, False)]), IN_PROGRESS,
         "All lessons done. Quiz 60 %, 80 % is needed.", "All lessons done. Quiz not passed yet."),
        (WITH_QUIZ, Facts(**BOTH_LESSONS, results=[Result(at(21), 0, False)]), IN_PROGRESS,
         "All lessons done. Quiz 0 %, 80 % is needed.", "All lessons done. Quiz not passed yet."),
        (WITH_QUIZ, Facts(**BOTH_LESSONS, results=[FAILED, PASSED]), COMPLETED,
         "All lessons done. Best quiz result 95 %.", "All lessons done. Quiz passed."),
        (WITHOUT_QUIZ, Facts(**ONE_LESSON), IN_PROGRESS, "1 of 2 lessons done.", "1 of 2 lessons done."),
        (WITHOUT_QUIZ, Facts(**ONE_LESSON, results=[FAILED]), IN_PROGRESS, "1 of 2 lessons done.", "1 of 2 lessons done."),
        (WITHOUT_QUIZ, Facts(**BOTH_LESSONS), COMPLETED, "All lessons done.", "All lessons done."),
        (ONLY_QUIZ, Facts(**BEGUN), IN_PROGRESS, "Quiz not taken yet; 80 % is needed.", "Quiz not passed yet."),
        (ONLY_QUIZ, Facts(**BEGUN, results=[PASSED]), COMPLETED, "Best quiz result 95 %.", "Quiz passed."),
        (NOTHING, Facts(**BEGUN), COMPLETED, "Nothing is left to do.", "Nothing is left to do."),
    ],
)  # fmt: skip
def test_the_sentences_say_what_is_done_and_what_is_missing(rule, facts, status, private, public):
    standing = assess(rule, facts)

    assert standing.status == status
    assert " ".join(reason.private % reason.values for reason in standing.reasons) == private
    assert " ".join(reason.public % reason.values for reason in standing.reasons) == public


def test_others_never_read_a_score_in_the_reasons():
    for results in ([], [Result(at(20), 79, False)], [Result(at(20), 95, True)]):
        standing = assess(RULE, Facts(**ALL_LESSONS, results=results))
        for reason in standing.reasons:
            assert "%%" not in reason.public and "79" not in reason.public and "95" not in reason.public
