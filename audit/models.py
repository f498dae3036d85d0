"""What is stored of the audit log, and the door to append-only tables.

Their tables are named as they were when they stood in `people`: an upgrade moves no row.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MaintenanceDoor(models.Model):
    """While a row stands here, in one transaction, append-only tables may be changed."""

    reason = models.CharField(max_length=200)

    is_content = False
    stays_here = True

    class Meta:
        db_table = "people_maintenancedoor"

    def __str__(self) -> str:
        return self.reason


class AuditEntry(models.Model):
    """Who did what, about whom or what, and when: append-only, each entry sealed with the one before.

    Holds ids only: after erasing a person nothing here names anybody. Written by `audit.log.record`.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    verb = models.CharField(_("what"), max_length=40)
    about = models.CharField(_("about"), max_length=80, blank=True, default="")
    origin = models.CharField(_("from where"), max_length=40, blank=True, default="")
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    # Fingerprint of the audit key, and what it made of the entry; empty in entries of before 0.3.
    mark = models.CharField(max_length=80, blank=True, default="")
    seal = models.CharField(max_length=64, unique=True)

    is_content = False
    append_only = True
    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "people_auditentry"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["verb", "number"], name="audit_by_verb"),
            models.Index(fields=["about", "number"], name="audit_by_about"),
            models.Index(fields=["actor", "number"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.about}"


class AuditHead(models.Model):
    """The newest entry's number and seal: whoever writes next locks it, and a cut end shows against it."""

    number = models.PositiveBigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True, default="")

    is_content = False
    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "people_audithead"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="the_audit_log_has_one_end")]

    def __str__(self) -> str:
        return f"{self.number} {self.seal[:8]}"
