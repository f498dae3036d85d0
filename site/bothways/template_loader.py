"""Templates are indented for people; what is sent has none of it. Why so: docs/decisions/0022.

The rule, known from JSX: white space with a line break in it is nothing beside a tag, of HTML or Django's,
and one space between two words. A space that is wanted beside a tag stands inside a line, or is written as
`{{ " " }}`. Between `<` and `>` a line break is one space, so attributes may stand one a line. Sentences for
translators stay as they are, since they are keys of the catalogue; so do <pre>, <textarea>, <script>, <style>.

Tokens are folded, not the source: line numbers, and the page that shows a broken template, stay right.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.template import Origin, Template
from django.template.base import DebugLexer, Lexer, Parser, Token, TokenType
from django.template.loaders import base, cached

_STEP = re.compile(r"\s*\n\s*|<([/!]?\w+)|[\"'>]")
_VERBATIM = {"pre", "textarea", "script", "style"}
_SENTENCES = {"blocktranslate", "blocktrans", "comment", "verbatim"}


class Folding:
    """A walk through one template, piece by piece. It knows whether it is in text, in a tag or in a value there."""

    def __init__(self) -> None:
        self._tag = ""  # the name, between "<" and ">"
        self._quote = ""  # what ends the value
        self._verbatim = ""  # the element whose content stays

    def fold(self, text: str) -> str:
        """`text` stands between two tags of Django's, or at an end of the template."""
        return _STEP.sub(self._step, text)

    def _step(self, match: re.Match[str]) -> str:
        piece, name = match[0], (match[1] or "").lower()
        if self._verbatim:
            if name == f"/{self._verbatim}":
                self._verbatim, self._tag = "", name
        elif piece.isspace():
            return self._space(match)
        elif not self._tag:
            self._tag = name
        elif self._quote:
            self._quote = "" if piece == self._quote else self._quote
        elif piece == ">":
            self._verbatim = self._tag if self._tag in _VERBATIM else ""
            self._tag = ""
        elif piece in {'"', "'"}:
            self._quote = piece
        return piece

    def _space(self, match: re.Match[str]) -> str:
        before, after = match.string[: match.start()], match.string[match.end() :]
        if self._quote:
            return " "
        if self._tag:
            return "" if after.startswith((">", "/>")) else " "
        return " " if before and after and before[-1] != ">" and after[0] != "<" else ""


def folded(tokens: list[Token]) -> Iterator[Token]:
    """The tokens of a template, those of text without the white space of its lines."""
    walk, until = Folding(), ""
    for token in tokens:
        word = token.contents.partition(" ")[0] if token.token_type == TokenType.BLOCK else ""
        if until:
            until = "" if word == until else until
        elif word in _SENTENCES:
            until = f"end{word}"
        elif token.token_type == TokenType.TEXT:
            token.contents = walk.fold(token.contents)
        if token.contents or token.token_type != TokenType.TEXT:
            yield token


@cache
def _our_folders() -> tuple[Path, ...]:
    """Of the packages of the product, as opposed to those that were installed."""
    root = Path(__file__).resolve().parents[2]
    return tuple(
        path / "templates"
        for config in apps.get_app_configs()
        if (path := Path(config.path)).is_relative_to(root) and "site-packages" not in path.parts
    )


def _is_ours(origin: Origin) -> bool:
    path = Path(origin.name)
    return path.suffix == ".html" and any(path.is_relative_to(folder) for folder in _our_folders())


class _Reader(base.Loader):
    """Below Django's cache, so each template is folded once a process."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        if _is_ours(template.origin):
            # Django has compiled it, and said what is wrong with it. A second time costs under 1 ms.
            engine: Any = template.engine
            tokens = (DebugLexer if engine.debug else Lexer)(template.source).tokenize()
            template.nodelist = Parser(
                list(folded(tokens)), engine.template_libraries, engine.template_builtins, template.origin
            ).parse()
        return template


class Loader(cached.Loader, _Reader):
    """Django's cached loader, for whom our own templates are folded."""
