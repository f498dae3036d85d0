"""What the worker does about mail."""

from datetime import datetime

from django.utils import timezone

from post import delivery


def deliver_mail(now: datetime | None = None) -> None:
    """Send what waits in the outbox. Scheduled every few seconds; several workers may run it at once."""
    delivery.deliver_waiting_mail(now=now or timezone.now())
