"""An import of words goes in by short transactions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from glossary.importing import import_glossary
from glossary.models import Sense, Word
from tests.lock_times import measured

pytestmark = pytest.mark.django_db
FEW = 12


def test_no_piece_of_an_import_of_words_holds_the_lock_for_long() -> None:
    folder: Path = settings.BASE_DIR / "content" / "terms"
    words = sorted(path.stem for path in folder.glob("*.yaml"))[:FEW]
    between: list[int] = []
    count: Callable[[], object] = lambda: between.append(Word.objects.count())  # noqa: E731

    # What is read once for the process is read now.
    import_glossary(folder, now=timezone.now(), only=["uptime"])
    with measured() as times:
        report = import_glossary(folder, now=timezone.now(), only=words, between=count)

    assert times.too_long() == []
    assert len(times.turns) >= 2 * FEW
    assert between == [*range(2, FEW + 2), *[FEW + 1] * FEW]
    assert Sense.objects.filter(live=True).exists()
    assert report.count("imported") + report.count("reported") == FEW
