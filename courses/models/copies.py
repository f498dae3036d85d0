"""Courses that are being copied."""

import uuid

from django.db import models

from courses.models.pages import CoursePage
from jobs.models import Underway
from people.models import Employee


class CourseCopy(Underway):
    """A copy of a course on its way, piece by piece. It has one stage, `IMPORTING`, until it is whole or failed.

    `outcome` names the questions and lessons that belong in it, and which questions are there by now. The
    course stands on nobody's desk before it is whole.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    source = models.ForeignKey(CoursePage, models.SET_NULL, null=True, related_name="+")
    copy = models.ForeignKey(CoursePage, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(db_index=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.copy.title
