"""Lessons of the Carpentries Workbench in: Markdown with nested `:::` divs, cut into parts with their lines.

The dialect is Pandoc's fenced divs: three or more colons and a name open one, colons alone close the last that
is open. Source: https://carpentries.github.io/sandpaper-docs/component-guide.html
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from gates.html_tables import HtmlTable, read_images, read_table
from gates.sources import SOURCE_LIMIT, SourceDict, SourceError, load_yaml, too_long, unreadable

_DIV_OPENS: Final = re.compile(r"[ \t]*:{3,}[ \t]*(?:\{[ \t]*\.)?([A-Za-z][\w-]*)[^:{}]*\}?[ \t]*:*[ \t]*")
_DIV_CLOSES: Final = re.compile(r"[ \t]*:{3,}[ \t]*")
_CODE: Final = re.compile(r"[ \t>]*(`{3,}(?=[^`]*$)|~{3,})")
_PICTURE: Final = re.compile(
    r"!\[(?P<words>[^\]\n]{0,500})\]\([ \t]*(?P<path><[^>\n]{1,400}>|[^\s()\n]{1,400})"
    r"(?:[ \t]+(?:\"(?P<title>[^\"\n]{0,400})\"|'[^'\n]{0,400}'))?[ \t]*\)(?:\{(?P<attributes>[^}\n]{0,600})\})?"
)
_ALT: Final = re.compile(r"\balt=(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_HEADING: Final = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_ANCHOR: Final = re.compile(r"[ \t]*\{#([\w:.-]{1,80})[^}]*\}$")
_DEPTH_LIMIT: Final = 12
_TABLE_RULE: Final = re.compile(r"[ \t]*\|?[-:+| \t]*-[-:+| \t]*\+[-:+| \t]*\|?[ \t]*")
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9-]{0,20})(?:\s[^<>]{0,1000})?/?>|<!--.*?-->")
# What is no element of HTML is text: <CR>, <name>, List<String>.
_HTML: Final = frozenset(
    "a abbr address article aside audio b blockquote br button caption center cite code col colgroup dd del"
    " details dfn div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i"
    " iframe img input ins kbd label li link main mark meta nav object ol p picture pre q s samp script section"
    " small source span strike strong style sub summary sup svg table tbody td tfoot th thead time tr u ul var"
    " video wbr".split()
)
_BLOCK: Final = re.compile(r"[ \t]*<(table|figure)(?:\s[^<>]{0,1000})?>", re.IGNORECASE)
_IMG: Final = re.compile(r"<img\s[^<>]{0,2000}>", re.IGNORECASE)
_FOLD_OPENS: Final = re.compile(
    r"[ \t]*<details(?:\s[^<>]{0,200})?>[ \t]*(?:<summary(?:\s[^<>]{0,200})?>(.*?)</summary>)?[ \t]*",
    re.IGNORECASE,
)
_FOLD_TITLE: Final = re.compile(r"[ \t]*<summary(?:\s[^<>]{0,200})?>(.*?)</summary>[ \t]*", re.IGNORECASE)
_FOLD_CLOSES: Final = re.compile(r"[ \t]*</details>[ \t]*", re.IGNORECASE)
_CODE_SPAN: Final = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


@dataclass
class Text:
    """Markdown as written; `lines[n]` stands in line `line + n` of the file."""

    line: int
    lines: list[str] = field(default_factory=list)


@dataclass
class Picture:
    """A picture that stands between two texts. `alt` is None where none was given."""

    line: int
    path: str
    alt: str | None
    caption: str


@dataclass
class Div:
    """A fenced div with what is in it."""

    line: int
    kind: str
    parts: "list[Part]" = field(default_factory=list)
    closed: bool = False


Part = Text | Picture | Div | HtmlTable


@dataclass(frozen=True)
class Workbench:
    """A lesson of the dialect as read, and an error for each thing that could not be."""

    front_matter: dict[str, Any]
    parts: list[Part]
    anchors: dict[str, str]  # id of a heading → text of the section heading that leads there
    errors: list[SourceError]


def parse_workbench(text: str, *, source: str = "") -> Workbench:
    """The parts of a lesson, in order. Raises nothing: what cannot be read is an error with its line."""
    if len(text) >= SOURCE_LIMIT:
        return Workbench({}, [], {}, [SourceError(1, too_long(text), source)])
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if bad := unreadable(text):
        return Workbench({}, [], {}, [SourceError(bad[0], bad[1], source)])
    reader = DivReader(source)
    lines = text.split("\n")
    start = reader.front_matter(lines)
    return reader.read(lines[start:], start + 1)


class DivReader:
    """Reads the lines of a lesson into parts. What is not closed is told, and its text kept."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root = Div(1, "")
        self.open = [self.root]
        self.errors: list[SourceError] = []
        self.matter: dict[str, Any] = {}
        self.anchors: dict[str, str] = {}
        self.code = ""
        self.section = ""
        self.html: list[str] = []  # the lines so far of a table or figure in HTML
        self.html_name, self.html_line = "", 0
        self.in_comment = False

    def read(self, lines: list[str], first: int) -> Workbench:
        for number, line in enumerate(lines, first):
            self.take(line, number)
        self.end()
        return Workbench(self.matter, self.root.parts, self.anchors, self.errors)

    def tell(self, line: int, reason: str) -> None:
        self.errors.append(SourceError(line, reason, self.source))

    def front_matter(self, lines: list[str]) -> int:
        """How many lines the front matter takes."""
        if lines[0].strip() != "---":
            return 0
        end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
        if end is None:
            self.tell(1, _("the front matter is not closed with ---"))
            return len(lines)
        try:
            data = load_yaml("\n".join(lines[1:end]) + "\n", source=self.source, first_line=2)
        except SourceError as error:
            self.errors.append(error)
            data = None
        if isinstance(data, SourceDict):
            self.matter = data
        return end + 1

    def take(self, line: str, number: int) -> None:
        if self.html:
            self.take_html(line)
        elif self.in_comment:
            _hidden, mark, after = line.partition("-->")
            self.in_comment = not mark
            self.text(after if mark else "", number)
        elif self.code:
            self.text(line, number)
            marks = line.strip(" \t>")
            if marks.startswith(self.code) and not marks.strip(self.code[0]):
                self.code = ""
        elif match := _CODE.match(line):
            self.code = match[1]
            self.text(line, number)
        elif _DIV_CLOSES.fullmatch(line):
            if len(self.open) == 1:
                self.tell(number, _("this ::: closes nothing"))
            else:
                self.open.pop().closed = True
        elif opens := _DIV_OPENS.fullmatch(line):
            self.div(opens[1].lower(), number)
        elif "<" in line and self.take_block(line, number):
            return
        else:
            self.prose(line, number)

    def take_block(self, line: str, number: int) -> bool:
        """Whether the line begins or ends something written as HTML that blocks of ours can hold."""
        if block := _BLOCK.match(line):
            self.html_name, self.html_line = block[1].lower(), number
            self.take_html(line)
        elif fold := _FOLD_OPENS.fullmatch(line):
            self.div("spoiler", number)
            if fold[1]:
                self.text(f"## {fold[1].strip()}", number)
        elif title := _FOLD_TITLE.fullmatch(line):
            self.text(f"## {title[1].strip()}", number)
        elif _FOLD_CLOSES.fullmatch(line) and self.open[-1].kind == "spoiler":
            self.open.pop().closed = True
        elif "<!--" in line and "-->" not in line.rpartition("<!--")[2] and not _CODE_SPAN.search(line):
            self.in_comment = True
            self.prose(line.rpartition("<!--")[0], number)
        else:
            return False
        return True

    def take_html(self, line: str) -> None:
        """One more line of a table or figure, until it is closed."""
        self.html.append(line)
        html = "\n".join(self.html) if f"</{self.html_name}" in line.lower() else ""
        opened, closed = (len(re.findall(rf"(?i)<{mark}{self.html_name}\b", html)) for mark in ("", "/"))
        if not html or opened > closed:
            return
        self.html = []
        if self.html_name == "table":
            self.open[-1].parts.append(read_table(html, self.html_line))
        else:
            self.pictures(html)
        after = re.split(rf"(?i)</{self.html_name}\s*>", line)[-1]
        if after.strip():
            self.prose(after, self.html_line + html.count("\n"))

    def pictures(self, html: str) -> None:
        images = read_images(html)
        self.open[-1].parts += [
            Picture(self.html_line, image.path, image.alt, image.caption) for image in images
        ]
        if not images:  # a figure of something else: its words
            for at, line in enumerate(html.split("\n")):
                self.text(line, self.html_line + at)

    def div(self, kind: str, number: int) -> None:
        if len(self.open) > _DEPTH_LIMIT:
            self.tell(
                number,
                _("divs are nested more than %(limit)s deep; the text of “%(kind)s” was kept")
                % {"limit": _DEPTH_LIMIT, "kind": kind},
            )
            return
        div = Div(number, kind)
        self.open[-1].parts.append(div)
        self.open.append(div)

    def prose(self, line: str, number: int) -> None:
        """A line outside code: headings lose their ids, pictures come out, rules of tables become ours."""
        if heading := _HEADING.fullmatch(line.strip()):
            title, anchor = heading[2], _ANCHOR.search(heading[2])
            if anchor:
                title = title[: anchor.start()]
                line = f"{heading[1]} {title}"
            if len(heading[1]) <= 2 and len(self.open) == 1:
                self.section = title
            if anchor:
                # Only sections have an address of their own; what stands deeper is found there.
                self.anchors[anchor[1]] = self.section or title
        if _TABLE_RULE.fullmatch(line) and "|" in line:
            line = line.replace("+", "|")
        rest, pictures = self.without_pictures(line, number)
        if rest.strip() or not pictures:
            self.text(rest, number)
        self.open[-1].parts += pictures

    def without_pictures(self, line: str, number: int) -> tuple[str, list[Part]]:
        """The line, with each picture replaced by nothing (alone) or by its words (in a sentence)."""
        if "![" not in line and "<img" not in line.lower():
            return line, []
        hidden = [match.span() for match in _CODE_SPAN.finditer(line)]
        out, last, pictures = "", 0, list[Part]()
        matches = [*_PICTURE.finditer(line), *_IMG.finditer(line)]
        for match in sorted(matches, key=lambda match: match.start()):
            if match.start() < last or any(start <= match.start() < end for start, end in hidden):
                continue
            if match.re is _IMG:
                images = read_images(match[0])
                pictures += [Picture(number, image.path, image.alt, image.caption) for image in images]
                out, last = out + line[last : match.start()], match.end()
                continue
            given = _ALT.search(match["attributes"] or "")
            words = match["words"].strip()
            alt = next((part for part in given.groups() if part is not None), "").strip() if given else words
            pictures.append(
                Picture(number, match["path"].strip("<>"), alt or None, (match["title"] or "").strip())
            )
            out, last = out + line[last : match.start()], match.end()
        return out + line[last:], pictures

    def text(self, line: str, number: int) -> None:
        parts = self.open[-1].parts
        last = parts[-1] if parts else None
        if isinstance(last, Text) and last.line + len(last.lines) == number:
            last.lines.append(line)
        else:
            parts.append(Text(number, [line]))

    def end(self) -> None:
        unclosed, self.html = self.html, []
        if unclosed:
            reason = _("the <%(name)s> is not closed; its words were kept")
            self.tell(self.html_line, reason % {"name": self.html_name})
        for at, line in enumerate(unclosed):
            self.prose(line.strip(), self.html_line + at)
        for div in self.open[1:]:
            self.tell(div.line, _("the div “%(kind)s” is not closed") % {"kind": div.kind})
        if self.code:
            self.tell(
                self.open[-1].line,
                _("the code that starts with %(code)s is not closed") % {"code": self.code},
            )


def without_tags(line: str) -> tuple[str, list[str]]:
    """A line without its HTML, and the names of the tags that were lost; keys and emphasis become Markdown.

    What only looks like a tag (`<CR>`) is text.

    Comments go without a word: nobody was meant to read them. Code spans stay as they are.
    """
    if "<" not in line:
        return line, []
    lost: list[str] = []
    marks = {"kbd": "**", "b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "br": "  \n"}

    def replace(match: re.Match[str]) -> str:
        name = (match[1] or "").lower()
        if name in marks:
            return marks[name]
        if name and name not in _HTML:
            return match[0]
        if name:
            lost.append(name)
        return ""

    out, last = "", 0
    for code in _CODE_SPAN.finditer(line):
        out += _TAG.sub(replace, line[last : code.start()]) + code[0]
        last = code.end()
    return out + _TAG.sub(replace, line[last:]), lost
