"""`kill -9` in the midst of publishing: what people read is the old lesson or the new one, in every place."""

import json
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.courses.importing import conftest as importing
from tests.courses.importing.test_killed import IMPORT
from tests.killing import ENDS_ITSELF, prepare, run
from tests.soak import spread

pytestmark = [pytest.mark.server, pytest.mark.soak]
LAST = 9
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
SELECT page.title, lesson.card, lesson.data, course.data
FROM courses_published lesson JOIN wagtailcore_page page ON page.id = lesson.page_id
JOIN courses_published course ON course.course_key = lesson.course_key AND course.slug = ''
WHERE lesson.slug != '' AND page.live ORDER BY page.path LIMIT 1
"""


def titles(data: Path) -> list[str]:
    """The title of the first lesson in every place that shows it."""
    (file,) = data.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        page, card, lesson, course = database.execute(TITLES).fetchone()
    shown = [
        json.loads(card)["title"],
        json.loads(lesson)["title"],
        json.loads(course)["lessons"][0]["title"],
    ]
    return [page, *shown]


def test_a_killed_publication_shows_nothing_half_and_the_next_one_completes(
    write: Any, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    prepare(data)
    assert run(IMPORT, data, "0", str(write())).returncode == 0
    old = titles(data)
    assert len(set(old)) == 1

    for last in spread(1, LAST):
        killed = run(PUBLISH, data, str(last), f"Killed at {last}")
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2_000:]
        assert titles(data) == old

    whole = run(PUBLISH, data, "0", "Published at last")
    assert int(whole.stdout) > LAST, whole.stderr[-2_000:]  # every kill was in the midst of it
    assert titles(data) == ["Published at last"] * 4
