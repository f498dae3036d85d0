"""What the log leaves out. Loaded before any app is, so it knows none."""

import logging


class OneLine(logging.Filter):
    """A host that is not ours is nobody's fault in the code: its line says all, and a traceback buries others."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True
