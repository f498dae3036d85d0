"""What became of every file of an import."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from django.utils.translation import gettext as _

from gates.sources import SourceError

WHOLE_FILE: Final = 0
"""The line of a remark that is about no line in particular."""
_FEW: Final = 3
"""So many files of one folder without a use are named one by one; more of them share a remark."""
LISTS: Final = ("imported", "in_part", "unchanged", "not_imported")


@dataclass
class Report:
    """Every file ends in exactly one of four lists; `reported` are remarks, each with file, line and reason.

    `imported`: all of it came in. `in_part`: it came in, and remarks say what did not or what it lacks.
    `unchanged`: it is here already. `not_imported`: nothing of it came in. A remark about a folder says its name
    with a slash behind it. `refusal` is why nothing of the course was taken, where that is so; `code` the course
    that the files belong to, empty where none could be read.
    """

    imported: list[str] = field(default_factory=list)
    in_part: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    not_imported: list[str] = field(default_factory=list)
    reported: list[dict[str, Any]] = field(default_factory=list)  # file, line, reason
    refusal: str = ""
    code: str = ""
    states: dict[str, str] = field(default_factory=dict)

    def tell(self, file: str, line: int, reason: str) -> None:
        entry = {"file": file, "line": line, "reason": reason}
        if entry not in self.reported:
            self.reported.append(entry)

    def tell_errors(self, errors: Iterable[SourceError], file: str) -> None:
        for error in errors:
            self.tell(error.source or file, error.line, error.reason)

    def refuse(self, file: str, line: int, reason: str) -> None:
        """Nothing of the course is taken, for this reason. A second one is a remark like others."""
        if not self.refusal:
            told = _("%(file)s, line %(line)s: %(reason)s") % {"file": file, "line": line, "reason": reason}
            self.refusal = told if line else reason
        if file:
            self.tell(file, line, reason)

    def settle(self, file: str, *, is_new: bool) -> None:
        """The file was read: something of it was stored, or all of it was there. The first word stays
        unless more was stored later. A course that no file describes has the name ""."""
        if file and (is_new or file not in self.states):
            self.states[file] = "imported" if is_new else "unchanged"

    def close(self, files: Iterable[str], otherwise: Callable[[str, int], str]) -> None:
        """Sort the files into the lists; `otherwise` says why nobody looked at so many files like this one.

        After a refusal that reason is the same for all of them, and stands in `refusal` alone.
        """
        told = {entry["file"] for entry in self.reported}
        unused: dict[tuple[str, str], list[str]] = {}
        for file in sorted({*files, *self.states}):
            match self.states.get(file):
                case "imported":
                    (self.in_part if file in told else self.imported).append(file)
                case "unchanged":
                    self.unchanged.append(file)
                case _:
                    self.not_imported.append(file)
                    if file not in told and not self.refusal:
                        folder = f"{PurePosixPath(file).parent}/" if "/" in file else ""
                        unused.setdefault((folder, otherwise(file, 1)), []).append(file)
        for (folder, reason), names in unused.items():
            if folder and len(names) > _FEW:
                self.tell(folder, WHOLE_FILE, otherwise(names[0], len(names)))
                continue
            for name in names:
                self.tell(name, WHOLE_FILE, reason)
        self.reported.sort(key=lambda entry: (entry["file"], entry["line"]))

    def as_lists(self) -> dict[str, Any]:
        """As commands write it: the four lists of files, then the remarks."""
        return {**{name: getattr(self, name) for name in LISTS}, "remarks": self.reported}
