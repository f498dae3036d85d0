"""Settings for an installation whose clock a test sets: what LOAD_CLOCK's file says, in seconds, is added to the time.

Time-machine changes `datetime.now` and `time.time` where C code reads them, in this process alone. Monotonic time is
left as it is, so time-outs and gunicorn's watch over its workers are not touched, as with a real step of the clock.
"""

import os
from pathlib import Path

import time_machine

from bothways.settings import *  # noqa: F403


class _Shifted:
    def __init__(self, file: Path) -> None:
        self.file = file

    def time_ns(self) -> int:
        real: int = time_machine._time_machine.original_time_ns()
        return real + int(self.file.read_text()) * 1_000_000_000


time_machine.travel(0).start()
time_machine.traveller_stack[-1] = _Shifted(Path(os.environ["LOAD_CLOCK"]))  # type: ignore[call-overload]
