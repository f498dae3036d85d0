"""The port, held from the first moment of a start to the end: by us, not by a web server that may die.

Whoever comes while nobody serves waits in the queue of the port; nobody is refused. A wait that gets long
is answered here, with a page that opens the asked one by itself. The web server gets the same port, and
says through a pipe when it serves; the pipe's end says that it is gone, however that happened.
"""

import contextlib
import html
import http.server
import json
import os
import select
import socket
import socketserver
import threading
import time

QUEUE = 1024
# So long a restart may take before a page is shown instead of a browser's turning wheel.
PATIENCE_SECONDS = 3.0
AGAIN_SECONDS = 3


class PortHolder:
    """A listening port. Answers for the web server from `with` on until the server does, and after its death again."""

    def __init__(self, host, port):
        """Raises: OSError, as `bind` says it."""
        self.port = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        try:
            self.port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.port.bind((host, port))
            self.port.listen(QUEUE)
        except BaseException:
            self.port.close()
            raise
        self.port.setblocking(False)
        self.answers_at = time.monotonic()  # None: the web server answers
        self.pipe = None
        # Wakes the thread when there is another pipe, or the end.
        self.woken, self.wake = os.pipe()
        self.is_open = True
        self.thread = threading.Thread(target=self._stand, name="port holder", daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.shut()

    def shut(self):
        """Whoever comes from now on is refused at once, and the next start finds the port free. Twice is once."""
        if not self.is_open:
            return
        self.is_open = False
        os.write(self.wake, b".")
        self.thread.join()
        self.port.close()

    @contextlib.contextmanager
    def lent(self):
        """For the time in which a web server is begun: what it inherits, and how it learns of it."""
        mine, its = os.pipe()
        if self.answers_at is None:
            self.answers_at = time.monotonic() + PATIENCE_SECONDS
        try:
            yield (
                (self.port.fileno(), its),
                {"BOTHWAYS_PORT_FD": str(self.port.fileno()), "BOTHWAYS_READY_FD": str(its)},
            )
        finally:
            os.close(its)
            self.pipe = mine
            os.write(self.wake, b".")

    def _stand(self):
        watched = None
        while self.is_open:
            now = time.monotonic()
            answers = self.answers_at is not None and now >= self.answers_at
            # Read once: the other thread may set a new one at any time.
            pipe = self.pipe
            if watched not in {None, pipe}:
                os.close(watched)
            watched = pipe
            wanted = [self.woken, *([pipe] if pipe is not None else []), *([self.port] if answers else [])]
            wait = None if answers or self.answers_at is None else self.answers_at - now
            ready = select.select(wanted, [], [], wait)[0]
            if self.woken in ready:
                os.read(self.woken, 64)
            if pipe in ready:
                self._hear(pipe)
            elif self.port in ready:
                self._answer()

    def _hear(self, pipe):
        if os.read(pipe, 1):
            self.answers_at = None
        elif self.pipe == pipe:
            self.pipe = None
            if self.answers_at is None:
                self.answers_at = time.monotonic() + PATIENCE_SECONDS

    def _answer(self):
        # The web server, which has just begun to serve, may have been quicker.
        with contextlib.suppress(OSError):
            connection, address = self.port.accept()
            connection.setblocking(True)
            _Answers().process_request(connection, address)


class _Answers(socketserver.ThreadingMixIn, socketserver.BaseServer):
    """A thread for each connection, so that a slow one keeps nobody waiting."""

    daemon_threads = True

    def __init__(self):
        super().__init__(None, _InAMoment)

    def shutdown_request(self, request):
        """What was sent and not read would turn our answer into a broken connection."""
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(1)
            while request.recv(65536):
                pass
        request.close()

    def handle_error(self, request, client_address):
        """Somebody went away while we answered."""


class _InAMoment(http.server.BaseHTTPRequestHandler):
    timeout = 5
    server_version, sys_version = "Bothways", ""

    def answer(self):
        path, _mark, query = self.path.partition("?")
        reads = self.command in {"GET", "HEAD"}
        status = 503
        if path.rstrip("/") == "/health/live":
            # Whoever restarts what is not alive would never let it start.
            status, kind, text = 200, "text/plain", "starting\n"
        elif path.rstrip("/") == "/health/ready":
            kind = "application/json"
            text = json.dumps({"state": "not ready", "reasons": ["Bothways is starting."]})
        elif path.rstrip("/") == "/health" and "format=json" in query:
            kind = "application/json"
            text = json.dumps(
                {"state": "red", "findings": {"web": {"state": "red", "says": "Bothways is starting."}}}
            )
        elif "X-Fragment" in self.headers or "text/html" not in self.headers.get("Accept", "text/html"):
            kind, text = "text/plain", "Bothways is starting. Nothing was saved by this click.\n"
        else:
            kind, text = "text/html", page(reads)
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After", str(AGAIN_SECONDS))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - http.server's

    def log_message(self, *_words):
        """Addresses of people are not written down."""


def page(reads):
    """All of it in one page, since nobody serves style sheets now; it looks as the error pages do."""
    first, _bar, second = html.escape(os.environ.get("BRAND") or "Both|ways").partition("|")
    again = f'<meta http-equiv="refresh" content="{AGAIN_SECONDS}">' if reads else ""
    what = (
        "This page opens by itself. You need not do anything."
        if reads
        else "Nothing was saved by this click. Go back, wait a moment, and send it again. With your browser's own "
        "Back, what you typed is usually still there."
    )
    return PAGE.format(name=first + second, first=first, second=second, again=again, what=what)


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{again}
<title>We are back in a moment · {name}</title>
<style>
:root {{ --paper: #f8f8f6; --ink: #221e1a; --t: #3249cc; --b: #d7630c }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper: #151517; --ink: #f2f0ea; --t: #8094ff; --b: #ff9445 }} }}
body {{ margin: 0; background: var(--paper); color: var(--ink);
font: 1.125rem/1.5 "Instrument Sans", Arial, "Liberation Sans", sans-serif; overflow-wrap: anywhere }}
header > p, main {{ max-inline-size: 77.5rem; margin: 0 auto; padding-inline: 1.25rem }}
header {{ border-block-end: 2px solid var(--ink) }}
header > p {{ display: flex; align-items: center; gap: .55rem; min-block-size: 3.75rem; font-size: 1.625rem;
letter-spacing: -.02em }}
svg {{ inline-size: 2.35rem; block-size: 1.5rem; flex: none }}
main {{ padding-block: 3rem }}
main > * {{ max-inline-size: 40rem; margin-block: 0 1.5rem }}
h1, b {{ font-family: "Brygada 1918", "Times New Roman", "Liberation Serif", serif; font-weight: 500 }}
h1 {{ font-size: clamp(1.9rem, 5vw, 3rem); line-height: 1.15 }}
</style>
</head>
<body>
<header><p><svg viewBox="0 0 38 24" aria-hidden="true"><path fill="var(--t)" d="M15 1h22v22H15z"/><circle fill="var(--b)"
cx="12" cy="12" r="11"/><path fill="var(--ink)" d="M15 1.42A11 11 0 0 1 15 22.58z"/></svg><span><b>{first}</b>{second}</span></p></header>
<main>
<h1>We are back in a moment</h1>
<p>{name} is starting. Everything that said “saved” is safe.</p>
<p>{what}</p>
</main>
</body>
</html>
"""
