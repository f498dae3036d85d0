"""What Django checks, in one process: an installation over https, and a migration for every change of a model.

`check --deploy` holds all that `check` does, and what only matters where strangers can come by.
"""

import os
import sys

import django
from django.core.management import call_command
from django.core.management.base import CommandError


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bothways.settings")
    django.setup()
    faults = 0
    for name, options in {
        "check": {"deploy": True, "fail_level": "WARNING"},
        "makemigrations": {"check_changes": True, "dry_run": True},
    }.items():
        try:
            call_command(name, **options)
        except CommandError as error:
            sys.stderr.write(f"{name}: {error}\n")
            faults += 1
        except SystemExit as ended:  # makemigrations has said which migration is missing
            faults += bool(ended.code)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
