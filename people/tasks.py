"""What the worker does for people."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from people.importing.actions import forget_old_uploads, take_turn, take_up_left
from people.models import PeopleUpload

PIECES_IN_A_TURN = 20
"""Of a long list; then the worker does what else is due."""
logger = logging.getLogger(__name__)


def forget_lists(now: datetime | None = None) -> None:
    """Remove lists of people that were looked at a day ago and never imported. Scheduled every hour."""
    forget_old_uploads(before=(now or timezone.now()) - timedelta(days=1))


@task(backend="background", queue_name="background")
def go_on_with_list(pk: int) -> None:
    """Read or import a list of people, from where it is. Interrupted, it goes on where it was."""
    upload = PeopleUpload.objects.filter(pk=pk).first()
    if upload is not None:
        take_turn(upload, clock=timezone.now, turn=PIECES_IN_A_TURN)


def take_up_lists(now: datetime | None = None) -> None:
    """Lists that a killed process left are gone on with. Scheduled every minute."""
    take_up_left(now=now or timezone.now())
