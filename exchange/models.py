"""Files that somebody sent in and has not said yes to."""

import uuid

from django.db import models

from courses.models import CoursePage
from jobs.models import Underway
from people.models import Employee


class Upload(Underway):
    """A course or document on its way in, and what it did. Kept a day, seen by its sender only.

    In the database, because the process that shows the preview need not be the one that imports. Once it is
    imported its bytes are gone and what was done is told from `outcome`. Of a folder that an operator imports
    there is neither sender nor content: the row says that its import has begun and not ended.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sender = models.ForeignKey(Employee, models.CASCADE, null=True, blank=True, related_name="+")
    course = models.ForeignKey(CoursePage, models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=255)
    content = models.BinaryField()
    made_at = models.DateTimeField(db_index=True)
    # Title, code and direction of a course whose files do not say them; empty where they do.
    asked = models.JSONField(default=dict, blank=True)

    is_content = False
    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "courses_upload"

    def __str__(self) -> str:
        return self.name
