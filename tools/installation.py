"""Which installation is started: a demo or a real one, and whether it must be prepared first."""

import contextlib
import errno
import fcntl
import hashlib
import os
import socket
import sqlite3
import subprocess
import time

from environment import ROOT, Sentence, data_folder, say
from packages import packages
from port_holder import PortHolder
from supervise import AWAY_PAUSE_SECONDS, EXIT_AWAY

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - what somebody asked for, compared
HELD = []  # the lock of `hold_folder`, for as long as this process lives
RELEASED_SECONDS = 3.0  # so long a web server whose supervisor was killed may take to notice it and end
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
READ = """
import sys
sys.path[:0] = ["site", "."]
from django.conf import settings
from bothways.startup import one_sentence
with one_sentence():
    settings.INSTALLED_APPS
"""
CODE = (*packages(), "site/gunicorn.conf.py", "content", "requirements")


def held_port(*, demo):
    """The port that is asked for, held from now on; nothing has been touched yet.

    Raises: Sentence
    """
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Sentence(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    if demo and host not in LOOPBACK and os.environ.get("DEMO_PUBLIC") != "1":
        raise Sentence(
            f"The demo's password is known to everybody, so it listens only on this machine, not on {host}. "
            "Set DEMO_PUBLIC=1 for random passwords, or use make serve."
        )
    return opened(host, int(port), "make run" if demo else "make serve")


def choose(python, *, demo):
    """The environment for server and worker, with database, content and static files up to date.

    From here on no other process serves the folder. Raises: Sentence
    """
    hold_folder(data_folder())
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    settings = {**os.environ, "HOST": host, "PORT": port, "BOTHWAYS_SUPERVISED": str(os.getpid())}
    if host in EVERYWHERE and not settings.get("BOTHWAYS_URL"):
        settings["ALLOWED_HOSTS"] = ",".join(filter(None, [settings.get("ALLOWED_HOSTS"), *own_names()]))
    mark = fingerprint()
    if os.environ.get("DEMO_PUBLIC") == "1" or not is_prepared(mark, demo=demo):
        prepare(python, [*(["--demo"] if demo else []), f"--stamp={mark}"], settings)
    else:
        read_settings(python, settings)
    settings["BOTHWAYS_DEMO"] = "1" if demo else ""
    return settings


def prepare(python, arguments, settings):
    """Everything between an empty folder and a site that can be served; waits for a database that is away.

    Raises: Sentence
    """
    waiting = {}
    command = [python, "manage.py", "prepare", *arguments]
    while True:
        code = subprocess.run(command, cwd=ROOT, env={**settings, **waiting}, check=False).returncode
        if code == 0:
            return
        if code != EXIT_AWAY:
            raise Sentence("Bothways was not started.")
        if not waiting:
            say("Bothways waits for the database, and then goes on. Stop: Ctrl-C")
        waiting = {"BOTHWAYS_WAITING": "1"}  # the reason stands above, and is said once
        time.sleep(AWAY_PAUSE_SECONDS)


def read_settings(python, settings):
    """Where nothing is prepared: whatever is wrong in a setting is said once, and not by each process.

    Raises: Sentence
    """
    named = {"DJANGO_SETTINGS_MODULE": "bothways.settings", **settings}
    if subprocess.run([python, "-c", READ], cwd=ROOT, env=named, check=False).returncode != 0:
        raise Sentence("Bothways was not started.")


def hold_folder(folder):
    """From now on this process serves the folder, and no other. The lock ends with the process, however it ends.

    It lies on the folder itself: no file is left behind.

    Raises: Sentence
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # which the settings refuse in their own words
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise Sentence(
            f"Bothways runs on {folder} already, so nothing was started. Stop that one first, or choose another "
            "folder: BOTHWAYS_DATA=/srv/another"
        ) from error
    except OSError:  # a file system without such locks: nobody is refused for it
        os.close(handle)
    else:
        HELD.append(handle)


def upgrade(python):
    """Back up, then bring database, content and static files to this version; the server is not touched."""
    done = subprocess.run([python, "manage.py", "prepare", "--backup"], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise Sentence("Nothing was upgraded beyond what is said above; the server that runs is untouched.")
    say("Upgraded. Restart the server, for example: systemctl restart bothways")
    return 0


def own_names():
    """The names and addresses under which other machines may know this one."""
    names = {socket.gethostname(), socket.getfqdn()}
    with contextlib.suppress(OSError):
        names |= {entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing; says which of our addresses would be used
        names.add(probe.getsockname()[0])
    return sorted(names)


def opened(host, port, command):
    """Raises: Sentence, for a port that is taken, or one that this account may not have."""
    try:
        return _once_free(host, port)
    except OSError as error:
        if isinstance(error, PermissionError):
            raise Sentence(
                f"This account may not open port {port}. Choose one above 1023: PORT=8000"
            ) from error
        if isinstance(error, socket.gaierror) or "assign" in str(error):
            raise Sentence(f"HOST is {host!r}, which is no address of this machine.") from error
        raise Sentence(
            f"Port {port} on {host} is taken by another program. Stop that one, or choose another port: "
            f"PORT={port + 1 if port < 65535 else port - 1} {command}"
        ) from error


def fingerprint():
    """A number below 2**31 that changes with every file of the product that preparing depends on."""
    digest = hashlib.sha256()
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return int.from_bytes(digest.digest()[:4]) % (2**31 - 1) + 1


def is_prepared(mark, *, demo):
    """True if this very database was prepared by these very files.

    The mark stands in the database itself (SQLite's user_version), so that a restored backup or
    another folder is prepared anew. PostgreSQL is always asked through `manage.py prepare`.
    """
    data = data_folder()
    database = data / "bothways.sqlite3"
    if os.environ.get("DATABASE_URL") or not database.exists():
        return False
    if not (data / "static" / "staticfiles.json").exists():
        return False
    try:
        with contextlib.closing(sqlite3.connect(database, timeout=10)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            rows = connection.execute("SELECT is_demo FROM people_organisation").fetchall()
    except sqlite3.Error:
        return False
    ready = version == mark and rows == [(int(demo),)]
    if ready:
        say("Everything is up to date.")
    return ready


def _once_free(host, port):
    """Whoever starts again after everything was killed need not be refused for what is just ending."""
    until = time.monotonic() + RELEASED_SECONDS
    while True:
        try:
            return PortHolder(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
        time.sleep(0.1)
