"""Background edges: what quotes a sense is written anew after the sense changed."""

from django.utils import timezone
from django_tasks import task

from glossary.actions import refresh_targets


@task(backend="background", queue_name="background")
def refresh_uses(sense_id: int) -> None:
    refresh_targets(sense_id=sense_id, now=timezone.now())
