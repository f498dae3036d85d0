"""`manage.py verify_audit`: is the audit log as it was written?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people import audit
from people.models import AuditEntry


class Command(BaseCommand):
    help = (
        "Check every entry of the audit log against its seal; fails where one was changed, removed or moved."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(audit.faults())
        for fault in found[:100]:
            self.stderr.write(f"entry {fault.number}: {fault.what}")
        if found:
            raise CommandError(f"The audit log is not as it was written: {len(found)} places.")
        self.stdout.write(f"{AuditEntry.objects.count()} entries, all as they were written")
