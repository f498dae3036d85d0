"""The audit log against somebody who owns the database: marks of a key, and heads that are kept outside."""

import errno
import hashlib
import json
import os
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command

from audit import heads, tasks, verifying
from audit import log as audit_log
from audit.append_only import maintenance
from audit.models import AuditEntry, AuditHead
from audit.rules import sealing
from audit.verifying import Fault
from bothways.operations import keys as own_keys

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
KEY, OTHER = "a key of this company", "a key of another machine"


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    settings.AUDIT_KEYS = [KEY]
    return tmp_path


def write(count: int = 3) -> list[AuditEntry]:
    return [
        audit_log.record(actor=None, verb="published", about=f"page:{one}", now=NOW) for one in range(count)
    ]


def plainly_sealed(entry: AuditEntry) -> str:
    """The seal of a version that had no key, by the format that is written down in decision 13."""
    said = [
        entry.number, entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.actor_id, entry.verb,
        entry.about, entry.origin, entry.detail, entry.previous,
    ]  # fmt: skip
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256((text + entry.mark).encode()).hexdigest()


def written_anew(first: int, *, mark: str | None = None) -> None:
    """What the owner of the database can do: open the door, write every seal from `first` on, and the head."""
    with maintenance("a forger"):
        seal = ""
        for entry in AuditEntry.objects.order_by("number"):
            if entry.number >= first:
                entry.previous, entry.mark = seal, entry.mark if mark is None else mark
                entry.seal = plainly_sealed(entry)
                AuditEntry.objects.filter(pk=entry.pk).update(
                    previous=entry.previous, mark=entry.mark, seal=entry.seal, about=entry.about
                )
            seal = entry.seal
        newest = AuditEntry.objects.latest("number")
        AuditHead.objects.update(number=newest.number, seal=newest.seal)


def of_an_older_version(count: int = 3) -> None:
    write(count)
    written_anew(1, mark="")


def verified(*expect: str) -> str:
    said = StringIO()
    call_command("verify_audit", *(f"--expect={head}" for head in expect), stdout=said, stderr=said)
    return said.getvalue()


def test_entries_of_before_the_key_keep_their_seals_and_the_first_mark_holds_them() -> None:
    of_an_older_version(2)
    seals = list(AuditEntry.objects.order_by("number").values_list("seal", flat=True))

    first = write(1)[0]

    assert first.previous == seals[-1]
    assert re.fullmatch(r"[0-9a-f]{12}:[0-9a-f]{64}", first.mark)
    reading = verifying.read()
    assert (reading.entries, reading.unmarked, reading.marked, reading.faults) == (3, 2, 1, [])
    assert list(AuditEntry.objects.order_by("number").values_list("seal", flat=True))[:2] == seals


def test_a_log_that_is_written_anew_without_the_key_is_found() -> None:
    """As the inspection did it: actor and last row changed, every seal and the head made anew."""
    write(4)
    with maintenance("a forger"):
        AuditEntry.objects.filter(number=2).update(about="page:99")
        AuditEntry.objects.filter(number=4).delete()

    written_anew(2)

    assert [fault.number for fault in verifying.faults()] == [2, 3]


def test_entries_of_before_the_key_cannot_be_written_anew_either() -> None:
    of_an_older_version(2)
    write(1)
    with maintenance("a forger"):
        AuditEntry.objects.filter(number=1).update(about="page:99")

    written_anew(1)

    assert [fault.number for fault in verifying.faults()] == [3]


def test_marks_that_are_taken_away_are_found() -> None:
    write(3)

    written_anew(2, mark="")

    assert [fault.number for fault in verifying.faults()] == [2, 3]


def test_another_key_before_ours_is_told_and_after_ours_is_a_fault(settings: Any) -> None:
    settings.AUDIT_KEYS = [OTHER]
    write(2)
    settings.AUDIT_KEYS = [KEY]
    before = verifying.read()  # restored here, and nothing written yet
    write(2)
    after = verifying.read()

    name = sealing.fingerprint(OTHER)
    assert (before.is_whole, before.foreign) == (True, {name: (1, 2, 2)})
    assert (after.is_whole, after.foreign, after.marked) == (True, {name: (1, 2, 2)}, 2)
    assert f"2 entries (1 to 2) are sealed with another key, {name}: of before a restore" in verified()

    settings.AUDIT_KEYS = [OTHER]
    write(1)
    settings.AUDIT_KEYS = [KEY]
    assert list(verifying.faults()) == [Fault(5, f"is marked with key {name}, which is not known here")]


