"""A folder of words goes in, or it is only said what would become of it."""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from wagtail.models import Locale

from glossary.importing.files import Report, read_folder
from glossary.importing.rehearsing import RehearsedGlossary
from glossary.importing.storing import StoredGlossary
from glossary.importing.words import WordImport
from people.models import Employee


def import_glossary(
    folder: Path,
    *,
    now: datetime,
    user: Employee | None = None,
    dry_run: bool = False,
    locale: Locale | None = None,
    only: Collection[str] | None = None,
    between: Callable[[], object] | None = None,
) -> Report:
    """Every file of the folder is imported, unchanged or reported; a file with a mistake is left out.

    Each word goes in by a short transaction of its own, then what leads from it to others by another; `between`
    is called after each. Cut off, the next import goes on. A dry run goes the same way and only reads: it
    holds nobody up, and `between` is not called. `only` names the words to look at, by slug; relations to
    others are left out until these exist and the word is looked at again.
    """
    files = read_folder(folder, only)
    locale = locale or Locale.get_default()
    if dry_run:
        WordImport(RehearsedGlossary(locale), locale).run(files, _go_on)
    else:
        WordImport(StoredGlossary(locale, now, user), locale).run(files, between or _go_on)
    return Report([outcome for file in files for outcome in file.outcomes()])


def _go_on() -> None:
    """Nothing is done between the pieces."""
