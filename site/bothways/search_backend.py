"""The search back end of every box: the database's own one, which is never given anything but words.

It stands below all that searches, Wagtail's explorer, choosers, listings and API included, so that nothing
that somebody types reaches the database as a command of its search language.
"""

from collections.abc import Iterator
from copy import copy
from functools import cache
from typing import Any

from modelsearch.backends import database
from modelsearch.query import (
    MATCH_NONE,
    And,
    Boost,
    Fuzzy,
    Not,
    Or,
    Phrase,
    PlainText,
    SearchQuery,
)

from gates.asked import plain_words

MOST_PARTS = 20  # of a query with several phrases; more would nest deeper than SQLite reads


class OnlyWords:
    """What a back end does with a query before it looks at it."""

    def search(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().search(in_words(query), *args, **kwargs)  # type: ignore[misc]  # of the back end beside it

    def autocomplete(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().autocomplete(in_words(query), *args, **kwargs)  # type: ignore[misc]  # of the back end


def in_words(query: Any) -> Any:
    """A query, or what was typed, that asks for words only; without any it finds nothing.

    An empty text stays one: it is how callers say that nobody searches.
    """
    if isinstance(query, str):
        return (plain_words(query) or MATCH_NONE) if query else query
    if isinstance(query, SearchQuery):
        part = _part(query)
        return MATCH_NONE if part is None else part
    return query


def _part(query: SearchQuery) -> SearchQuery | None:
    """The same part of a query in words, or None where it has none: then it asks for nothing and excludes nothing."""
    if isinstance(query, PlainText | Fuzzy | Phrase):
        words = plain_words(query.query_string)
        return _with(query, query_string=words) if words else None
    if isinstance(query, Boost | Not):
        inner = _part(query.subquery)
        return _with(query, subquery=inner) if inner else None
    if isinstance(query, And | Or):
        parts = [part for part in map(_part, _flat(query)) if part][:MOST_PARTS]
        return _with(query, subqueries=parts) if len(parts) > 1 else parts[0] if parts else None
    return query


def _flat(query: And | Or) -> Iterator[SearchQuery]:
    """The parts of a query, and those of parts of its own kind: callers nest them two by two."""
    for part in query.subqueries:
        if isinstance(part, type(query)):
            yield from _flat(part)
        else:
            yield part


def _with(query: Any, **fields: Any) -> Any:
    changed = copy(query)
    vars(changed).update(fields)
    return changed


@cache
def _of_words(backend: Any) -> Any:
    return type(f"Words{backend.__name__}", (OnlyWords, backend), {})


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that Wagtail looks for
    """The back end of this installation's database (SQLite's FTS5, PostgreSQL's text search) that is given words."""
    backend: Any = type(database.SearchBackend(dict(params)))
    return _of_words(backend)(params)
