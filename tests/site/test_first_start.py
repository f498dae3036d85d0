"""A first start that is killed, again and again, while others write: the index of references is whole in the end."""

import json
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.killing import ENDS_ITSELF, prepare, run
from tests.soak import ROUNDS

pytestmark = [pytest.mark.server, pytest.mark.soak]
# By the share of the rows that an uninterrupted start writes. The last falls into the writing of the index.
KILLS = [0.35, 0.5] if ROUNDS == 1 else [0.085] * 10
START = f"""{ENDS_ITSELF}
from django.conf import settings
from django.utils import timezone
settings.STARTER_CONTENT = "first"
from bothways.operations import installation
with connection.execute_wrapper(end):
    installation.load_first_courses(say=str, now=timezone.now())
    installation.load_content(say=str, now=timezone.now())
print(count)
"""
INDEX = """
import json
from wagtail.models import ReferenceIndex
from django.apps import apps
fields = [one.attname for one in ReferenceIndex._meta.concrete_fields if not one.primary_key]
def rows():
    return sorted(map(repr, ReferenceIndex.objects.values_list(*fields)))
found = rows()
ReferenceIndex.objects.all().delete()
for model in apps.get_models():
    if ReferenceIndex.is_indexed(model):
        for one in list(model._default_manager.all()):
            ReferenceIndex.create_or_update_for_object(one)
print(json.dumps([found, rows()]))
"""


@contextmanager
def others_write(data: Path) -> Iterator[None]:
    """Another connection commits every moment, as people do who answer."""
    (file,) = data.glob("*.sqlite3")
    is_over = threading.Event()

    def write() -> None:
        with sqlite3.connect(file, timeout=60, isolation_level=None) as database:
            while not is_over.wait(0.005):
                database.execute(
                    "INSERT OR REPLACE INTO django_session VALUES ('others', 'write', '2030-01-01 00:00:00')"
                )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        is_over.set()
        writer.join()


def is_marked(data: Path) -> bool:
    (file,) = data.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        rows = database.execute("SELECT COUNT(*) FROM bothways_loaded WHERE folder = 'index of references'")
        return bool(rows.fetchone()[0])


def test_a_first_start_that_is_killed_leaves_a_whole_index_of_references(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    prepare(data)
    prepare(other)
    rows = int(run(START, other, "0").stdout.split()[-1])

    with others_write(data):
        for share in KILLS:  # each goes on where the one before was killed
            killed = run(START, data, str(int(share * rows)))
            assert killed.returncode == -signal.SIGKILL, killed.stderr[-2_000:]
            assert is_marked(data)
        whole = run(START, data, "0")
        assert whole.returncode == 0, whole.stderr[-2_000:]

    assert not is_marked(data)
    index, anew = json.loads(run(INDEX, data).stdout)
    assert len(anew) > 100
    assert index == anew
