"""What became of every file of an import."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from gates.sources import SourceError


@dataclass
class Report:
    """Every file ends in exactly one of the three lists.

    A file with a reason in `reported` stands there only, whether the rest of it was taken or not: the reason
    says so. `code` is the course that the files belong to, empty where none could be read. `followed` are the
    files that were refused for no fault of theirs: the course itself was.
    """

    imported: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    reported: list[dict[str, Any]] = field(default_factory=list)  # file, line, reason
    code: str = ""
    states: dict[str, str] = field(default_factory=dict)
    followed: set[str] = field(default_factory=set)

    def tell(self, file: str, line: int, reason: str) -> None:
        entry = {"file": file, "line": line, "reason": reason}
        if entry not in self.reported:
            self.reported.append(entry)

    def tell_errors(self, errors: Iterable[SourceError], file: str) -> None:
        for error in errors:
            self.tell(error.source or file, error.line, error.reason)

    def settle(self, file: str, *, is_new: bool) -> None:
        """The file was read: something of it was stored, or all of it was there. The first word stays
        unless more was stored later."""
        if is_new or file not in self.states:
            self.states[file] = "imported" if is_new else "unchanged"

    def close(self, files: Iterable[str], otherwise: Callable[[str], str]) -> None:
        """Sort the files into the lists; `otherwise` says why nobody looked at a file."""
        told = {entry["file"] for entry in self.reported}
        for file in sorted({*files, *self.states}):
            if file in told:
                continue
            match self.states.get(file):
                case "imported":
                    self.imported.append(file)
                case "unchanged":
                    self.unchanged.append(file)
                case _:
                    self.tell(file, 1, otherwise(file))
        self.reported.sort(key=lambda entry: (entry["file"], entry["line"]))

    def as_lists(self) -> dict[str, Any]:
        return {"imported": self.imported, "unchanged": self.unchanged, "reported": self.reported}
