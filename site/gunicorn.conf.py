"""gunicorn -c site/gunicorn.conf.py, from any folder."""

import mmap
import os
import signal
import sys
import threading
import time
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bothways.settings")
# Somebody waits for what this process does: see docs/decisions/0019.
os.environ["BOTHWAYS_SERVES_PAGES"] = "1"

from django.conf import settings  # noqa: E402 - the two lines above say where it lies

from bothways import environment  # noqa: E402
from bothways.startup import assert_ready, assert_static_files, logo_trouble, one_sentence  # noqa: E402

# WhiteNoise's way to say what assert_static_files refuses in a sentence.
warnings.filterwarnings("ignore", "No directory at", UserWarning)
EXIT_REFUSED = 4  # tools/supervise.py: starting again changes nothing
with one_sentence(EXIT_REFUSED):
    settings.INSTALLED_APPS  # noqa: B018 - the first look at a setting reads and checks all of them
    loglevel = environment.choice("LOG_LEVEL", "warning", environment.LEVELS)

chdir = str(HERE.parent)
pythonpath = str(HERE.parent)
wsgi_app = "bothways.wsgi:application"
bind = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
if "BOTHWAYS_PORT_FD" in os.environ:  # lent by tools/port_holder.py, which keeps it when we die
    bind = f"fd://{os.environ['BOTHWAYS_PORT_FD']}"
workers = settings.WEB_CONCURRENCY
worker_class = "gthread"
# Most of them wait for a seat: see bothways/wsgi.py.
threads = 64
# Loaded once and shared: two workers fit into less memory, and one that was killed is back at once.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
# A heartbeat file on a disk can block a worker for longer than its time-out.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
accesslog = None  # addresses of people are not written down; a proxy in front may
proc_name = "bothways"


def on_starting(server):
    """The application is loaded; refuse to serve what must not be served, and leave no open connection."""
    from django.db import connections
    from django.urls import get_resolver

    with one_sentence(EXIT_REFUSED):
        assert_ready()
        assert_static_files()
    if sentence := logo_trouble():  # read here, before the workers are forked
        sys.stderr.write(f"{sentence}\n")
    # Every view: else each worker would load them with its first page, for half a second of its own.
    get_resolver().reverse_dict  # noqa: B018 - asked for what it does
    connections.close_all()


def pre_fork(server, worker):
    """A byte that the parent and the worker share: the worker says goodbye in it."""
    worker.goodbye = mmap.mmap(-1, 1)


def worker_abort(worker):
    """It answered nothing for longer than the time-out: what it says at its end is no goodbye."""
    worker.goodbye[0] = 2


def worker_exit(server, worker):
    if worker.goodbye[0] == 0:
        worker.goodbye[0] = 1


def child_exit(server, worker):
    """Leave a trace of a worker that was killed, for the health page."""
    from django.conf import settings
    from django.utils import timezone

    from jobs import restarts

    if worker.goodbye[0] != 1:
        restarts.note(settings.DATA, now=timezone.now())
    worker.goodbye.close()


def when_ready(server):
    """Under the supervisor, say that we serve; and end when it is gone, so that nothing keeps the port."""
    if "BOTHWAYS_READY_FD" in os.environ:
        # Left open: its end tells tools/port_holder.py that this process is gone.
        os.write(int(os.environ["BOTHWAYS_READY_FD"]), b"1")
    # Named by whoever began us: asked only now, it might be gone already.
    parent = int(os.environ.get("BOTHWAYS_SUPERVISED") or 0)
    if not parent:
        return

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


def post_fork(server, worker):
    """Of the pipe that tells of the master's end, no worker keeps a copy."""
    if "BOTHWAYS_READY_FD" in os.environ:
        os.close(int(os.environ["BOTHWAYS_READY_FD"]))
