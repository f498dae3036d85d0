"""Pictures and documents of an import that ended early, which no lesson of the course shows."""

from typing import Any

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Revision

from authoring.teams import files_of
from courses.blocks import references_in
from courses.models import CoursePage, LessonPage
from exchange.models import Upload


def sweep(upload: Upload) -> int:
    """Delete what the import stored and did not come to use; how many files that were.

    A file is of the import if nobody uploaded it and it is in the collection of the course since the file was
    sent. What a draft or any version since then shows stays. Small: one lesson's pictures at most are left over.
    """
    course = CoursePage.objects.filter(code=upload.outcome.get("code") or "").first()
    if course is None:
        return 0
    lessons = LessonPage.objects.child_of(course)
    used: set[tuple[Any, int]] = set()
    for lesson in lessons:
        used |= references_in(lesson.body)
    ids = [str(pk) for pk in lessons.values_list("pk", flat=True)]
    for revision in Revision.page_revisions.filter(object_id__in=ids, created_at__gte=upload.made_at):
        used |= references_in(revision.as_object().body)
    swept = 0
    for model in (get_image_model(), get_document_model()):
        rows = model.objects.filter(
            collection=files_of(course), uploaded_by_user=None, created_at__gte=upload.made_at
        )
        for row in rows:
            if (model, row.pk) not in used:
                row.delete()
                swept += 1
    return swept
