"""What the worker does for people."""

from datetime import datetime

from django.utils import timezone

from people import actions


def deliver_mail(now: datetime | None = None) -> None:
    """Send what waits in the outbox. Scheduled every few seconds; several workers may run it at once."""
    actions.deliver_waiting_mail(now=now or timezone.now())
