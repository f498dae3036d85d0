"""The starter content goes in whole, and going in again changes nothing.

In the suite one course goes in, with its words; `make soak` takes as many as there are rounds, all of them
with twelve.

What can be seen in the files alone is tested in tests/content.
"""

from datetime import UTC, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError
from wagtail.models import Locale, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from bothways.operations import installation
from bothways.operations.installation import CONTENT, make_tree
from courses.models import CoursePage, LessonPage
from exchange.importing import import_course, import_frameworks
from gates.sources import load_yaml
from glossary.importing import import_glossary
from glossary.models import Relation, Sense, Word
from quizzes.models import Question, QuestionVersion
from tests.soak import ROUNDS

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ALL = sorted(path.parent for path in CONTENT.glob("*/course.yaml"))
FOLDERS = ALL[:ROUNDS]


def words_of(folders):
    """None, for every word, where all courses go in: else the words that these name."""
    if folders == ALL:
        return None
    named = [
        load_yaml((folder / "course.yaml").read_text(), source="course.yaml")["terms"] for folder in folders
    ]
    return sorted({str(term).partition("#")[0] for terms in named for term in terms})


def load():
    """What the imports said: imported files, and reports that name no kept question."""
    imported, reported = [], []
    import_frameworks(CONTENT / "frameworks")
    words = import_glossary(CONTENT / "terms", now=NOW, only=words_of(FOLDERS))
    imported += [one.file for one in words.outcomes if one.state == "imported"]
    reported += [
        f"{one.file}: {one.reason}"
        for one in words.outcomes
        if one.state == "reported" and (FOLDERS == ALL or "left out until it is" not in one.reason)
    ]
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


@pytest.mark.soak
@pytest.mark.django_db
def test_all_of_it_goes_in_and_the_second_time_changes_nothing():
    make_tree()

    with disable_reference_index_auto_update():
        imported, reported = load()
        before = counts()
        again, reported_again = load()

    assert reported == reported_again == []
    assert len(imported) > len(FOLDERS)
    assert again == []
    assert counts() == before
    assert before["CoursePage"] == len(FOLDERS)
    assert before["LessonPage"] == 5 * len(FOLDERS)
    assert not CoursePage.objects.filter(live=False).exists()
    assert not LessonPage.objects.filter(live=False).exists()


@pytest.fixture
def words_to_load(monkeypatch):
    """Two folders wait: of words, and of nothing that takes long."""
    monkeypatch.setattr(
        installation, "waiting_content", lambda: [] if Word.objects.exists() else [CONTENT / "terms"]
    )

    def load_words(_folder, now):
        for slug in ("uptime", "change"):
            word = Word.objects.create(lemma=slug, slug=slug, locale=Locale.objects.get())
            Sense.objects.create(
                word=word, gloss="g", wording_business="b", wording_technology="t", locale=word.locale
            )

    monkeypatch.setattr(installation, "_load_words", load_words)


@pytest.mark.django_db
def test_interrupted_in_the_index_of_references_the_next_load_writes_all_of_it(words_to_load, monkeypatch):
    """SQLite was locked once while the index was written: half of it stayed empty for ever."""
    write, written = ReferenceIndex.create_or_update_for_object, []

    def locked_at_the_second_word(row):
        if isinstance(row, Sense) and row.word.slug == "change" and not written:
            raise OperationalError("database is locked")
        write(row)

    monkeypatch.setattr(ReferenceIndex, "create_or_update_for_object", locked_at_the_second_word)
    with pytest.raises(OperationalError):
        installation.load_content(say=print, now=NOW)
    assert installation.is_index_missing()
    assert words_in_the_index() < {"uptime", "change"}

    written.append(True)
    installation.load_content(say=print, now=NOW)

    assert not installation.is_index_missing()
    assert words_in_the_index() == {"uptime", "change"}
    monkeypatch.setattr(
        ReferenceIndex, "create_or_update_for_object", None
    )  # there is nothing to write again
    assert installation.load_content(say=print, now=NOW) == 0


def words_in_the_index():
    """The words whose senses are in it."""
    rows = ReferenceIndex.objects.filter(content_type=ContentType.objects.get_for_model(Sense))
    return {Sense.objects.get(pk=pk).word.slug for pk in rows.values_list("object_id", flat=True)}
