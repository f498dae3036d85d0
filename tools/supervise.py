"""One parent for web server and worker: it restarts either when it dies and stops both when told."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request

from environment import ROOT, VENV, Sentence, data_folder, say

PATIENCE_SECONDS = 180
STOP_SECONDS = 30
# A child that lived this long was well; its next death is restarted without delay.
WELL_SECONDS = 60
LONGEST_PAUSE_SECONDS = 30
EXIT_REFUSED = 4  # gunicorn.conf.py: this must not be served, and starting again changes nothing
EXIT_AWAY = 75  # bothways/startup.py: the database does not answer, and starting again helps once it does
AWAY_PAUSE_SECONDS = 2


class Child:
    """A process that is wanted alive."""

    def __init__(self, name, command, environment):
        self.name, self.command, self.environment = name, command, environment
        self.process = None
        self.began = 0.0
        self.again_at = 0.0
        self.pause = 0.0
        self.waits = False  # for the database, which does not answer

    def start(self):
        self.began = time.monotonic()
        # A session of its own: Ctrl-C reaches only the parent, which then stops both in good order.
        self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.environment, start_new_session=True)

    def look_after(self):
        """Start again what died, at once at first, then with growing pauses."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            code, lived = self.process.returncode, now - self.began
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)  # what it had started must not keep the port
            self.process = None
            if self.name == "web" and code in {3, EXIT_REFUSED} and lived < WELL_SECONDS:
                raise Sentence("The web server did not start; its reason stands above.")
            self.again_after(code, lived)
        if self.process is None and now >= self.again_at:
            self.start()

    def again_after(self, code, lived):
        """When it is started again, and a sentence; while the database is away, one for all the time."""
        now = time.monotonic()
        if code == EXIT_AWAY:
            self.again_at = now + AWAY_PAUSE_SECONDS
            if not self.waits:
                say(f"The database does not answer. The {self.name} process waits for it, and then goes on.")
            self.waits = True
        else:
            self.waits = False
            self.pause = 0.0 if lived > WELL_SECONDS else min(max(self.pause * 2, 0.5), LONGEST_PAUSE_SECONDS)
            self.again_at = now + self.pause
            say(f"The {self.name} process ended ({describe(code)}) and is started again.")

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until):
        """Wait for a stopped child; after `until` it and all it started are killed."""
        if self.process is None:
            return
        try:
            self.process.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Web(Child):
    """The web server, which is lent the port: it may die, and the port does not."""

    def __init__(self, holder, command, environment):
        super().__init__("web", command, environment)
        self.holder = holder

    def start(self):
        self.began = time.monotonic()
        with self.holder.lent() as (files, names):
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env={**self.environment, **names},
                pass_fds=files,
                start_new_session=True,
            )


class Stop(BaseException):
    """Somebody asked for the end: Ctrl-C, SIGTERM or SIGHUP."""


def serve(python, environment, holder):
    """Run while the port is held, until told to stop; the exit code."""

    def stop(number, frame):
        raise Stop

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        signal.signal(number, stop)
    environment = {**environment, "BOTHWAYS_WAITING": "1"}  # we say it for both, once
    children = [
        Web(holder, [str(VENV / "bin" / "gunicorn"), "-c", "site/gunicorn.conf.py"], environment),
        Child("worker", [str(python), "manage.py", "worker"], environment),
    ]
    try:
        watch(children, environment, holder)
    except Stop:
        code = 0
    except Sentence as sentence:
        sys.stderr.write(f"{sentence}\n")
        code = 1
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        holder.shut()
        for child in children:
            child.stop()
        until = time.monotonic() + STOP_SECONDS
        for child in children:
            child.wait(until)
    if code == 0:
        say("Bothways has stopped.")
    return code


def watch(children, environment, holder):
    began = time.monotonic()
    said = False
    while True:
        for child in children:
            child.look_after()
        if not said and holder.answers_at is None and answers(environment):
            announce(environment)
            said = True
        if any(child.waits for child in children):
            began = time.monotonic()  # a database that is away is waited for, however long
        if not said and time.monotonic() - began > PATIENCE_SECONDS:
            raise Sentence(
                f"The web server did not answer within {PATIENCE_SECONDS} seconds; its reason stands above."
            )
        time.sleep(0.2 if not said else 0.5)


def address(environment):
    host = environment["HOST"]
    shown = f"[{host}]" if ":" in host else host
    return environment.get("BOTHWAYS_URL", f"http://{shown}:{environment['PORT']}").rstrip("/")


def answers(environment):
    """True once the application itself answers, whatever health says about the rest."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(environment["HOST"], environment["HOST"])  # noqa: S104 - compared
    shown = f"[{host}]" if ":" in host else host
    request = urllib.request.Request(f"http://{shown}:{environment['PORT']}/health/live")
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
            return answer.read(10) == b"live"
    except OSError:
        return False


def announce(environment):
    say(f"Bothways is running at {address(environment)}/")
    if environment.get("BOTHWAYS_DEMO"):
        if environment.get("DEMO_PUBLIC") == "1":
            say("This is a public demo; its passwords were printed when they were made.")
        else:
            for line in DEMO_PEOPLE:
                say(f"  {line}")
            say("The password of each is: bothways")
    say(f"Data: {data_folder()}    Stop: Ctrl-C")


def describe(code):
    return f"signal {-code}" if code < 0 else f"exit code {code}"


DEMO_PEOPLE = (
    "employee@example.com            business side, in the middle of a course",
    "author@example.com              writes courses",
    "hr@example.com                  sees who completed what, who is overdue and why",
    "manager@example.com             leads seven people, one of them overdue",
    "technician@example.com          technology side, in the first week",
    "reviewer@example.com            has a lesson to review",
    "steward-business@example.com    agrees on meanings for the business; one waits, two are disputed",
    "steward-technology@example.com  agrees on meanings for IT; the same three",
    "outsider@example.com            signed in, may see nothing",
    "admin@example.com               runs the installation",
)
