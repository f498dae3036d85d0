"""Markdown files of any program in, cut into the parts that the Workbench has (`gates.carpentries`).

Beside plain Markdown: the notes of GitHub (`> [!NOTE]`), MkDocs (`!!! note "Title"`, `??? note`) and Docusaurus
(`:::note`), underlined headings, and links and footnotes whose definition stands elsewhere in the file. Lessons
are cut at their headings, so a definition has to be brought to where it is used.
"""

import re
from typing import Final

from django.utils.translation import gettext as _

from gates.carpentries import Div, DivReader, Part, Text, Workbench
from gates.sources import SOURCE_LIMIT, SourceError, too_long, unreadable

_GITHUB: Final = re.compile(r"[ ]{0,3}>[ ]?\[!([A-Za-z]+)\][ \t]*(.*)")
_MKDOCS: Final = re.compile(
    r"[ ]{0,3}(!!!|\?\?\?\+?)[ \t]+([\w-]+)(?:[ \t]+[\w-]+)*[ \t]*(?:\"(.*)\")?[ \t]*"
)
_DOCUSAURUS: Final = re.compile(r"[ \t]*(:{3,})[ \t]*([A-Za-z]+)(?:\[(.+)\]|[ \t]+([^:{}]+))[ \t]*")
_FENCE: Final = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_UNDERLINE: Final = re.compile(r"[ ]{0,3}(=+|-{2,})[ \t]*")
_NO_TITLE: Final = re.compile(r"[ \t]*(?:$|[#>|]|[-*+][ \t]|\d+[.)][ \t]|:{3}|<|!{3}|    )")
_DEFINITION: Final = re.compile(
    r"[ ]{0,3}\[([^\]\n^][^\]\n]{0,200})\]:[ \t]+(<[^>\n]{1,900}>|\S{1,900})(?:[ \t]+.*)?"
)
_FOOTNOTE: Final = re.compile(r"[ ]{0,3}\[\^([^\]\n]{1,60})\]:[ \t]*(.*)")
_REFERENCE: Final = re.compile(
    r"\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){1,400})\](?:\[([^\[\]\n]{0,200})\])?(?![(:])"
)
_SPAN: Final = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
# Names of notes in these programs → names that the Workbench has.
_KINDS: Final = {
    **dict.fromkeys(
        "abstract check cite done example faq help info question quote seealso success summary tldr todo".split(),
        "note",
    ),
    **dict.fromkeys("attention bug danger error fail failure missing".split(), "warning"),
    "hint": "tip",
}
_OWN_KINDS: Final = frozenset("note tip important warning caution".split())


def parse_markdown(text: str, *, source: str = "") -> Workbench:
    """The parts of a Markdown file, in order. Raises nothing: what cannot be read is an error with its line.

    `anchors` is empty: a heading has the address that its words make.
    """
    if len(text) >= SOURCE_LIMIT:
        return Workbench({}, [], {}, [SourceError(1, too_long(text), source)])
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if bad := unreadable(text):
        return Workbench({}, [], {}, [SourceError(bad[0], bad[1], source)])
    reader = _Reader(source)
    lines = text.split("\n")
    start = 0
    if any(line.strip() == "---" for line in lines[1:]):  # else the line is only a rule
        start = reader.front_matter(lines)
    return reader.read(_prepared(lines[start:]), start + 1)


def footnotes(parts: list[Part]) -> dict[str, str]:
    """The definitions of footnotes in the texts, by their labels; they are taken out of the texts."""
    notes: dict[str, str] = {}
    for part in parts:
        if isinstance(part, Div):
            notes |= footnotes(part.parts)
        elif isinstance(part, Text):
            _take_footnotes(part, notes)
    return notes


def _take_footnotes(part: Text, notes: dict[str, str]) -> None:
    label = code = ""
    for at, line in enumerate(part.lines):
        fence = _FENCE.match(line)
        if code:
            code = "" if fence and fence[1].startswith(code) else code
        elif fence and not label:
            code = fence[1]
        elif note := _FOOTNOTE.fullmatch(line):
            label = note[1]
            notes[label] = note[2]
            part.lines[at] = ""
        elif label and line.startswith(("    ", "\t")):
            notes[label] += f"\n{line}"
            part.lines[at] = ""
        elif line.strip():
            label = ""


