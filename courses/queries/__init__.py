"""What can be asked about courses. Each docstring states its number of SQL queries."""

from courses.queries.criteria import stale_courses
from courses.queries.differences import record_differences
from courses.queries.problems import answers_for
from courses.queries.published import (
    forget_rows,
    has_records,
    lesson_cards,
    published_course,
    published_courses,
    published_row,
)
from courses.queries.standings import (
    Past,
    RecordFacts,
    Standing,
    asked_of,
    assessment_of,
    offered_courses,
    past_of,
    record_of,
    standing_in,
    standings,
)

__all__ = [
    "Past",
    "RecordFacts",
    "Standing",
    "answers_for",
    "asked_of",
    "assessment_of",
    "forget_rows",
    "has_records",
    "lesson_cards",
    "offered_courses",
    "past_of",
    "published_course",
    "published_courses",
    "published_row",
    "record_differences",
    "record_of",
    "stale_courses",
    "standing_in",
    "standings",
]
