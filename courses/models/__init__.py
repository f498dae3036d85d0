"""Courses: their pages, and the records of who did what in them."""

from courses.models.pages import (
    CataloguePage,
    Competence,
    CourseCompetence,
    CoursePage,
    CourseTerm,
    Direction,
    Framework,
    LessonPage,
    Level,
    PublishedPage,
    SessionKind,
)
from courses.models.problems import ProblemReport
from courses.models.records import Audience, CourseRecord, Criterion, Evidence, ImportedFile, Published

__all__ = [
    "Audience",
    "CataloguePage",
    "Competence",
    "CourseCompetence",
    "CoursePage",
    "CourseRecord",
    "CourseTerm",
    "Criterion",
    "Direction",
    "Evidence",
    "Framework",
    "ImportedFile",
    "LessonPage",
    "Level",
    "ProblemReport",
    "Published",
    "PublishedPage",
    "SessionKind",
]