def _prepared(lines: list[str]) -> list[str]:
    """As many lines: headings with a line below them become headings with a mark before them, and links by
    reference say where they lead."""
    out, code, targets = list(lines), "", dict[str, str]()
    for at, line in enumerate(lines):
        fence = _FENCE.match(line)
        if code:
            code = "" if fence and fence[1].startswith(code) else code
            continue
        if fence:
            code = fence[1]
            continue
        before = lines[at - 1] if at else ""
        is_alone = at < 2 or not lines[at - 2].strip() or _NO_TITLE.match(lines[at - 2])
        if (mark := _UNDERLINE.fullmatch(line)) and is_alone and not _NO_TITLE.match(before):
            out[at - 1] = f"{'#' if mark[1][0] == '=' else '##'} {before.strip()}"
            out[at] = ""
        elif definition := _DEFINITION.fullmatch(line):
            targets.setdefault(" ".join(definition[1].casefold().split()), definition[2])
            out[at] = ""
    return _with_targets(out, targets) if targets else out


def _with_targets(lines: list[str], targets: dict[str, str]) -> list[str]:
    out, code = [], ""

    def resolved(match: re.Match[str]) -> str:
        target = targets.get(" ".join((match[2] or match[1]).casefold().split()))
        return f"[{match[1]}]({target})" if target else match[0]

    for line in lines:
        fence = _FENCE.match(line)
        if code or fence:
            code = (
                ("" if fence and fence[1].startswith(code) else code) if code else fence[1] if fence else ""
            )
            out.append(line)
            continue
        parts, last = "", 0
        for span in _SPAN.finditer(line):
            parts += _REFERENCE.sub(resolved, line[last : span.start()]) + span[0]
            last = span.end()
        out.append(parts + _REFERENCE.sub(resolved, line[last:]))
    return out


class _Reader(DivReader):
    """Notes become divs; a quote or an indent ends where its lines do."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.notes: list[tuple[str, Div]] = []  # how its lines begin ("" or ">"), and the div

    def take(self, line: str, number: int) -> None:
        for depth, (mark, _div) in enumerate(self.notes):
            inner = _within(mark, line)
            if inner is None:
                self._leave(depth)
                break
            line = inner
        if self.code or self.html or self.in_comment:
            super().take(line, number)
        elif note := _GITHUB.fullmatch(line):
            self._enter(">", note[1].lower(), note[2].strip(), number)
        elif note := _MKDOCS.fullmatch(line):
            kind = "spoiler" if note[1].startswith("?") else note[2].lower()
            self._enter("", kind, note[3] or (note[2].title() if kind == "spoiler" else ""), number)
        elif note := _DOCUSAURUS.fullmatch(line):
            self.div(note[2].lower(), number)
            self.text(f"## {(note[3] or note[4]).strip()}", number)
        else:
            super().take(line, number)

    def _enter(self, mark: str, kind: str, title: str, number: int) -> None:
        before = len(self.open)
        self.div(
            kind if kind == "spoiler" else _KINDS.get(kind, kind if kind in _OWN_KINDS else "note"), number
        )
        if len(self.open) > before:
            self.notes.append((mark, self.open[-1]))
        if title:
            self.text(f"## {title}", number)

    def _leave(self, depth: int) -> None:
        """End the notes from this depth on, with whatever was open in them."""
        div = self.notes[depth][1]
        if self.code:
            self.tell(div.line, _("the code that starts with %(code)s is not closed") % {"code": self.code})
            self.code = ""
        while div in self.open:
            self.open.pop().closed = True
        del self.notes[depth:]

    def div(self, kind: str, number: int) -> None:
        super().div(_KINDS.get(kind, kind) if kind != "hint" else "tip", number)

    def end(self) -> None:
        if self.notes:
            self._leave(0)
        super().end()


def _within(mark: str, line: str) -> str | None:
    """The line without what says that it belongs to a note; None where it does not."""
    if mark:
        quoted = re.match(r"[ ]{0,3}>[ ]?", line)
        return line[quoted.end() :] if quoted else None
    if line.startswith("\t"):
        return line[1:]
    return line[4:] if line.startswith("    ") else (line if not line.strip() else None)
