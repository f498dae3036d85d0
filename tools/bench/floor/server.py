"""The floor: the same gunicorn as site/gunicorn.conf.py, for the bare view."""

import os
import runpy
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Before gunicorn.conf.py looks at a setting: else the floor would be the whole site.
os.environ["DJANGO_SETTINGS_MODULE"] = "tools.bench.floor.settings"
globals().update(
    {
        name: value
        for name, value in runpy.run_path(str(HERE.parents[2] / "site" / "gunicorn.conf.py")).items()
        if not name.startswith("_") and name not in {"on_starting", "Path", "HERE"}
    }
)
wsgi_app = "tools.bench.floor.wsgi:application"
