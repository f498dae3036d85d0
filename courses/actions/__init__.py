"""What can happen in a course. One verb, one transaction."""

from courses.actions.audiences import (
    AlreadyAsked,
    add_audience,
    close_audience,
    end_audience,
    set_audience,
)
from courses.actions.learning import (
    Answered,
    CourseRef,
    LessonHasChecks,
    NoQuiz,
    UnknownCheck,
    answer_check,
    answer_quiz,
    begin_course,
    read_lesson,
    refresh_open_records,
    start_quiz,
)
from courses.actions.problems import (
    put_away,
    report_problem,
)

__all__ = [
    "AlreadyAsked",
    "Answered",
    "CourseRef",
    "LessonHasChecks",
    "NoQuiz",
    "UnknownCheck",
    "add_audience",
    "answer_check",
    "answer_quiz",
    "begin_course",
    "close_audience",
    "end_audience",
    "put_away",
    "read_lesson",
    "refresh_open_records",
    "report_problem",
    "set_audience",
    "start_quiz",
]
