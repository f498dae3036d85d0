"""A dry run of words beside others: it takes no lock, waits for none, and begins no transaction. Real commits."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from glossary.importing import Report, import_glossary
from glossary.models import Word
from publishing.publication import my_turn
from tests.glossary.folders import contents
from tests.glossary.words import english
from tests.lock_times import measured

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]
FEW = 12


def rehearsed() -> Report:
    """Of some words of the starter content."""
    folder: Path = settings.BASE_DIR / "content" / "terms"
    words = sorted(path.stem for path in folder.glob("*.yaml"))[:FEW]
    return import_glossary(folder, now=timezone.now(), only=words, dry_run=True)


def test_a_dry_run_begins_no_transaction_and_writes_nothing() -> None:
    english()
    before = contents()

    with measured() as times:
        report = rehearsed()

    assert [str(turn) for turn in times.turns + times.statements] == []
    assert report.count("imported") + report.count("reported") == FEW
    assert contents() == before


def test_a_dry_run_does_not_wait_for_whoever_has_the_turn_and_writes() -> None:
    """It is over before the other commits, and says what it said without the other."""
    locale = english()
    alone = rehearsed()
    written, looked = threading.Event(), threading.Event()

    def write() -> bool:
        try:
            with my_turn():
                Word.objects.create(lemma="uncommitted", slug="uncommitted", locale=locale)
                written.set()
                return looked.wait(60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        writer = threads.submit(write)
        try:
            assert written.wait(60)
            beside = rehearsed()
        finally:
            looked.set()

    assert writer.result()
    assert beside == alone
