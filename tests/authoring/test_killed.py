"""`kill -9` in the midst of publishing: what people read is the old lesson or the new one, in every place.

And in the midst of copying a course: the worker makes the copy whole, and nothing of it is there twice.
"""

import json
import shutil
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.exchange import conftest as importing
from tests.exchange.test_killed import IMPORT
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
COPY = f"""{ENDS_ITSELF}
from datetime import timedelta
from django.utils import timezone
from authoring import tasks
from courses.models import CoursePage
from authoring.models import CourseCopy
from authoring.copying import copy_course
from people.models import Employee
if not CourseCopy.objects.exists():
    boss, _made = Employee.objects.get_or_create(email="boss@example.com", defaults={{"is_superuser": True}})
    with connection.execute_wrapper(end):
        course = CoursePage.objects.order_by("path").first()
        copy_course(course=course, author=boss, title="Again", code="C9", clock=timezone.now)
else:
    CourseCopy.objects.update(told_at=timezone.now() - timedelta(minutes=1))  # silent
    with connection.execute_wrapper(end):
        tasks.go_on_with_copy.call(CourseCopy.objects.get().pk)
print(count)
"""
COPIED = """
SELECT (SELECT COUNT(*) FROM courses_coursepage), (SELECT COUNT(*) FROM courses_lessonpage),
       (SELECT COUNT(*) FROM quizzes_question), (SELECT COUNT(*) FROM quizzes_option),
       (SELECT COUNT(*) FROM wagtailcore_revision), (SELECT GROUP_CONCAT(stage) FROM courses_coursecopy),
       (SELECT numchild FROM wagtailcore_page JOIN courses_coursepage ON page_ptr_id = id WHERE code = 'C9'),
       (SELECT COUNT(*) FROM quizzes_bank)
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


def copied(data: Path) -> tuple[Any, ...]:
    (file,) = data.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        found: tuple[Any, ...] = database.execute(COPIED).fetchone()
        return found


def test_a_copy_that_is_killed_again_and_again_is_whole_in_the_end(write: Any, tmp_path: Path) -> None:
    before, other = tmp_path / "before", tmp_path / "other"
    prepare(before)
    assert run(IMPORT, before, "0", str(write())).returncode == 0
    shutil.copytree(before, other)
    whole = run(COPY, other, "0")
    assert copied(other)[5] == "imported", whole.stderr[-2_000:]
    writes = int(whole.stdout)

    for last in spread(1, writes - 1):
        data = tmp_path / f"killed-at-{last}"
        shutil.copytree(before, data)
        killed = run(COPY, data, str(last))
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2_000:]
        again = run(COPY, data, str(max(writes - last, 2) // 2))
        assert again.returncode == -signal.SIGKILL, again.stderr[-2_000:]

        run(COPY, data, "0")

        assert copied(data) == copied(other)
