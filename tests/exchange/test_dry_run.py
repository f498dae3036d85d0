"""A dry run stores nothing, not even in a transaction that is undone, and says what the import then does: new courses."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses.models import CoursePage, ImportedFile
from exchange.importing import import_course
from quizzes.models import Bank, Question
from tests.exchange.comparing import CHANGES, nothing_is_stored, of_course
from tests.exchange.conftest import Changed, write_files
from tests.exchange.files import COURSE_FILES, NOW, WAGTAILS_FILES
from tests.exchange.workbench_files import WORKBENCH_FILES
from tests.lock_times import measured
from tests.soak import ROUNDS

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


@pytest.mark.parametrize("changed", CHANGES.values(), ids=list(CHANGES))
def test_of_a_new_course_it_says_what_the_import_does(write: Any, catalogue: Any, changed: Changed) -> None:
    said = of_course(write(changed))

    lists = [said[name] for name in ("imported", "in_part", "unchanged", "not_imported")]
    assert sorted(name for names in lists for name in names) == sorted(
        name for name, content in {**COURSE_FILES, **changed}.items() if content is not None
    )


def test_of_drafts_it_says_what_the_import_does(
    catalogue: Any, author: Any, write: Any, tmp_path: Path
) -> None:
    first = of_course(write(), user=author, publishes=False)
    later = write_files(tmp_path / "later" / "Z1", CHANGES["a check with another text"])
    drafts = of_course(later, user=author, publishes=False)
    public = of_course(later)

    assert first["imported"] == sorted(COURSE_FILES)
    assert drafts["imported"] == ["questions.yaml"]
    assert "01-lines.md" in public["imported"]


def test_of_a_course_of_the_workbench_it_says_what_the_import_does(tmp_path: Path, catalogue: Any) -> None:
    write_files(tmp_path / "shelves", {**dict.fromkeys(COURSE_FILES), **WORKBENCH_FILES})

    first = of_course(tmp_path / "shelves")
    again = of_course(tmp_path / "shelves")

    assert first["imported"]
    assert again["unchanged"] == sorted({*first["imported"], *first["in_part"]})


def _mutated(chance: random.Random) -> dict[str, str | bytes | None]:
    """The small course, with a few lines of its files lost, doubled, moved or put elsewhere."""
    files: dict[str, str | bytes | None] = dict(COURSE_FILES)
    for _change in range(chance.randint(1, 4)):
        name = chance.choice([name for name, content in files.items() if isinstance(content, str)])
        lines = str(files[name]).split("\n")
        at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines.insert(to, lines[at])
            case 2:
                lines[at], lines[to] = lines[to], lines[at]
            case 3:
                lines[at] = lines[at].replace(
                    chance.choice("ea:-[l"), chance.choice(["", "x", ": ", "[["]), 1
                )
            case _:
                lines[at] = lines[at] * 40
        files[name] = "\n".join(lines)
    return files


@pytest.mark.soak
def test_of_folders_changed_by_chance_it_says_what_the_import_does(catalogue: Any, tmp_path: Path) -> None:
    for turn in range(6 * ROUNDS):
        chance = random.Random(turn)
        with transaction.atomic():
            for version in range(2):
                folder = write_files(tmp_path / f"{turn}-{version}", _mutated(chance))
                try:
                    of_course(folder)
                except AssertionError as error:
                    raise AssertionError(f"of the folder of chance {turn}, version {version}") from error
            transaction.set_rollback(True)


def test_no_piece_of_an_import_holds_the_lock_for_long(write: Any, catalogue: Any) -> None:
    with measured() as times:
        import_course(write(), now=NOW)

    assert times.too_long() == []
    assert len(times.turns) > 10


def test_a_dry_run_asks_for_no_transaction_and_stores_no_file(
    write: Any, catalogue: Any, settings: Any
) -> None:
    stored = Bank, Question, ImportedFile, CoursePage, get_image_model(), get_document_model()
    with nothing_is_stored():
        report = import_course(write(), now=NOW, dry_run=True)

    assert report.imported == sorted(COURSE_FILES)
    assert [model.objects.count() for model in stored] == [0] * len(stored)
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