def test_what_another_key_marked_cannot_be_changed_once_ours_has_marked(settings: Any) -> None:
    settings.AUDIT_KEYS = [OTHER]
    write(2)
    settings.AUDIT_KEYS = [KEY]
    write(1)
    with maintenance("a forger"):
        AuditEntry.objects.filter(number=1).update(about="page:99")
    assert [fault.number for fault in verifying.faults()] == [1]

    written_anew(1)

    assert [fault.number for fault in verifying.faults()] == [3]


def test_a_key_that_is_kept_as_a_second_one_still_verifies(settings: Any) -> None:
    settings.AUDIT_KEYS = [OTHER]
    write(2)
    settings.AUDIT_KEYS = [KEY, OTHER]
    write(1)

    reading = verifying.read()

    assert (reading.is_whole, reading.marked, reading.foreign) == (True, 3, {})
    assert AuditEntry.objects.get(number=3).mark.startswith(sealing.fingerprint(KEY))


def test_the_key_stands_nowhere_in_the_database() -> None:
    write(2)

    assert KEY not in str(list(AuditEntry.objects.values())) + str(list(AuditHead.objects.values()))


def test_many_entries_are_a_chain_like_one_after_the_other(django_assert_num_queries: Any) -> None:
    write(1)
    drafts = [audit_log.Draft("person.changed", f"employee:{one}", {"fields": ["email"]}) for one in range(5)]

    with django_assert_num_queries(3 + 2):  # and a savepoint with its release
        audit_log.record_many(drafts, actor=None, origin="command", now=NOW)

    assert verifying.is_whole()
    assert AuditHead.objects.get().number == 6


# --- Heads outside -----------------------------------------------------------------------------------


def test_the_command_says_what_to_keep_and_compares_what_was_kept() -> None:
    write(2)
    head = re.search(r"head, to be kept elsewhere: (\S+)", verified())
    assert head
    write(2)

    number, seal = head[1].split(":")
    assert number == "2"
    for kept in (head[1], seal):
        assert verified(kept).splitlines()[-3] == "1 heads that were kept are all in it"


def test_a_log_that_was_written_anew_with_the_key_does_not_contain_what_was_kept() -> None:
    """Somebody who has the folder too: only what lies elsewhere shows it."""
    write(2)
    kept = verifying.read().head
    with maintenance("a forger"):
        AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()
    write(3)
    audit_log.record(actor=None, verb="unpublished", now=NOW)
    with maintenance("a forger"):
        AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()
    audit_log.record(actor=None, verb="unpublished", now=NOW)
    assert verifying.is_whole()

    with pytest.raises(CommandError, match="no longer contains what was kept: entries were rewritten"):
        verified(kept)
    with pytest.raises(CommandError, match="no longer contains"):
        verified(f"7:{verifying.read().head.split(':')[1]}")  # the seal at another place


@pytest.mark.parametrize("text", ["", "7", "7:abc", "x" * 64, f"-1:{'0' * 64}"])
def test_what_is_no_head_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(CommandError, match="is no head of the audit log"):
        verified(text)


def test_every_night_the_head_is_kept_and_the_log_compared_with_earlier_nights(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(2)
    with caplog.at_level("INFO", logger="audit"):
        tasks.verify_audit(now=NOW)
    write(1)
    tasks.verify_audit(now=NOW + timedelta(days=1))

    lines = (data / "audit-heads.txt").read_text().splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        "2026-11-27T09:30:00+00:00",
        "2026-11-28T09:30:00+00:00",
    ]
    assert [head.split(":")[0] for head in heads.kept()] == ["2", "3"]
    assert f"head {heads.kept()[0]}" in caplog.text
    assert (data / "audit-heads.txt").stat().st_mode & 0o777 == 0o600

    # The owner of the database begins anew, and knows no key: a fresh chain is marked by the next entry.
    with maintenance("a forger"):
        AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()
    write(3)
    assert verifying.is_whole()
    with pytest.raises(tasks.AuditLogDamaged, match="1 kept heads are not in it any more"):
        tasks.verify_audit(now=NOW + timedelta(days=2))
    assert len(heads.kept()) == 2


