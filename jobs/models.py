"""The worker's memory: when its last heartbeat came, when each scheduled job ran, and how far longer work is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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

    is_content = False
    stays_here = True

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

    is_content = False

    def __str__(self) -> str:
        return self.name


class Stage(models.TextChoices):
    """How far something is that somebody sent: it is read, looked at, and imported."""

    READING = "reading", _("is being read")
    READ = "read", _("can be looked at")
    IMPORTING = "importing", _("is being imported")
    IMPORTED = "imported", _("is imported")
    FAILED = "failed", _("has failed")


_LINKS = {
    Stage.READING: _("See how far it is"),
    Stage.READ: _("See what it would do"),
    Stage.IMPORTING: _("See how far it is"),
    Stage.IMPORTED: _("See what was imported"),
    Stage.FAILED: _("See what happened"),
}


class Underway(models.Model):
    """An upload that is read, shown and imported, or a copy, piece by piece; it stores its progress.

    `hand` is the lease: it names who reads or imports it now, and is empty while it waits for a worker. Its holder
    stores the progress with every piece and loses the lease after `jobs.rules.schedule.SILENT_AFTER` without.
    Every step from one stage to the next is one conditional UPDATE, so it happens once.
    """

    stage = models.CharField(max_length=10, choices=Stage, default=Stage.READING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)
    hand = models.CharField(max_length=32, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    # What the page shows, with the number of its format. Empty until there is something to show.
    outcome = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        abstract = True

    @property
    def link_text(self) -> str:
        """The words of a link to its page: what somebody sees there."""
        return str(_LINKS[Stage(self.stage)])
