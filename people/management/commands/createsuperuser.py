"""`manage.py createsuperuser`: Django's, and the audit log knows that somebody has every right now."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction
from django.utils import timezone

from audit import log as audit_log
from people.models import Employee


class Command(createsuperuser.Command):
    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str | None:
        before = set(Employee.objects.filter(is_superuser=True).values_list("pk", flat=True))
        output = super().handle(*args, **options)
        for pk in (
            Employee.objects.filter(is_superuser=True).exclude(pk__in=before).values_list("pk", flat=True)
        ):
            audit_log.record(
                actor=None,
                verb=audit_log.Verb.ROLES_CHANGED,
                about=f"employee:{pk}",
                detail={"given": ["superuser"], "taken": []},
                origin=audit_log.COMMAND,
                now=timezone.now(),
            )
        return output
