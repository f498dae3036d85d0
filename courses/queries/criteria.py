"""By which criterion records stand."""

from uuid import UUID

from django.db.models import Max, OuterRef, QuerySet, Subquery

from courses.models import CourseRecord, Criterion

REFRESHES = "courses.tasks.refresh_records"
"""The background task that brings the records of a course to its newest criterion."""


def stale_courses() -> list[str]:
    """Courses with a record in progress by an older criterion than their newest. At most 2 SQL queries."""
    keys = stale_records().order_by("course_key").values_list("course_key", flat=True).distinct()
    return [str(key) for key in keys]


def newest_criterion(course_key: UUID | str) -> Criterion | None:
    """What completing a course takes by its last publication; None before that. One SQL query."""
    return Criterion.objects.filter(course_key=course_key).order_by("-number").first()


def stale_records() -> QuerySet[CourseRecord]:
    """Records in progress whose criterion is not the newest of their course. One SQL query here, one with the records.

    Asked by course, for which there is an index, and only of courses that ever changed what they take.
    """
    last = Criterion.objects.filter(course_key=OuterRef("course_key")).order_by("-number")
    changed = (
        Criterion.objects.order_by()
        .values("course_key")
        .annotate(count=Max("number"), newest=Subquery(last.values("pk")[:1]))
        .filter(count__gt=1)
        .values_list("course_key", "newest")
    )
    newest = dict(changed)
    return CourseRecord.objects.filter(
        course_key__in=list(newest), status=CourseRecord.Status.IN_PROGRESS
    ).exclude(criterion__in=list(newest.values()))
