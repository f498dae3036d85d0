"""Links and HTML in the lines of a lesson: where they lead in the course, and which words stay."""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.importing.folder import DOCUMENT_LIMIT, Folder, Store
from gates.carpentries import without_tags
from gates.markdown import slug
from gates.typography import within_quotes

CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_LINK = re.compile(r"(?<!!)\[(?P<words>(?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,400})\]\((?P<to><[^>\n]{0,900}>|[^\s()]{0,900}(?:\([^\s()]{0,200}\)[^\s()]{0,300})?)(?:[ \t]+[\"'][^\n]{0,300}?[\"'])?[ \t]*\)(?:\{[^}\n]{0,300}\})?")  # fmt: skip
SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*:")
_ALLOWED = re.compile(r"(?i)(?:https?://|mailto:|tel:)")
# Without these a text says the same.
_LOOKS = frozenset("article aside center div font footer header main nav p section span wbr".split())


def plain(text: str) -> str:
    """A line of Markdown without its marks."""
    text = _LINK.sub(lambda match: match["words"], without_tags(text)[0])
    return " ".join(re.sub(r"[*_`]|\\(?=\W)", "", text).split())


class Links:
    """Where the links of a lesson lead in the course; what leads nowhere keeps its words and is told."""

    def __init__(
        self,
        name: str,
        files: Folder,
        addresses: Mapping[str, str],
        anchors: Mapping[str, Mapping[str, str]],
        tell: Callable[[int, str], None],
        store: Store | None,
    ) -> None:
        self.name, self.files, self.addresses, self.anchors = name, files, addresses, anchors
        self.tell, self.store = tell, store
        self.told_tags: set[str] = set()

    def line(self, line: str, number: int) -> str:
        """A line outside code, with links of the course and without HTML."""
        line, lost = without_tags(line)
        if new := [tag for tag in dict.fromkeys(lost) if tag not in {*_LOOKS, *self.told_tags}]:
            self.told_tags.update(new)  # once for a lesson, where it stands first
            self.tell(number, _("HTML is not kept: %(tags)s. Its words were.") % {"tags": ", ".join(new)})
        out, last = "", 0
        for code in CODE_SPAN.finditer(line):
            out += self._prose(line[last : code.start()], number) + code[0]
            last = code.end()
        if out and "](" in line and _LINK.search(line) and not _LINK.search(line[last:]):
            # A code span may stand within the words of a link: then the line is read as a whole.
            whole = self._prose(line, number)
            return whole
        return out + self._prose(line[last:], number)

    def _prose(self, text: str, number: int) -> str:
        text = text.replace("[[", "\\[[")  # no mark of the glossary was meant
        return _LINK.sub(lambda match: self._link(match["words"], match["to"].strip("<>"), number), text)

    def _link(self, words: str, to: str, number: int) -> str:
        address = self._address(to, number)
        return f"[{words}]({address})" if address else words

    def _address(self, to: str, number: int) -> str:
        if _ALLOWED.match(to):
            return to
        path, _hash, anchor = to.partition("#")
        if SCHEME.match(path) or path.startswith("//"):
            self.tell(
                number,
                _("A link to “%(address)s” is not allowed; its words were kept.")
                % {"address": within_quotes(to[:80])},
            )
            return ""
        if not path:
            return self._within(self.name, anchor, number)
        name = self._named(path)
        if name in self.addresses:
            return self.addresses[name] + (self._within(name, anchor, number) if anchor else "")
        if name and not name.lower().endswith((".md", ".rmd", ".markdown")):
            return self._document(name, number)
        if name:
            reason = _("A link leads to %(name)s, which has no place in the course; its words were kept.")
            self.tell(number, reason % {"name": name})
        else:
            reason = _("A link leads to “%(address)s”, which is not there; its words were kept.")
            self.tell(number, reason % {"address": within_quotes(to[:80])})
        return ""

    def _within(self, name: str, anchor: str, number: int) -> str:
        known = self.anchors.get(name, {})
        if anchor in known:
            return f"#{slug(known[anchor])}"
        if anchor in {slug(title) for title in known.values()} or anchor == slug(anchor):
            return f"#{anchor}"
        self.tell(
            number, _("A link to “#%(anchor)s” leads nowhere; its words were kept.") % {"anchor": anchor[:80]}
        )
        return ""

    def _named(self, path: str) -> str:
        """The file that the Workbench would find: beside the lesson, else in one of its folders."""
        folder = PurePosixPath(self.name).parent
        for folder_name in (str(folder), "episodes", "learners", "instructors", "profiles", "."):
            for ending in ("", ".md"):
                stem = path.removesuffix(".html") if ending else path
                try:
                    file = (self.files.root / folder_name / f"{stem}{ending}").resolve()
                    if file.is_file() and file.is_relative_to(self.files.root):
                        return file.relative_to(self.files.root).as_posix()
                except (OSError, ValueError):
                    return ""
        return ""

    def _document(self, name: str, number: int) -> str:
        if self.store is None:
            return ""
        try:
            pk = self.store.document(
                self.files.bytes_of(name, DOCUMENT_LIMIT), name, title=PurePosixPath(name).name
            )
        except ValueError as error:
            self.tell(number, _("%(error)s The words of the link were kept.") % {"error": error})
            return ""
        self.files.used.setdefault(name, set()).add(self.name)
        return reverse("wagtaildocs_serve", args=[pk, re.sub(r"[^\w.-]", "_", PurePosixPath(name).name)])
