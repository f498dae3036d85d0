"""Courses: their pages, and the records of who did what in them."""

from courses.models.copies import CourseCopy
from courses.models.pages import (
    RESERVED_SLUGS,
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
from courses.models.records import Audience, CourseRecord, Criterion, Evidence, ImportedFile, Published
from courses.models.uploads import Upload
from courses.models.writing import CourseTeam, OtherSideApproval, ProblemReport

__all__ = [
    "RESERVED_SLUGS",
    "Audience",
    "CataloguePage",
    "Competence",
    "CourseCompetence",
    "CourseCopy",
    "CoursePage",
    "CourseRecord",
    "CourseTeam",
    "CourseTerm",
    "Criterion",
    "Direction",
    "Evidence",
    "Framework",
    "ImportedFile",
    "LessonPage",
    "Level",
    "OtherSideApproval",
    "ProblemReport",
    "Published",
    "PublishedPage",
    "SessionKind",
    "Upload",
]
