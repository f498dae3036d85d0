"""`kill -9` in the midst of publishing: what people read is the old lesson or the new one, in every place."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.courses.importing import conftest as importing
from tests.courses.importing.test_killed import IMPORT
from tests.killing import ENDS_ITSELF, PREPARE, run

pytestmark = pytest.mark.server
write = importing.write
# The draft was saved before.
PUBLISH = f"""{ENDS_ITSELF}
from courses.models import LessonPage
lesson = LessonPage.objects.live().order_by("path").first()
draft = lesson.get_latest_revision_as_object()
draft.title = sys.argv[2]
revision = draft.save_revision()
with connection.execute_wrapper(end):
    revision.publish()
print(count)
"""
TITLES = """
import json
from courses.models import LessonPage, Published
lesson = LessonPage.objects.live().order_by("path").first()
row = Published.objects.get(page_id=lesson.pk)
course = Published.objects.get(course_key=row.course_key, slug="")
print(json.dumps([lesson.title, row.card["title"], row.data["title"], course.data["lessons"][0]["title"]]))
"""


def titles(data: Path) -> list[str]:
    """The title of the first lesson in every place that shows it."""
    found = run(TITLES, data)
    assert found.returncode == 0, found.stderr[-2_000:]
    names: list[str] = json.loads(found.stdout)
    return names


def test_a_killed_publication_shows_nothing_half_and_the_next_one_completes(
    write: Any, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    assert run(PREPARE, data).returncode == 0
    assert run(IMPORT, data, "0", str(write())).returncode == 0
    old = titles(data)
    assert len(set(old)) == 1

    for last in (1, 3, 6, 9):
        killed = run(PUBLISH, data, str(last), f"Killed at {last}")
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2_000:]
        assert titles(data) == old

    whole = run(PUBLISH, data, "0", "Published at last")
    assert int(whole.stdout) > 9, whole.stderr[-2_000:]  # every kill was in the midst of it
    assert titles(data) == ["Published at last"] * 4
