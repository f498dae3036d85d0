"""The two commands as processes, and a browser that asks them."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import psutil

from tests.patience import until
from tools import stack

ROOT = Path(__file__).resolve().parents[2]
# `make run` and `make serve` after .venv/ is there: the rest of tools/start.py, with this Python.
START = """
import sys
sys.path.insert(0, "tools")
from pathlib import Path
import environment, installation, supervise
supervise.VENV = Path(sys.prefix)
demo = sys.argv[1] == "run"
try:
    with installation.held_port(demo=demo) as holder:
        sys.exit(supervise.serve(sys.executable, installation.choose(sys.executable, demo=demo), holder))
except environment.Sentence as sentence:
    sys.exit(str(sentence))
"""


def environment(data, **extra):
    settings = stack.environment(data, PYTHONUNBUFFERED="1", **extra)
    del settings["BOTHWAYS_SUPERVISED"]
    return settings


class Started:
    """A command that runs, and what it has said so far."""

    def __init__(self, command, settings, log):
        self.log, self.port = log, settings.get("PORT")
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, command],
                cwd=ROOT,
                env=settings,
                stdout=out,
                stderr=out,
                start_new_session=True,
                umask=0o022,  # as accounts of most machines have it
            )

    @property
    def said(self):
        return self.log.read_text()

    def wait_for(self, text, seconds=120):
        until = time.monotonic() + seconds
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.1)

    def child(self, word):
        """The process of the web server or of the worker."""
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):  # it has just ended
                if word in " ".join(child.cmdline()):
                    return child
        return None

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(60)


def ask(port, path, **headers):
    """Status, headers and text; redirects are not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args):
            return None

    opener = urllib.request.build_opener(Stay, urllib.request.ProxyHandler({}))
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()
    except OSError:
        return None, {}, ""


def worker_is_at_work(port):
    status, _, said = ask(port, "/health/?format=json")
    return status == 200 and json.loads(said)["findings"]["worker"]["state"] == "well"


class Browser:
    """Follows redirects and keeps cookies."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar), urllib.request.ProxyHandler({})
        )

    def open(self, path, fields=None):
        body = None if fields is None else urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(
            self.address + path, data=body, headers={"Referer": self.address + path}
        )
        with contextlib.suppress(urllib.error.HTTPError), self.opener.open(request, timeout=30) as answer:
            return answer.url.removeprefix(self.address), answer.read().decode()
        return path, ""

    def sign_in(self, email, password):
        _, page = self.open("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        return self.open(
            "/accounts/login/", {"login": email, "password": password, "csrfmiddlewaretoken": token}
        )

    def ask_for_a_link(self, email):
        _, page = self.open("/accounts/password/reset/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        return self.open("/accounts/password/reset/", {"email": email, "csrfmiddlewaretoken": token})


@contextlib.contextmanager
def knocking(port):
    """Connects again and again; the errors of those that were refused."""
    refused, over = [], threading.Event()

    def knock():
        while not over.wait(0.01):
            try:
                socket.create_connection(("127.0.0.1", int(port)), timeout=20).close()
            except OSError as error:
                refused.append(error)

    thread = threading.Thread(target=knock)
    thread.start()
    try:
        yield refused
    finally:
        over.set()
        thread.join()


def family_of(started):
    """gunicorn with two workers, and the background worker."""
    parent = psutil.Process(started.process.pid)
    assert until(
        lambda: len(parent.children(recursive=True)) >= 4
    )  # the first worker may have answered alone
    return parent.children(recursive=True)


def open_to_others(folder):
    """What of a data folder another account of the machine may read or change; links are not files."""
    return sorted(
        str(path.relative_to(folder))
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    )


def assert_everything_stopped(started, number):
    """Asked to stop by this signal, nothing of it is left."""
    family = family_of(started)

    code = started.stop(number)

    assert code == 0
    assert started.said.splitlines()[-1] == "Bothways has stopped."
    assert until(lambda: not any(process.is_running() for process in family))
