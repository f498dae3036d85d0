"""What an operator says in the environment, read and checked in one place, before anything is written.

Each function takes the name of a variable and gives what it means. A value that cannot be meant is refused
in one sentence that names the variable, what it must be and an example. Addresses that may hold a password
are never repeated.
"""

import os
import re
import zoneinfo
from collections.abc import Collection
from email.utils import parseaddr
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

POSTGRES: Final = frozenset({"postgres", "postgresql", "pgsql"})
REDIS: Final = frozenset({"redis", "rediss", "unix"})
SMTP: Final = frozenset({"smtp", "submission", "submit", "smtps"})
LEVELS: Final = ("debug", "info", "warning", "error", "critical")
_YES: Final = frozenset({"1", "true", "yes", "on", "y", "t"})
_NO: Final = frozenset({"", "0", "false", "no", "off", "n", "f"})
_SCALEOUT: Final = ".venv/bin/uv pip install --require-hashes -r requirements/scaleout.txt"
_HOST: Final = re.compile(r"\*|\.?[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f:.]+")


class WrongSetting(ImproperlyConfigured):
    """A setting cannot be used: which one, what it must be, and an example, for the operator."""


def text(name: str, default: str = "") -> str:
    """An empty variable is one that is not set."""
    return os.environ.get(name, "").strip() or default


def switch(name: str) -> bool:
    """On or off; off where it is not set."""
    given = text(name).lower()
    if given not in _YES | _NO:
        raise WrongSetting(f"{name} is {given!r}; it must be 1 (on) or 0 (off).")
    return given in _YES


def number(name: str, default: int, *, least: int, most: int) -> int:
    given = text(name, str(default))
    if not (given.isascii() and given.isdigit()) or not least <= int(given) <= most:
        raise WrongSetting(f"{name} is {given!r}; it must be a number from {least} to {most}.")
    return int(given)


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    given = text(name, default)
    if given not in allowed:
        raise WrongSetting(f"{name} is {given!r}; it must be one of: {', '.join(allowed)}.")
    return given


def hosts(name: str) -> list[str]:
    """Names of hosts, separated by commas."""
    names = [host.strip() for host in text(name).split(",") if host.strip()]
    for host in names:
        if not _HOST.fullmatch(host):
            raise WrongSetting(
                f"{name} has {host!r}; it must be names of hosts, without https:// and port, separated by commas."
            )
    return names


def site(name: str, default: str) -> SplitResult:
    """The address that people use."""
    given = text(name, default).rstrip("/")
    address = _split(given)
    if address is None or address.scheme not in {"http", "https"} or not address.hostname:
        raise WrongSetting(f"{name} is {given!r}; it must be an address such as https://learn.example.com.")
    return address


def time_zone(name: str, default: str = "UTC") -> str:
    given = text(name, default)
    if given not in zoneinfo.available_timezones():
        raise WrongSetting(f"{name} is {given!r}, which is no time zone; an example is Europe/Berlin.")
    return given


def sender(name: str, default: str) -> str:
    """Who mails come from: an address, with a name before it if somebody likes."""
    given = text(name, default)
    local, _at, host = parseaddr(given)[1].rpartition("@")
    if not local or not host or "\n" in given:
        raise WrongSetting(f"{name} is {given!r}; it must be a mail address such as learning@example.com.")
    return given


def postgres(name: str) -> dict[str, Any]:
    """What Django needs to know about the PostgreSQL that is named; empty where none is."""
    from dj_database_url import parse

    given = text(name)
    if not given:
        return {}
    example = "it must be such as postgres://user:password@db.example.com/bothways"
    address = _split(given)
    if address is None or not address.scheme:
        raise WrongSetting(
            f"{name} is no address; {example}, with special characters of the password written as %40."
        )
    if address.scheme not in POSTGRES:
        raise WrongSetting(
            f"{name} begins with {address.scheme}://; {example}. Without it, SQLite in BOTHWAYS_DATA is used."
        )
    if not address.path.strip("/"):
        raise WrongSetting(f"{name} names no database; {example}.")
    if find_spec("psycopg") is None:
        raise WrongSetting(f"{name} names a PostgreSQL, and its driver is not installed. Run: {_SCALEOUT}")
    known: dict[str, Any] = dict(parse(given, conn_max_age=600, conn_health_checks=True))
    return {**known, "ENGINE": "bothways.postgresql", **_patient(known), **_behind_a_pooler()}


