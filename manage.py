#!/usr/bin/env python
"""Django's command line for Bothways; `site/` is a source root, so its folder goes on the path first."""

import gc
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    # What a start makes stays. Looking for garbage in it every few hundred objects takes a fifth of the start.
    gc.set_threshold(10_000, 50)
    sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bothways.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from bothways.startup import one_sentence

    try:
        with one_sentence():
            settings.INSTALLED_APPS  # noqa: B018 - the first look at a setting reads and checks all of them
            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:  # somebody pressed Ctrl-C: no fault, and no traceback
        sys.exit(130)
