"""`manage.py import_people FILE`: load a list of people."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import log as audit_log
from gates.csv_in import TableRefused
from people.importing import AnotherImport, HeadingsRefused, Plan, import_people, plan_import
from people.importing.translation import reason_of


class Command(BaseCommand):
    help = (
        "Load people from a CSV file: who is new, has moved or leaves. The same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and store nothing")
        parser.add_argument("--json", action="store_true", help="print the three lists as JSON")
        parser.add_argument(
            "--invite", action="store_true", help="mail everybody new a link for the first sign-in"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, json: bool, invite: bool, **options: Any) -> None:
        now = timezone.now()
        self.told = 0
        try:
            with file.open("rb") as stream:
                if dry_run:
                    plan = plan_import(stream, now=now, may_change_guarded=True, heard=self._read)
                else:
                    plan = import_people(
                        stream,
                        by=None,
                        now=now,
                        invite=invite,
                        origin=audit_log.COMMAND,
                        may_change_guarded=True,
                        clock=timezone.now,
                        said=self._done,
                    )
        except OSError as error:
            raise CommandError(f"{file} cannot be read ({error.strerror}). Nothing was imported.") from error
        except (TableRefused, HeadingsRefused) as error:
            raise CommandError(str(error)) from error
        except AnotherImport as error:
            raise CommandError(
                "Another list of people is being imported. This one was not begun. Try again when it is done."
            ) from error
        if json:
            self.stdout.write(_as_json(plan))
            return
        for line in _as_lines(plan):
            self.stdout.write(line)

    def _read(self, count: int) -> None:
        self.stderr.write(f"read       {count} lines")

    def _done(self, done: int, total: int) -> None:
        """A line for each thousand people, and for the last of them where there are so many."""
        if done // 1000 > self.told // 1000 or (done == total and total > 1000):
            self.stderr.write(f"done       {done} of {total} people")
        self.told = done


def _as_lines(plan: Plan) -> Iterator[str]:
    for line in plan.new:
        yield f"imported   line {line.line}: {line.number}, new"
    for change in plan.changed:
        fields = ", ".join(name for name, _before, _after in change.what)
        yield f"imported   line {change.line.line}: {change.line.number}, {fields}"
    for number, who in plan.unchanged:
        yield f"unchanged  line {number}: {who}"
    for path in plan.departments:
        yield f"note       new department: {' / '.join(path)}"
    for heading in plan.columns.unknown:
        yield f"note       column not read: {heading!r}"
    for told in plan.notes:
        yield f"note       line {told.line}: {told.number}: {reason_of(told)}"
    for told in plan.withheld:
        yield f"withheld   line {told.line}: {told.number}: {reason_of(told)}"
    for told in plan.reported:
        yield f"reported   line {told.line}: {reason_of(told)}"


def _as_json(plan: Plan) -> str:
    lists = {
        "imported": [
            *({"line": line.line, "number": line.number, "what": ["new"]} for line in plan.new),
            *(
                {
                    "line": change.line.line,
                    "number": change.line.number,
                    "what": [name for name, _before, _after in change.what],
                }
                for change in plan.changed
            ),
        ],
        "unchanged": [{"line": line, "number": number} for line, number in plan.unchanged],
        "reported": [
            {"line": told.line, "number": told.number, "reason": reason_of(told)} for told in plan.reported
        ],
        "withheld": [
            {"line": told.line, "number": told.number, "reason": reason_of(told)} for told in plan.withheld
        ],
        "notes": [
            *({"line": told.line, "number": told.number, "note": reason_of(told)} for told in plan.notes),
            *({"department": " / ".join(path)} for path in plan.departments),
            *({"heading": heading} for heading in plan.columns.unknown),
        ],
    }
    return json.dumps(lists, ensure_ascii=False, indent=2)
