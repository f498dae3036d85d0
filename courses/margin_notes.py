"""Words of a lesson explained in its margin: once, beside the paragraph that marks them first in its section."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from courses.published import ExplainedWord
from gates.typography import unbroken
from glossary.queries import Pop
from glossary.rendering import remembered

_TAG: Final = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9-]*)(?P<inside>(?:[^>"]|"[^"]*")*)>')
_VOID: Final = frozenset({"br", "hr", "img", "input", "source", "track", "wbr"})
_NOTE: Final = re.compile(r'<div class="margin-note".*?</div>', re.S)  # it holds no other
_MARKED: Final = re.compile(r' data-term="(?P<name>[^"]*)"')


@dataclass(frozen=True)
class _FirstTerm:
    """The offset in a lesson's HTML where the block of a marked term begins, and the name of its pop-over."""

    offset: int
    name: str


def with_margin_notes(html: str, pops: Sequence[Pop]) -> tuple[str, list[ExplainedWord]]:
    """Safe HTML of a lesson with a note before one block of each section, and all its words explained.

    A note explains the first term of its section that no earlier note explains. Terms in a fold get none,
    since the note would tell what the fold hides. The margin is for people who see it: screen readers, and
    everybody on a narrow screen, have the pop-over at the term.
    """
    explained = {
        pop.name: ExplainedWord(pop.word, pop.expansion or pop.qualifier, unbroken(pop.gloss)) for pop in pops
    }
    is_careful = {pop.name for pop in pops if pop.careful}
    pieces, done = [], 0
    for term in _first_terms(html, frozenset(explained)):
        word, careful = explained[term.name], term.name in is_careful
        note = remembered("components/margin-note.html", {"word": word, "is_careful": careful}, word, careful)
        pieces += [html[done : term.offset], note.strip()]
        done = term.offset
    return "".join([*pieces, html[done:]]), list(explained.values())


def without_margin_notes(html: str) -> str:
    """For those who read without marked words."""
    return _NOTE.sub("", html)


def _first_terms(html: str, names: frozenset[str]) -> Iterator[_FirstTerm]:
    """At most one term for each section, each name once."""
    noted: set[str] = set()
    depth, offset, can_take_note = 0, 0, True
    for tag in _TAG.finditer(html):
        name, inside = tag["name"], tag["inside"]
        if tag["end"]:
            depth -= 1
            continue
        if depth == 0:
            offset, is_fold = tag.start(), name == "details"
        if name == "h2":
            can_take_note = True
        term = _MARKED.search(inside) if name == "a" and can_take_note and not is_fold else None
        if term and term["name"] in names - noted:
            noted.add(term["name"])
            can_take_note = False
            yield _FirstTerm(offset, term["name"])
        if name not in _VOID and not inside.endswith("/"):
            depth += 1
