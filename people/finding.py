"""What is typed into a box above a list, as a filter of its rows: every word, each in any of the columns."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from gates.asked import MOST, plain_words
from people.models import Employee
from people.rules.names import spellings


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


def finding(typed: str) -> list[list[str]]:
    """For each word of a text the patterns of LIKE, with "~" as escape, of which one must fit a `find_key`."""
    words = [spellings(word) for word in typed.replace("\x00", "")[:MOST].split()]
    return [[f"%{_escaped(spelling)}%" for spelling in word if spelling] for word in words if any(word)]


def _escaped(text: str) -> str:
    return text.replace("~", "~~").replace("%", "~%").replace("_", "~_")


def people_named(typed: str) -> QuerySet[Employee]:
    """Everybody whose name, number or address has all words of a text, by name; nobody for an empty text.

    The database looks through the keys of all people: SQLite takes 6 to 10 ms for 30,000, for the first 50 of
    them and for their number alike.
    """
    words = [spellings(word) for word in typed.replace("\x00", "")[:MOST].split()]
    condition = Q()
    for word in words:
        somewhere = Q()
        for spelling in filter(None, word):
            somewhere |= Q(find_key__contains=spelling)
        condition &= somewhere
    return Employee.objects.filter(condition) if condition else Employee.objects.none()


class FindsWords:
    """For a list of Wagtail's whose rows stand in no index: its box finds words (see `having_words`)."""

    is_searching: bool
    search_query: str
    search_fields: Any

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_searching:
            return queryset
        return queryset.filter(having_words(self.search_query, self.search_fields or []))
