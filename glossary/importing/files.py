"""The files of a folder of words, read, and what became of each."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from gates.blocks import SourceError
from gates.typography import within_quotes
from glossary.wordfile import WordPart, read_word

State = Literal["imported", "unchanged", "reported"]
Fate = Literal["imported", "in_part", "unchanged", "not_imported"]
FATES: Final[tuple[Fate, ...]] = ("imported", "in_part", "unchanged", "not_imported")


@dataclass(frozen=True)
class Outcome:
    """What became of a file; a file with several mistakes has one entry for each."""

    file: str
    state: State
    line: int = 0
    reason: str = ""
    fate: Fate = "not_imported"
    """Of the file as a whole, whether it has remarks or not."""

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.reason}"
            if self.state == "reported"
            else f"{self.file}: {self.state}"
        )


@dataclass
class Report:
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, state: State) -> int:
        """Files, not mistakes."""
        return len({outcome.file for outcome in self.outcomes if outcome.state == state})

    def as_lists(self) -> dict[str, Any]:
        """As `import_course` writes its report: four lists of files, then the remarks."""
        lists: dict[str, Any] = {
            fate: sorted({outcome.file for outcome in self.outcomes if outcome.fate == fate})
            for fate in FATES
        }
        remarks = [
            {"file": outcome.file, "line": outcome.line, "reason": outcome.reason}
            for outcome in self.outcomes
            if outcome.state == "reported"
        ]
        return {**lists, "remarks": remarks}


@dataclass
class File:
    """A file on its way in."""

    name: str
    part: WordPart | None = None
    errors: list[SourceError] = field(default_factory=list)
    changed: bool = False

    def wrong(self, line: int, reason: str) -> None:
        self.errors.append(SourceError(line or 1, reason, self.name))

    def outcomes(self) -> list[Outcome]:
        if self.errors:
            ordered = sorted(self.errors, key=lambda error: error.line)
            fate = self._fate()
            return [Outcome(self.name, "reported", error.line, error.reason, fate) for error in ordered]
        state: Literal["imported", "unchanged"] = "imported" if self.changed else "unchanged"
        return [Outcome(self.name, state, fate=state)]

    def _fate(self) -> Fate:
        """What became of a file with mistakes. Without its part nothing of it was looked at further."""
        if self.part is None:
            return "not_imported"
        return "in_part" if self.changed else "unchanged"


def read_folder(folder: Path, only: Collection[str] | None) -> list[File]:
    """Its files in the order of their names; `only` names the words to look at, by slug."""
    files = [
        _read(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".") and (only is None or path.stem in only)
    ]
    _refuse_twins(files)
    return files


def _read(path: Path) -> File:
    file = File(path.name)
    if path.suffix != ".yaml":
        file.wrong(1, _("this is no .yaml file"))
        return file
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        file.wrong(path.read_bytes()[: error.start].count(b"\n") + 1, _("this is no UTF-8 text"))
        return file
    file.part, file.errors = read_word(text, source=path.name)
    if file.part is not None and file.part.slug != path.stem:
        file.wrong(1, _("the word “%(slug)s” belongs in %(slug)s.yaml") % {"slug": file.part.slug})
        file.part = None
    return file


def _refuse_twins(files: list[File]) -> None:
    """Two files cannot hold the same word, spelled the same apart from case."""
    first: dict[str, str] = {}
    for file in files:
        if file.part is None:
            continue
        lemma = file.part.texts["lemma"].casefold()
        if lemma in first:
            file.wrong(
                1,
                _("the word “%(lemma)s” is already in %(file)s")
                % {"lemma": within_quotes(lemma), "file": first[lemma]},
            )
            file.part = None
        first.setdefault(lemma, file.name)
