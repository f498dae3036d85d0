"""`manage.py changepassword ADDRESS`: Django's, and its owner is told and the audit log knows."""

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.db import transaction
from django.utils import timezone

from audit import log as audit_log
from people import actions
from people.models import Employee


class Command(changepassword.Command):
    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str | None:
        output = super().handle(*args, **options)
        employee = Employee.objects.get_by_natural_key(options["username"])
        actions.password_was_set(
            employee, by=None, by_link=False, origin=audit_log.COMMAND, now=timezone.now()
        )
        return output
