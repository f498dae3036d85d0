"""Whether a quiz can be taken: enough different questions, or an attempt that goes on.

What counts is what a draw could really draw: live questions of the course's language, in their current
version, that are meant for a quiz and can be answered; each once. `quizzes.queries.drawable_counts` counts
them in the database and `quizzes.rules.drawing.drawable` in a pool.
"""


def is_available(*, asked: int, drawable: int) -> bool:
    """Whether a quiz that asks so many questions can be drawn where so many different ones can be asked."""
    return 1 <= asked <= drawable


def is_ready(*, has_open_attempt: bool, is_available: bool) -> bool:
    """Whether somebody can go on to a question. An attempt that was drawn goes on, whatever became of the bank."""
    return has_open_attempt or is_available


def is_begun(*, number: int, is_finished: bool, after: int | None) -> bool:
    """Whether a click on "start" finds this newest attempt begun, so that it draws no other.

    `after` is the number of the newest finished attempt that the person's page knew: a click that arrives
    twice or late begins nothing.
    """
    return not is_finished or (after is not None and number > after)
