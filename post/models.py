"""Mail on its way. The table is named as it was when it stood in `people`: an upgrade moves no row."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMail(models.Model):
    """A mail that somebody must get. Written in the transaction that made it necessary, sent later."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")
        REFUSED = "refused", _("refused")  # by the server, for good: the address is wrong

    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    html = models.TextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, default="")
    made_at = models.DateTimeField()
    try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    # The worker that hands it over now: written before, taken away with what became of it.
    sender = models.CharField(max_length=100, blank=True, default="", db_default="")

    is_content = False
    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "people_outboxmail"
        verbose_name = _("mail")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["state", "try_at"], name="mail_to_send"),
            models.Index(fields=["to", "state"], name="mail_to_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
