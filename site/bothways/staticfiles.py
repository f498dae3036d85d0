"""What collectstatic does beyond copying: joined styles, one script, hashed and compressed.

In the source `css/site.css` (and pages, print) is a list of @import lines and `js/site.js` a list of imports,
so runserver serves the single files as they are. At collect time the joined and squeezed text takes their
place under the same addresses, and the single files are left out.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLES = ("css/site.css", "css/pages.css", "css/print.css")
SCRIPTS = ("js/site.js", "js/underway.js", "js/word-page.js")
# Published lesson bodies carry the address of the sprite, so it must stay good after the next release:
# the name is never hashed, the version stands in the query, and symbols are only ever added.
LASTING = frozenset({"icons.svg"})

_IMPORT_CSS = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')
_IMPORT_JS = re.compile(r'^import (?:\{[^}]*\} from )?"\./([\w-]+\.js)";\n?', re.MULTILINE)
_CSS_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|/\*.*?\*/|\s+|[{};,:]', re.DOTALL)


def squeeze_css(text: str) -> str:
    """Without comments and the white space that means nothing. Strings stay as they are."""
    out: list[str] = []
    for piece in re.split(f"({_CSS_TOKEN.pattern})", text, flags=re.DOTALL):
        if not piece or piece.startswith("/*"):
            continue
        if piece.isspace():
            # After { } ; , : a space means nothing; before a colon it may be a descendant ("p :is(a)").
            if out and out[-1][-1] not in "{};,: ":
                out.append(" ")
        elif piece in "{};,":
            if out and out[-1] == " ":
                out.pop()
            if piece == "}" and out and out[-1] == ";":
                out.pop()
            out.append(piece)
        elif re.fullmatch(r'"(?:\\.|[^"\\])*"', piece, re.DOTALL):
            out.append(piece)
        else:
            out.append(re.sub(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b", _short_colour, piece))
    return "".join(out).strip()


def _short_colour(match: re.Match[str]) -> str:
    colour = match[0].lower()
    short = len(colour) == 7 and colour[1::2] == colour[2::2]
    return "#" + colour[1::2] if short else colour


def squeeze_js(text: str) -> str:
    """Without comment lines, blank lines and indentation. The house writes no template over several lines."""
    text = re.sub(r"^\s*/\*.*?\*/\s*$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def join_css(name: str, read: Any) -> tuple[str, list[str]]:
    """The text of a style sheet of imports, and the names of its parts. `read` gives a file's text by name."""
    source = read(name)
    rest = re.sub(r"/\*.*?\*/|@layer [\w, ]+;", "", _IMPORT_CSS.sub("", source), flags=re.DOTALL)
    if rest.strip():
        raise ImproperlyConfigured(
            f"{name} may hold only @layer and @import … layer(…) lines, not: {rest.strip()}"
        )
    layers, parts, current = re.findall(r"@layer [\w, ]+;", source), [], ""
    text = "".join(layers)
    for match in _IMPORT_CSS.finditer(source):
        part, layer = posixpath.join(posixpath.dirname(name), match[1]), match[2]
        content = read(part)
        if "url(" in content and posixpath.dirname(part) != posixpath.dirname(name):
            raise ImproperlyConfigured(f"{part} has a url(), which would point elsewhere once joined.")
        if layer != current:
            text += f"{'}' if current else ''}@layer {layer}{{"
            current = layer
        text += content
        parts.append(part)
    return squeeze_css(text + ("}" if current else "")), parts


def join_js(name: str, read: Any) -> tuple[str, list[str]]:
    """The modules that `name` imports, each once and after what it needs itself, as one module."""
    done: list[str] = []
    text: list[str] = []

    def add(path: str) -> None:
        source = read(path)
        for match in _IMPORT_JS.finditer(source):
            needed = posixpath.join(posixpath.dirname(path), match[1])
            if needed not in done:
                add(needed)
        body = re.sub(
            r"^export (?=const|let|function|async|class)", "", _IMPORT_JS.sub("", source), flags=re.MULTILINE
        )
        done.append(path)
        text.append(body)

    add(name)
    names = re.findall(r"^(?:const|let|(?:async )?function|class) (\w+)", "\n".join(text), re.MULTILINE)
    if twice := {name for name in names if names.count(name) > 1}:
        raise ImproperlyConfigured(f"Two modules use the same top-level name: {', '.join(sorted(twice))}.")
    return squeeze_js("\n".join(text)), [path for path in done if path != name]


class JoinedManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage (hash, manifest, gzip) on the joined files, without the parts and unused fonts."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            paths = self._joined(dict(paths))
        yield from super().post_process(paths, dry_run, **options)

    def url(self, name: str | None, force: bool = False) -> str:
        address = super().url(name, force)
        if name in LASTING:
            version = posixpath.basename(address).split(".")[-2]
            return f"{self.base_url}{name}?v={version}"
        return address

    def _joined(self, paths: dict[str, Any]) -> dict[str, Any]:
        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return file.read().decode()

        styles, left_out = "", set()
        for bundles, join in ((STYLES, join_css), (SCRIPTS, join_js)):
            for name in bundles:
                if name not in paths:
                    continue
                text, parts = join(name, read)
                left_out.update(parts)
                if bundles is STYLES:
                    styles += text
                self.delete(name)
                self._save(name, ContentFile(text.encode()))
                paths[name] = (self, name)
        for name in paths:
            if (
                name.startswith("fonts/")
                and name.endswith(".woff2")
                and posixpath.basename(name) not in styles
            ):
                left_out.add(name)
        for name in left_out:
            paths.pop(name)
            self.delete(name)
        return paths
