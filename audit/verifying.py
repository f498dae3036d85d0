"""Read the audit log, and say where it is not as it was written."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings

from audit.models import AuditEntry, AuditHead
from audit.rules import sealing

_READ_AT_ONCE = 1000


@dataclass(frozen=True)
class Fault:
    """An entry that is not what was written: its number, and what is the matter with it."""

    number: int
    what: str


@dataclass
class Reading:
    """The whole log, read once. `unmarked`: entries of before there was a key. `foreign`: fingerprint of a
    key that is not known here → first number, last number, how many."""

    entries: int = 0
    unmarked: int = 0
    marked: int = 0
    foreign: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    head: str = ""
    missing: list[str] = field(default_factory=list)  # of what was to be in it
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults and not self.missing


def read(expected: Iterable[str] = ()) -> Reading:
    """Read the whole log: every place where it was changed, cut, reordered or forged.

    One SQL query for each thousand entries, and two.

    `expected`: heads that were kept outside, as NUMBER:SEAL or the seal alone. Raises: NoHead.
    """
    wanted = {text: sealing.head(text) for text in expected}
    reading = Reading()
    seals = {seal for _number, seal in wanted.values()}
    numbers: dict[str, int] = {}
    reading.faults = list(_walk(reading, seals, numbers))
    reading.missing = [
        text
        for text, (number, seal) in wanted.items()
        if seal not in numbers or number not in {None, numbers[seal]}
    ]
    return reading


def faults() -> Iterator[Fault]:
    """Every place where the log is not as it was written; nothing for a log that is whole."""
    yield from read().faults


def _entries(ends: list[AuditHead | None]) -> Iterator[AuditEntry]:
    """All entries in ranges of their number, so that no cursor stays open and none fills the memory.

    `ends` gets the end of the log as `AuditHead` knows it once everything up to there was read: what is
    written meanwhile is read too.
    """
    entries, last = AuditEntry.objects.order_by("number"), 0
    chunk = list(entries[:_READ_AT_ONCE])
    while True:
        yield from chunk
        last = chunk[-1].number if chunk else last
        if len(chunk) < _READ_AT_ONCE:
            head = AuditHead.objects.filter(pk=1).first()
            if not chunk or head is None or head.number <= last:
                ends.append(head)
                return
        chunk = list(entries.filter(number__gt=last)[:_READ_AT_ONCE])


def _walk(reading: Reading, looked_for: set[str], numbers: dict[str, int]) -> Iterator[Fault]:
    """An altered entry no longer has its seal; a removed or moved one leaves a gap in the numbers or a
    seal that does not follow; a removed end is not the one that `AuditHead` knows; one that was written
    without the key has no mark of it.
    """
    keys = {sealing.fingerprint(key): key for key in settings.AUDIT_KEYS}
    expected, seal, has_mark, is_ours = 0, "", False, False
    ends: list[AuditHead | None] = []
    for entry in _entries(ends):
        expected += 1
        if entry.number != expected:
            yield Fault(expected, "missing")
            expected = entry.number
        if entry.previous != seal:
            yield Fault(entry.number, "does not follow")  # not for people: verify_audit tells operators
        reading.entries += 1
        name, _colon, mark = entry.mark.partition(":")
        key = keys.get(name)
        if entry.seal != sealing.seal(entry) or (
            key and not hmac.compare_digest(mark, sealing.marked(entry, key))
        ):
            yield Fault(entry.number, "altered")
        elif not entry.mark:
            reading.unmarked += 1
            if has_mark:
                # not for people: as above
                yield Fault(entry.number, "has no mark, and those before it have one")
        elif key:
            reading.marked += 1
        else:
            first, _last, count = reading.foreign.get(name, (entry.number, 0, 0))
            reading.foreign[name] = (first, entry.number, count + 1)
            if is_ours:
                # not for people: as above
                yield Fault(entry.number, f"is marked with key {name}, which is not known here")
        has_mark, is_ours = has_mark or bool(entry.mark), is_ours or key is not None
        seal = entry.seal
        if seal in looked_for:
            numbers[seal] = entry.number
    head = ends[-1]
    reading.head = f"{head.number}:{head.seal}" if head and head.number else ""
    if (head.number, head.seal) != (expected, seal) if head else expected:
        # not for people: verify_audit tells operators
        yield Fault(head.number if head else 0, "end is missing")
