"""What a reader can do about a lesson that is wrong."""

from datetime import datetime

from django.db import transaction

from courses.models import ProblemReport
from people.models import Employee


@transaction.atomic
def report_problem(*, lesson_id: int, reporter: Employee, text: str, now: datetime) -> ProblemReport:
    """What a reader says is wrong. The same words about the same lesson, sent again, are one report."""
    text = text.strip()
    same = ProblemReport.objects.filter(
        lesson_id=lesson_id, reporter=reporter, text=text, answered_at__isnull=True
    ).first()
    return same or ProblemReport.objects.create(
        lesson_id=lesson_id, reporter=reporter, text=text, made_at=now
    )


@transaction.atomic
def put_away(*, report: ProblemReport, reader: Employee, now: datetime) -> None:
    """The reader has seen the answer: home does not show it any more. Idempotent."""
    ProblemReport.objects.filter(
        pk=report.pk, reporter=reader, answered_at__isnull=False, seen_at__isnull=True
    ).update(seen_at=now)
