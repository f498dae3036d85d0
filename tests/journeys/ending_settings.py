"""Production settings of a worker that ends itself by kill -9, in the midst of the n-th piece that it imports.

`ENDS_AT=people_employee:2`: at its second statement that adds rows to that table, before it is committed.
"""

import os
import signal
from typing import Any

from django.db.backends.signals import connection_created

from bothways.settings import *  # noqa: F403

_table, _last = os.environ["ENDS_AT"].split(":")
_left = iter(range(int(_last) - 1, -1, -1))


def _end(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    done = execute(sql, params, many, context)
    if sql.startswith(f'INSERT INTO "{_table}"') and not next(_left):
        os.kill(os.getpid(), signal.SIGKILL)
    return done


def _watch(connection: Any, **_kwargs: Any) -> None:
    connection.execute_wrappers.append(_end)


connection_created.connect(_watch, dispatch_uid="ending")
