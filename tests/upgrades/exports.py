"""HR's CSV files of past periods, as the code of a checkout writes them. Prints JSON: period → file.

    python tests/upgrades/exports.py CHECKOUT 2026-q1 2026-q2 …

Runs with the code of any version, on the installation that BOTHWAYS_DATA or DATABASE_URL names. The
clock stands still in the year after, since a period that goes on is another one tomorrow.
"""

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

AFTERWARDS = datetime(2027, 2, 15, 12, tzinfo=UTC)


def set_up(checkout: Path) -> None:
    """Django with the code of a checkout, where it is always the same afternoon."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bothways.settings"
    sys.path[:0] = [str(checkout), str(checkout / "site")]
    import django  # after the path
    from django.utils import timezone

    timezone.now = lambda: AFTERWARDS
    django.setup()


def exports(periods: Sequence[str]) -> dict[str, str]:
    """Period → what HR gets when asking for everybody and every course."""
    from django.test import Client  # when Django is set up

    from people.models import Employee

    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(Employee.objects.get(email="hr@example.com"))
    found = {}
    for period in periods:
        answer = browser.get(f"/reports/completion/?period={period}&asked=all&format=csv")
        assert answer.status_code == 200, answer.status_code
        found[period] = answer.getvalue().decode()
    return found


if __name__ == "__main__":
    set_up(Path(sys.argv[1]))
    json.dump(exports(sys.argv[2:]), sys.stdout, ensure_ascii=False, indent=1)
