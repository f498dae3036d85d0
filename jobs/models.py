"""The worker's memory: when it last breathed, and when each scheduled job ran."""

from django.db import models


class Heartbeat(models.Model):
    """One row per worker process, refreshed every few seconds.

    A worker that stops in good order writes `stopped_at`. A row that stays as it is and has none belongs
    to one that was killed: its tasks are taken back and the database is looked at.
    """

    worker = models.CharField(max_length=100, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    was_killed = models.BooleanField(default=False, db_default=False)  # another worker wrote `stopped_at`
    clock_jumped_at = models.DateTimeField(null=True, blank=True)
    clock_jumped_by = models.IntegerField(default=0, db_default=0)  # seconds; below 0 it was put back

    def __str__(self) -> str:
        return self.worker


class ScheduledRun(models.Model):
    """The last run of a scheduled job, and who holds it now.

    `held_until` is a lease: a worker that was killed loses it by time, and the job runs again.
    """

    name = models.CharField(max_length=60, unique=True)
    due_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.name
