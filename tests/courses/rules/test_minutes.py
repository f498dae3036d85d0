"""How long a lesson and a quiz take."""

import pytest

from courses.rules.minutes import lesson_minutes, quiz_minutes


@pytest.mark.parametrize(("words", "checks", "minutes"), [(0, 0, 1), (180, 0, 1), (900, 2, 6), (1000, 3, 7)])
def test_minutes_of_a_lesson_are_counted_from_words_and_checks(words: int, checks: int, minutes: int) -> None:
    assert lesson_minutes(words, checks) == minutes


@pytest.mark.parametrize(("questions", "minutes"), [(0, 1), (1, 1), (4, 3), (10, 8), (12, 9)])
def test_minutes_of_a_quiz_are_counted_from_its_questions(questions: int, minutes: int) -> None:
    assert quiz_minutes(questions) == minutes
