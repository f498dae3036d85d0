"""Processes that end themselves in the midst of their work, on an installation of their own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.journeys.servers import installation
from tools import stack

ROOT = Path(__file__).parents[1]
# At the n-th row that is written inside `connection.execute_wrapper(end)`; 0 is never. No transaction is
# closed and no handler runs.
ENDS_ITSELF = """
import os, signal, sys
from django.db import connection
last, count = int(sys.argv[1]), 0
def end(execute, sql, params, many, context):
    global count
    outcome = execute(sql, params, many, context)
    if sql.startswith(("INSERT", "UPDATE", "DELETE")):
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)
    return outcome
"""


def prepare(data: Path) -> None:
    """An empty database with its tables and the page tree."""
    stack.run(["cp", "-a", installation("tables") / "data", data])


def run(script: str, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A script of Django's in a process of its own, with the data in that folder."""
    start = "import sys; sys.path.insert(0, 'site'); import django; django.setup()\n"
    environment = {
        **{
            name: value for name, value in os.environ.items() if name not in stack.OURS
        },  # a database of its own
        "BOTHWAYS_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "bothways.settings",
        "DEBUG": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", start + script, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
