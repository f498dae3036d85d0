"""The starter content goes in whole, and going in again changes nothing. Slow: one test for all of it.

What can be seen in the files alone is tested in tests/content.
"""

import os
from datetime import UTC, datetime

import pytest
from wagtail.models import Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from bothways.installation import CONTENT, make_tree
from courses.importing import import_course, import_frameworks
from courses.models import CoursePage, LessonPage
from glossary.importing import import_glossary
from glossary.models import Relation, Sense, Word
from quizzes.models import Question, QuestionVersion

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FOLDERS = sorted(path.parent for path in CONTENT.glob("*/course.yaml"))


def load():
    """What the imports said: imported files, and reports that name no kept question."""
    imported, reported = [], []
    import_frameworks(CONTENT / "frameworks")
    words = import_glossary(CONTENT / "terms", now=NOW)
    imported += [one.file for one in words.outcomes if one.state == "imported"]
    reported += [f"{one.file}: {one.reason}" for one in words.outcomes if one.state == "reported"]
    for folder in FOLDERS:
        report = import_course(folder, now=NOW)
        imported += [f"{folder.name}/{name}" for name in report.imported]
        reported += [
            f"{folder.name}/{entry['file']}, line {entry['line']}: {entry['reason']}"
            for entry in report.reported
            if "not asked yet" not in entry["reason"]
        ]
    return imported, reported


def counts():
    models = (Word, Sense, Relation, CoursePage, LessonPage, Question, QuestionVersion, Revision)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.skipif(
    not os.environ.get("WHOLE_CONTENT"),
    reason="several minutes of work: WHOLE_CONTENT=1 runs it",
)
@pytest.mark.django_db
def test_all_of_it_goes_in_and_the_second_time_changes_nothing():
    make_tree()

    with disable_reference_index_auto_update():
        imported, reported = load()
        before = counts()
        again, reported_again = load()

    assert reported == reported_again == []
    assert len(imported) > 0
    assert again == []
    assert counts() == before
    assert before["CoursePage"] == len(FOLDERS)
    assert before["LessonPage"] == 5 * len(FOLDERS)
    assert not CoursePage.objects.filter(live=False).exists()
    assert not LessonPage.objects.filter(live=False).exists()
