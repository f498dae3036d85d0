"""Lessons of the Workbench as blocks of ours: every part has a place, or a line in the report."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from exchange.importing.figures import shown
from exchange.importing.folder import Folder, Store
from exchange.importing.links import CODE_SPAN, SCHEME, Links, plain
from exchange.importing.stream import LessonFile, listed
from gates.carpentries import Div, Part, Picture, Text
from gates.html_tables import HtmlTable

# Name of a div → kind of callout, and its title where it brings none.
_CALLOUTS = {
    "callout": ("note", ""),
    "caution": ("careful", ""),
    "challenge": ("note", gettext_noop("Try it yourself")),
    "checklist": ("note", gettext_noop("Checklist")),
    "discussion": ("note", gettext_noop("Discuss")),
    "important": ("careful", ""),
    "keypoints": ("tip", gettext_noop("Key points")),
    "note": ("note", ""),
    "objectives": ("note", gettext_noop("After this lesson you can")),
    "prereq": ("careful", gettext_noop("Before you begin")),
    "questions": ("note", gettext_noop("Questions this lesson answers")),
    "testimonial": ("note", ""),
    "tip": ("tip", ""),
    "warning": ("careful", ""),
}
_FOLDS = {
    "answer": gettext_noop("Answer"),
    "hint": gettext_noop("Hint"),
    "solution": gettext_noop("Solution"),
    "spoiler": gettext_noop("Open to read on"),
}
_CODE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_BLOCK_TAG = re.compile(
    r"(?i)[ \t]*</?(?:div|section|article|aside|center|p|ul|ol|dl|blockquote|header|footer)\b"
)
_BLOCK_TAG_IN = re.compile(
    r"(?i)<(/?)(?:div|section|article|aside|center|ul|ol|dl|blockquote)\b[^<>]{0,1000}>"
)
_NOTE_MARK = re.compile(r"\[\^([^\]\n]{1,60})\](?!:)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*")


def said_in(language: str, message: str, **values: str) -> str:
    """A sentence of ours that stands in a lesson: in the language of the course, whoever imports it.

    It is stored, and another author who imports the same file must not change it.
    """
    with override(language):
        return (_(message) % values) if message else ""


def _balance(line: str) -> int:
    """How many block elements of HTML the line opens and leaves open; negative where it closes more."""
    if "<" not in line:
        return 0
    tags = [match[1] for match in _BLOCK_TAG_IN.finditer(CODE_SPAN.sub("", line))]
    return sum(-1 if slash else 1 for slash in tags)


class Writer:
    """Writes the parts of a lesson as blocks, in their order."""

    def __init__(
        self,
        out: LessonFile,
        files: Folder,
        links: Links,
        store: Store,
        language: str,
        *,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        self.out, self.files, self.links, self.store = out, files, links, store
        self.language = language  # of the course
        self.notes = notes or {}  # footnotes by label, as they were taken out of the text

    def write(self, parts: list[Part]) -> None:
        for part in parts:
            if isinstance(part, Text):
                self._sections(part)
            else:
                self._block(part)

    def _block(self, part: Picture | HtmlTable | Div) -> None:
        if isinstance(part, Picture):
            self._add_figure(part)
        elif isinstance(part, HtmlTable):
            table = self._table(part)
            if table is not None:
                self.out.add("table", table, line=part.line)
        else:
            self._div(part)

    def _text(self, part: Text) -> list[str]:
        """The lines with their links; code stays as it is. What stood in a list before a picture moves left, and
        so does what HTML around it had moved right: indented text would be read as code."""
        lines, code, leading = [], "", True
        depth = 0
        for at, line in enumerate(part.lines):
            fence = _CODE.match(line)
            if code:
                if fence and fence[1].startswith(code) and not line.strip(" \t>").strip(code[0]):
                    code = ""
            elif fence:
                code = fence[1]
            else:
                leading = leading and (not line.strip() or line[0] in " \t")
                opened = depth + _balance(line)
                is_within = depth > 0 or _BLOCK_TAG.match(line) is not None
                kept = self.links.line(line.lstrip() if leading or is_within else line, part.line + at)
                lines.append(kept.lstrip() if is_within else kept)
                depth = max(0, opened)
                continue
            lines.append(line)
        return lines

    def _sections(self, part: Text) -> None:
        """One block for each section, so that an author can move them."""
        lines, code, start = self._text(part), "", 0
        cuts = [0]
        for at, line in enumerate(lines):
            fence = _CODE.match(line)
            if code:
                code = "" if fence and fence[1].startswith(code) else code
            elif fence:
                code = fence[1]
            elif heading := _HEADING.fullmatch(line):
                if len(heading[1]) == 1 or (len(heading[1]) > 2 and not self._has_section(lines[:at])):
                    lines[at] = f"## {heading[2]}"  # no level is skipped, and the title is the only first one
                if lines[at].startswith("## ") and at:
                    cuts.append(at)
        for start, end in zip(cuts, [*cuts[1:], len(lines)], strict=True):
            text = self._noted("\n".join(lines[start:end]).strip("\n"), part.line)
            if text.strip() and not re.fullmatch(r"\s*(?:(?:\*\s*){3,}|(?:-\s*){3,})", text):
                self.out.add("markdown", text, line=part.line + start)

    def _noted(self, text: str, line: int) -> str:
        """The text of a block with the footnotes that it refers to."""
        labels = [label for label in dict.fromkeys(_NOTE_MARK.findall(text)) if label in self.notes]
        notes = "\n".join(f"[^{label}]: {self.links.line(self.notes[label], line)}" for label in labels)
        return f"{text}\n\n{notes}" if notes else text

    def _has_section(self, before: list[str]) -> bool:
        texts = [block["value"] for block in self.out.body if block["type"] == "markdown"]
        return any(text.startswith("## ") for text in texts) or any(line.startswith("## ") for line in before)

    def _figure(self, part: Picture) -> dict[str, Any]:
        value: dict[str, Any] = {"alt": (part.alt or "")[:300], "caption": plain(part.caption)[:300]}
        if SCHEME.match(part.path) or part.path.startswith("//"):
            reason = _("A picture from another server is not fetched. Its place in the lesson was kept.")
            self.out.lose(part.line, reason)
            return value
        path = unquote(part.path)
        shown(value, path, line=part.line, out=self.out, files=self.files, store=self.store)
        if not value["alt"] and "drawing" not in value:
            reason = _("This picture has no alternative text. Say what it shows, or mark it as decoration.")
            self.out.tell(part.line, reason)
        return value

    def _add_figure(self, part: Picture) -> None:
        self.out.add("figure", self._figure(part), line=part.line)

    def _table(self, part: HtmlTable) -> dict[str, Any] | None:
        """A table block; what it could not keep is one remark."""
        if not any(cell for row in part.rows for cell in row):
            self.out.tell(part.line, _("An empty table was left out."))
            return None
        head, *rows = [[self.links.line(cell, part.line) for cell in row] for row in part.rows]
        lost = [
            reason
            for is_lost, reason in (
                (part.is_joined, _("Cells of this table are joined; each text stands in the first of them.")),
                (part.is_nested, _("A table stands in a cell of this one; only its words were kept.")),
                (part.pictures, _("Pictures in its cells were left out; their alternative texts were kept.")),
            )
            if is_lost
        ]
        if lost:
            self.out.lose(part.line, " ".join(lost))
        elif not part.has_head:
            self.out.tell(part.line, _("The first row of this table was taken for its head."))
        value = {
            "caption": plain(part.caption)[:200],
            "head": listed(head),
            "rows": listed([listed(row) for row in rows]),
            "numbers": listed(part.numbers),
        }
        return value

    # --- divs

    def _div(self, div: Div) -> None:
        if div.kind == "instructor":
            self._tell_pictures(div)  # its text stands in the plan of the session
        elif div.kind in _FOLDS:
            self._fold(div)
        else:
            if div.kind not in _CALLOUTS:
                self.out.tell(
                    div.line,
                    _("The div “%(kind)s” is not known; its text stands in a callout.") % {"kind": div.kind},
                )
            self._callout(div)

    def _tell_pictures(self, div: Div) -> None:
        for part in div.parts:
            if isinstance(part, Picture):
                self.out.tell(part.line, _("A picture in notes for teachers has no place; it was left out."))

    def _callout(self, div: Div) -> None:
        kind, message = _CALLOUTS.get(div.kind, ("note", ""))
        default = said_in(self.language, message)
        title, parts = self._titled(div)
        title = default if title.lower().rstrip(":") == div.kind else title or default
        if div.kind == "objectives" and not self.out.fields["objective"]:
            self.out.fields["objective"] = self._objective(parts)
        lines: list[str] = []
        line, is_first = div.line, True

        def flush() -> None:
            nonlocal is_first
            text = self._noted("\n".join(lines).strip("\n"), line)
            lines.clear()
            if text.strip() or (is_first and title):
                again = gettext_noop("%(title)s (continued)")
                shown = title if is_first or not title else said_in(self.language, again, title=title)
                if not text.strip():
                    text, shown = title, default
                self.out.add("callout", {"kind": kind, "title": shown[:150], "text": text}, line=line)
            is_first = False

        for part in parts:
            if isinstance(part, Text):
                line = part.line if not lines and not is_first else line
                lines += self._text(part)
                continue
            if isinstance(part, Div) and part.kind == "instructor":
                self._tell_pictures(part)
                continue
            flush()
            self._block(part)
        flush()

    def _fold(self, div: Div) -> None:
        title, parts = self._titled(div)
        inside = self._inside(parts)
        if inside:
            title = title or said_in(self.language, _FOLDS[div.kind])
            self.out.add("fold", {"title": title[:150], "parts": inside}, line=div.line)
        else:
            self.out.tell(div.line, _("The div “%(kind)s” is empty.") % {"kind": div.kind})

    def _inside(self, parts: list[Part]) -> list[dict[str, Any]]:
        inside: list[dict[str, Any]] = []
        for part in parts:
            if isinstance(part, Text):
                text = "\n".join(self._text(part)).strip("\n")
                if text.strip():
                    inside.append({"type": "text", "value": text})
            elif isinstance(part, Picture):
                inside.append({"type": "figure", "value": self._figure(part)})
            elif isinstance(part, HtmlTable):
                table = self._table(part)
                if table is not None:
                    inside.append({"type": "text", "value": _as_markdown(table)})
            elif part.kind != "instructor":
                title, below = self._titled(part)
                if title:
                    inside.append({"type": "text", "value": f"**{title}**"})
                inside += self._inside(below)
        return inside

    def _titled(self, div: Div) -> tuple[str, list[Part]]:
        """The heading with which a div begins, as plain text, and its parts without it."""
        if not div.parts or not isinstance(div.parts[0], Text):
            return "", div.parts
        first = div.parts[0]
        at = next((at for at, line in enumerate(first.lines) if line.strip()), None)
        heading = _HEADING.fullmatch(first.lines[at].strip()) if at is not None else None
        if at is None or heading is None:
            return "", div.parts
        return plain(heading[2]), [Text(first.line + at + 1, first.lines[at + 1 :]), *div.parts[1:]]

    @staticmethod
    def _objective(parts: list[Part]) -> str:
        lines = [line for part in parts if isinstance(part, Text) for line in part.lines]
        first = next((match[1] for line in lines if (match := re.match(r"\s*[-*+]\s+(.+)", line))), "")
        text = plain(first).rstrip(".")
        if text[:1].isupper() and not text[1:2].isupper():
            text = text[0].lower() + text[1:]
        return text[:200]


def _as_markdown(table: dict[str, Any]) -> str:
    """A table where only text may stand."""

    def line(cells: list[dict[str, Any]]) -> str:
        return f"| {' | '.join(str(cell['value']).replace('|', '&#124;') or ' ' for cell in cells)} |"

    right = {item["value"] for item in table["numbers"]}
    rule = "|".join(" --: " if at in right else " --- " for at in range(1, len(table["head"]) + 1))
    rows = [line(table["head"]), f"|{rule}|", *(line(row["value"]) for row in table["rows"])]
    caption = [f"**{table['caption']}**", ""] if table["caption"] else []
    return "\n".join([*caption, *rows])
