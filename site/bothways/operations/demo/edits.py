"""What the demo's people wrote into the content: remembered, so that the end of a demo takes exactly that back.

A revision is remembered by its number, among the loaded folders. If somebody wrote on, a newer revision stands
above it, and what they wrote stays as it is.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from audit.append_only import maintenance
from bothways.models import Loaded
from glossary.models import Sense, SenseVersion, Status
from quizzes.models import VersionSense

PLACE = "demo: "
_REVISION = f"{PLACE}revision "


def remember(revision: Revision) -> None:
    Loaded.objects.get_or_create(folder=f"{_REVISION}{revision.pk}", defaults={"loaded_at": timezone.now()})


@transaction.atomic
def take_back() -> None:
    """Drafts of the demo go, and what it published is replaced by the text before. Then nothing is remembered."""
    remembered = Loaded.objects.filter(folder__startswith=_REVISION).order_by("-pk")
    numbers = [int(folder.removeprefix(_REVISION)) for folder in remembered.values_list("folder", flat=True)]
    for revision in Revision.objects.filter(pk__in=numbers).order_by("-pk"):
        subject = revision.content_object
        if subject is not None and subject.latest_revision_id == revision.pk:
            _take_back(subject, revision)
    Loaded.objects.filter(folder__startswith=PLACE).delete()


def _take_back(subject: Any, revision: Revision) -> None:
    before = (
        Revision.objects.filter(
            base_content_type=revision.base_content_type, object_id=revision.object_id, pk__lt=revision.pk
        )
        .order_by("-pk")
        .first()
    )
    if before is None:
        return
    was_live = subject.live_revision_id == revision.pk
    if was_live:
        subject = before.as_object()
        subject.live_revision = before
        if isinstance(subject, Sense):
            subject.status = Status.PROPOSED  # a revision says what held when it was drafted
            _forget_version(subject)
    subject.latest_revision = before
    subject.has_unpublished_changes = False
    if isinstance(subject, Page):
        subject.draft_title = subject.title
        subject.latest_revision_created_at = before.created_at
    subject.save()
    revision.delete()


def _forget_version(sense: Sense) -> None:
    """The version that the demo's text made. Where a question names it already, it stays."""
    version = SenseVersion.objects.filter(sense=sense).order_by("-number").first()
    if version is None or version.number == 1 or VersionSense.objects.filter(sense_version=version).exists():
        return
    with maintenance("a meaning that the demo changed is taken back"):
        version.delete()
