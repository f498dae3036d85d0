"""How an entry of the audit log is sealed and marked, so that a changed, removed or moved one is found.

Each entry is hashed together with the hash of the one before: its seal. The seal has no secret, so that it
can be verified on another machine. Beside it stands a mark, made with a key that the database does not
know: whoever owns the database can write the seals anew, and not the marks. The seal covers the mark, and
the next mark the seal, so the first entry that is marked with a key holds everything before it.
"""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any, Protocol

_HEAD = re.compile(r"(?:(?P<number>[0-9]{1,18}):)?(?P<seal>[0-9a-f]{64})")


class Entry(Protocol):
    """What an entry says."""

    number: int
    at: datetime
    actor_id: int | None
    verb: str
    about: str
    origin: str
    detail: Any
    previous: str
    mark: str


class NoHead(ValueError):
    """What was given is not NUMBER:SEAL, nor a seal alone; the text is what was given."""


def seal(entry: Entry) -> str:
    """The hash that chains an entry, with its mark, to the one before: 64 hexadecimal figures."""
    return hashlib.sha256(_said(entry) + entry.mark.encode()).hexdigest()


def mark(entry: Entry, key: str) -> str:
    """What the audit key makes of an entry, after the fingerprint of the key."""
    return f"{fingerprint(key)}:{marked(entry, key)}"


def marked(entry: Entry, key: str) -> str:
    """What this key makes of an entry: 64 hexadecimal figures."""
    return hmac.new(_derived(key, "mark"), _said(entry), hashlib.sha256).hexdigest()


def fingerprint(key: str) -> str:
    """Twelve figures by which a key is recognised."""
    return _derived(key, "fingerprint").hex()[:12]


def head(text: str) -> tuple[int | None, str]:
    """Number and seal of a head that was kept elsewhere; None for a number that was not given. Raises: NoHead."""
    match = _HEAD.fullmatch(text.strip().lower())
    if match is None:
        raise NoHead(text)
    return int(match["number"]) if match["number"] else None, match["seal"]


def _derived(key: str, purpose: str) -> bytes:
    """A key for one purpose: what is shown of it, the fingerprint, tells nothing about the other."""
    return hmac.new(key.encode(), f"bothways.audit.{purpose}".encode(), hashlib.sha256).digest()


def _said(entry: Entry) -> bytes:
    """Everything an entry says, and the seal before it, as the same bytes whichever database gave it back."""
    values = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.verb,
        entry.about,
        entry.origin,
        entry.detail,
        entry.previous,
    ]
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