def test_a_damaged_log_fails_the_job_and_its_head_is_not_kept(data: Path) -> None:
    write(2)
    with maintenance("a forger"):
        AuditEntry.objects.filter(number=1).update(about="page:99")

    with pytest.raises(tasks.AuditLogDamaged, match="1 places"):
        tasks.verify_audit(now=NOW)

    assert heads.kept() == []


def test_a_log_without_entries_keeps_nothing(data: Path) -> None:
    tasks.verify_audit(now=NOW)

    assert not (data / "audit-heads.txt").exists()


def test_heads_of_another_database_are_put_aside(data: Path) -> None:
    assert heads.put_aside(now=NOW) is None
    heads.keep(f"1:{'a' * 64}", now=NOW)

    assert heads.put_aside(now=NOW) == data / "audit-heads-until-2026-11-27-093000.txt"
    assert heads.kept() == []


def test_only_so_many_nights_are_kept() -> None:
    for night in range(heads.LINES + 2):
        heads.keep(f"{night}:{'a' * 64}", now=NOW)

    assert len(heads.kept()) == heads.LINES
    assert heads.kept()[0].startswith("2:")


def test_the_schedule_verifies_the_log_every_night(settings: Any) -> None:
    assert settings.SCHEDULES["audit"][0] == "audit.tasks.verify_audit"


# --- Which key ---------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path) -> Any:
    """The keys that the settings find, in a folder of their own."""

    def found(secret: str = "", audit_key: str = "") -> list[str]:
        return own_keys.audit_keys(
            tmp_path, secret_key=secret or "from the file", is_shared=bool(secret), given=audit_key
        )

    return found


def test_one_machine_has_a_key_of_its_own_in_a_file_that_only_its_owner_reads(keys: Any, data: Path) -> None:
    first = keys()

    assert keys() == first
    assert len(first) == 1
    assert len(first[0]) > 40
    assert (data / "audit.key").stat().st_mode & 0o777 == 0o600


def test_machines_that_share_the_secret_key_share_the_audit_key(keys: Any, data: Path) -> None:
    assert keys(secret="shared") == keys(secret="shared") != keys(secret="another")
    assert "shared" not in keys(secret="shared")[0]
    assert not (data / "audit.key").exists()


def test_a_key_that_is_given_comes_first_and_what_lies_in_the_folder_still_verifies(keys: Any) -> None:
    own = keys()

    assert keys(audit_key="newest older") == ["newest", "older", *own]
    assert keys(secret="shared")[1:] == own


def test_of_two_first_starts_one_makes_the_key_and_both_have_it(
    keys: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def after_the_other(draft: str, path: Path) -> None:
        path.write_text("theirs")
        link(draft, path)

    monkeypatch.setattr(os, "link", after_the_other)

    assert keys() == ["theirs"]
    own_keys.unmake()
    assert [(path.name, path.read_text()) for path in data.iterdir()] == [("audit.key", "theirs")]


def test_a_start_that_ends_while_it_makes_the_key_leaves_no_empty_one(
    keys: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty file would be read as the key ever after."""
    monkeypatch.setattr(os, "link", Mock(side_effect=KeyboardInterrupt))

    with pytest.raises(KeyboardInterrupt):
        keys()

    assert not list(data.iterdir())


def test_a_key_that_stands_is_not_written_for(keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk, too, a start must not fail for a key that it has."""
    monkeypatch.setattr(own_keys, "_read", {})  # other tests have had theirs
    first = keys()
    monkeypatch.setattr(
        "bothways.operations.keys.tempfile.mkstemp", Mock(side_effect=OSError(errno.ENOSPC, "full"))
    )

    own_keys.assure()

    assert keys() == first
