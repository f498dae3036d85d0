"""`manage.py verify_audit`: is the audit log as it was written?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import heads, verifying
from audit.rules import sealing


class Command(BaseCommand):
    help = (
        "Check every entry of the audit log against its seal and its mark, and the whole log against heads that "
        "were kept outside; fails where an entry was changed, removed, moved or forged."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="NUMBER:SEAL",
            help="a head that was kept elsewhere: the log must still contain it (may be given several times)",
        )

    def handle(self, *args: Any, expect: list[str], **options: Any) -> None:
        kept = heads.kept()
        try:
            reading = verifying.read([*expect, *kept])
        except sealing.NoHead as error:
            raise CommandError(
                f"“{error}” is no head of the audit log: it is a number, a colon and 64 figures, or the 64 "
                "figures alone. Nothing was compared."
            ) from error
        for fault in reading.faults[:100]:
            self.stderr.write(f"entry {fault.number}: {fault.what}")
        for head in reading.missing:
            where = "given with --expect" if head in expect else f"kept in {heads.path()}"
            self.stderr.write(f"no longer in it: {head} ({where})")
        for name, (first, last, count) in reading.foreign.items():
            self.stdout.write(
                f"{count} entries ({first} to {last}) are sealed with another key, {name}: of before a restore, "
                "or of another machine. Their seals are right; their marks cannot be checked without that key."
            )
        if reading.unmarked:
            self.stdout.write(
                f"{reading.unmarked} entries are of a version that had no audit key; their seals are right."
            )
        if reading.faults:
            raise CommandError(f"The audit log is not as it was written: {len(reading.faults)} places.")
        if reading.missing:
            raise CommandError(
                "The audit log no longer contains what was kept: entries were rewritten or cut off, or this is "
                "another database or an older backup. Compare it with a backup of that day."
            )
        if expect or kept:
            self.stdout.write(f"{len(set(expect) | set(kept))} heads that were kept are all in it")
        self.stdout.write(f"head, to be kept elsewhere: {reading.head or 'none yet'}")
        self.stdout.write(f"{reading.entries} entries, all as they were written")
