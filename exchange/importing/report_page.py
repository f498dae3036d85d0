"""The report of an import as its page shows it: the reason first, files that share one together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.importing.report import WHOLE_FILE
from gates.typography import within_quotes


@dataclass(frozen=True)
class Remark:
    where: str
    reason: str


@dataclass(frozen=True)
class FileRemarks:
    """What there is to say about a file or a folder. `state` says what became of a file."""

    name: str
    state: str
    remarks: Sequence[Remark]


@dataclass(frozen=True)
class FileList:
    """Files that share a fate; long lists are folded."""

    html_id: str
    title: str
    files: Sequence[str]
    is_folded: bool


@dataclass(frozen=True)
class ShownReport:
    refusal: str
    counts: Sequence[tuple[int, str]]
    remarks: Sequence[FileRemarks]
    lists: Sequence[FileList]
    is_empty: bool
    is_done: bool


_MANY = 12
_NAME = re.compile(r"`(?:::: )?([^`]*)`")


def shown_report(told: Mapping[str, Any], *, is_done: bool) -> ShownReport:
    """`told` is the outcome that an upload keeps; earlier versions kept less in it."""
    in_part, not_imported = told.get("in_part", []), told.get("not_imported", [])
    refusal = told.get("refusal", "")
    new = len(told["imported"]) + len(in_part)
    files = [
        ("imported", _("Imported") if is_done else _("Would be imported"), told["imported"]),
        ("in-part", _("Imported in part") if is_done else _("Would be imported in part"), in_part),
        ("unchanged", _("Kept as they were"), told["unchanged"]),
        ("not-imported", _("Not imported") if is_done else _("Would not be imported"), not_imported),
    ]
    return ShownReport(
        refusal=in_plain_words(refusal),
        counts=[
            (
                new,
                ngettext("file imported", "files imported", new)
                if is_done
                else ngettext("file to import", "files to import", new),
            ),
            (len(told["unchanged"]), ngettext("file unchanged", "files unchanged", len(told["unchanged"]))),
            (len(not_imported), ngettext("file not imported", "files not imported", len(not_imported))),
        ],
        remarks=_remarks(told, refusal, is_done=is_done),
        lists=[
            FileList(html_id, title, names, len(names) > _MANY) for html_id, title, names in files if names
        ],
        is_empty=told["is_empty"],
        is_done=is_done,
    )


def _remarks(told: Mapping[str, Any], refusal: str, *, is_done: bool) -> list[FileRemarks]:
    """By file: first those that came in only in part, then those that did not, then folders."""
    states = {
        **{
            name: (0, _("Imported in part") if is_done else _("Would be imported in part"))
            for name in told.get("in_part", [])
        },
        **{
            name: (1, _("Not imported") if is_done else _("Would not be imported"))
            for name in told.get("not_imported", [])
        },
        **{name: (2, _("Kept as it was")) for name in told["unchanged"]},
    }
    by_file: dict[str, list[Remark]] = {}
    for entry in told.get("remarks", told.get("reported", [])):
        if not refusal.endswith(entry["reason"]):  # which stands above
            remark = Remark(where(entry["file"], entry["line"]), in_plain_words(entry["reason"]))
            by_file.setdefault(entry["file"], []).append(remark)
    remarks = [
        (
            states.get(name, (3, ""))[0],
            FileRemarks(name or _("The course"), states.get(name, (3, ""))[1], entries),
        )
        for name, entries in by_file.items()
    ]
    return [remark for _rank, remark in sorted(remarks, key=lambda pair: (pair[0], pair[1].name))]


def where(file: str, line: int) -> str:
    """Which part of a file a remark is about; empty for a folder, where there is nothing to choose."""
    if line == WHOLE_FILE:
        return "" if not file or file.endswith("/") else _("The whole file")
    if file.lower().endswith(".docx"):
        return _("Paragraph %(number)s") % {"number": line}
    return _("Line %(number)s") % {"number": line}


def in_plain_words(reason: str) -> str:
    """A reason for a page: a field is called as authors call it, other names of a file stand in quotation marks."""
    words = _words_of_fields()
    pieces: list[str] = []
    end = 0
    for match in _NAME.finditer(reason):
        pieces.append(reason[end : match.start()])
        before = "".join(pieces)
        name = match[1]
        if name in words:
            starts = not before.strip() or before.rstrip().endswith((".", ":"))
            pieces.append(capfirst(words[name]) if starts else words[name])
        elif before.count("“") > before.count("”"):
            pieces.append(f"‘{within_quotes(name)}’")
        else:
            pieces.append(f"“{within_quotes(name)}”")
        end = match.end()
    return "".join([*pieces, reason[end:]])


def _words_of_fields() -> dict[str, str]:
    """What the editor calls the fields that a file names, within a sentence."""
    return {
        "title": _("the title"),
        "short_title": _("the short title"),
        "slug": _("the address"),
        "code": _("the code"),
        "summary": _("the sentence for the catalogue"),
        "direction": _("the direction"),
        "level": _("the level"),
        "objective": _("the objective"),
        "minutes": _("the number of minutes"),
        "pass_percent": _("the pass mark"),
        "locale": _("the language"),
        "caption": _("the caption"),
        "image": _("the picture"),
        "alt": _("the alternative text"),
        "url": _("the address"),
        "say_instead": _("what to say instead"),
    }
