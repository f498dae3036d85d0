"""What the worker does for people."""

from datetime import datetime, timedelta

from django.utils import timezone

from people import actions
from people.importing.actions import forget_old_uploads


def deliver_mail(now: datetime | None = None) -> None:
    """Send what waits in the outbox. Scheduled every few seconds; several workers may run it at once."""
    actions.deliver_waiting_mail(now=now or timezone.now())


def forget_lists(now: datetime | None = None) -> None:
    """Remove lists of people that were looked at a day ago and never imported. Scheduled every hour."""
    forget_old_uploads(before=(now or timezone.now()) - timedelta(days=1))
