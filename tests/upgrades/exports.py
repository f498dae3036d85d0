"""HR's CSV files of past periods, as the code of a checkout writes them. Prints JSON: period → file.

    python tests/upgrades/exports.py CHECKOUT 2026-q1 2026-q2 …

Runs with the code of any version, on the installation that BOTHWAYS_DATA or DATABASE_URL names. The
clock stands still in the year after, since a period that goes on is another one tomorrow.
"""

import json
import os
import sys
from datetime import UTC, datetime

CHECKOUT, *PERIODS = sys.argv[1:]
AFTERWARDS = datetime(2027, 2, 15, 12, tzinfo=UTC)
os.environ["DJANGO_SETTINGS_MODULE"] = "bothways.settings"
sys.path[:0] = [CHECKOUT, f"{CHECKOUT}/site"]

import django  # noqa: E402
from django.utils import timezone  # noqa: E402

timezone.now = lambda: AFTERWARDS
django.setup()

from django.test import Client  # noqa: E402

from people.models import Employee  # noqa: E402


def exported(client: Client, period: str) -> str:
    answer = client.get(f"/reports/completion/?period={period}&asked=all&format=csv")
    assert answer.status_code == 200, answer.status_code
    return answer.getvalue().decode()


browser = Client(HTTP_HOST="127.0.0.1")
browser.force_login(Employee.objects.get(email="hr@example.com"))
json.dump({period: exported(browser, period) for period in PERIODS}, sys.stdout, ensure_ascii=False, indent=1)