def _patient(known: dict[str, Any]) -> dict[str, Any]:
    """How long a process waits for PostgreSQL: see docs/decisions/0019."""
    from bothways.postgresql import waiting

    serves_pages = (
        "BOTHWAYS_SERVES_PAGES" in os.environ
    )  # said by gunicorn's configuration and by nobody else
    return {
        "OPTIONS": {
            # None of these reaches the server: a pooler refuses settings that it does not know.
            "connect_timeout": waiting.CONNECT_SECONDS if serves_pages else 10,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 15000,  # milliseconds until what is sent and never acknowledged is a lost connection
            "patience": waiting.PAGES if serves_pages else waiting.COMMANDS,
            **known.get("OPTIONS", {}),
        }
    }


def _behind_a_pooler() -> dict[str, Any]:
    """A cursor on the server outlives no transaction behind a pooler that gives each transaction another
    connection (PgBouncer). What is long is read in ranges of its key instead. Prepared statements, which
    such a pooler loses too, are off in Django.
    """
    return {"DISABLE_SERVER_SIDE_CURSORS": True}


def redis(name: str) -> str:
    """The address of a Redis; empty where none is named."""
    given = text(name)
    if not given:
        return ""
    example = "it must be such as redis://cache.example.com:6379/0"
    for part in re.split("[;,]", given):
        address = _split(part)
        if address is None or address.scheme not in REDIS:
            raise WrongSetting(f"{name} does not begin with redis://, rediss:// or unix://; {example}.")
        if not (address.path if address.scheme == "unix" else address.hostname):
            raise WrongSetting(f"{name} names no host; {example}.")
    if find_spec("redis") is None:
        raise WrongSetting(f"{name} names a Redis, and its driver is not installed. Run: {_SCALEOUT}")
    return given


def mail_server(name: str) -> dict[str, Any]:
    """Host, port, account and encryption of a mail server; empty where none is named."""
    from dj_email_url import parse

    given = text(name)
    if not given:
        return {}
    example = "it must be such as smtp://user:password@mail.example.com:587?tls=True"
    address = _split(given)
    if address is None or address.scheme not in SMTP:
        raise WrongSetting(f"{name} does not begin with smtp:// or submission://; {example}.")
    if not address.hostname:
        raise WrongSetting(f"{name} names no mail server; {example}.")
    # Its word for smtps is a deprecation and no encryption from the first byte, which the word promises.
    plain = given.replace("smtps://", "smtp://", 1) if address.scheme == "smtps" else given
    server = parse(plain)
    if address.scheme == "smtps":
        server |= {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False, "EMAIL_PORT": address.port or 465}
    return dict(server)


def company_account(discovery: str, *others: str) -> str:
    """The discovery address of the identity provider; empty where it is off, with all that belongs to it."""
    given = text(discovery)
    if not given:
        if lonely := [name for name in others if text(name)]:
            raise WrongSetting(
                f"{lonely[0]} is set, and {discovery} is not. Sign-in with the company's account needs both; "
                "see docs/sign-in.md."
            )
        return ""
    address = _split(given)
    if address is None or address.scheme not in {"http", "https"} or not address.hostname:
        raise WrongSetting(
            f"{discovery} is {given!r}; it must be an address such as "
            "https://id.example.com/.well-known/openid-configuration."
        )
    return given


def _split(address: str) -> SplitResult | None:
    """None for what is no address: a port that is no number, a bracket that is never closed."""
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return None
    return parts
