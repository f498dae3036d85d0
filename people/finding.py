"""What is typed into a box above a list, as a filter of its rows: every word, each in any of the columns."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from gates.asked import MOST, plain_words


def having_words(typed: str, fields: Iterable[str]) -> Q:
    """Rows that have every word of a text, as part of any of these fields, whatever symbols stand around it.

    A text of symbols only is looked for as it is: somebody may well look for "%".
    """
    condition = Q()
    names = list(fields)
    for word in plain_words(typed).split() or [typed.replace("\x00", "")[:MOST].strip()]:
        somewhere = Q()
        for name in names:
            somewhere |= Q(**{f"{name}__icontains": word})
        condition &= somewhere
    return condition


class FindsWords:
    """For a list of Wagtail's whose rows stand in no index: its box finds words (see `having_words`)."""

    is_searching: bool
    search_query: str
    search_fields: Any

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_searching:
            return queryset
        return queryset.filter(having_words(self.search_query, self.search_fields or []))
