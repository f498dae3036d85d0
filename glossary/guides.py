"""The guide words of a page: the word before and the word after it, stored with each word.

When a word comes, goes or is spelled differently, only the words around its old and its new place are written.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from glossary.models import PublishedWord
from glossary.published import Guide, GuideWord, Headword

ONE_BY_ONE = 20  # more places in the alphabet than these, and all words are read at once


@dataclass(frozen=True)
class Spot:
    """A place in the alphabet of a language, where a word stands or stood."""

    locale: int
    sort_key: str
    row: int

    @classmethod
    def of(cls, row: PublishedWord) -> "Spot":
        return cls(row.locale_id, row.sort_key, row.pk)


def write_guides(spots: Collection[Spot]) -> None:
    """The word before and the word after each word around these places; only what changed is written."""
    if len(spots) > ONE_BY_ONE:
        for locale in {spot.locale for spot in spots}:
            rows = PublishedWord.objects.filter(locale_id=locale).defer("data")
            changed = _with_other_guides([None, *rows, None])
            PublishedWord.objects.bulk_update(changed, ["guide"], batch_size=200)
        return
    for spot in spots:
        PublishedWord.objects.bulk_update(_with_other_guides(_around(spot)), ["guide"])


def _around(spot: Spot) -> list[PublishedWord | None]:
    """The word at a place with its neighbours and theirs, which are the outermost; None beyond the first and last."""
    rows = PublishedWord.objects.filter(locale_id=spot.locale).defer("data")
    # Ranges of the index over sort keys: a comparison of pairs would read every word.
    earlier = rows.filter(sort_key__lte=spot.sort_key).exclude(sort_key=spot.sort_key, pk__gte=spot.row)
    later = rows.filter(sort_key__gte=spot.sort_key).exclude(sort_key=spot.sort_key, pk__lt=spot.row)
    before, after = list(earlier.order_by("-sort_key", "-pk")[:2]), list(later.order_by("sort_key", "pk")[:3])
    return [*[None] * (len(before) < 2), *reversed(before), *after, *[None] * (len(after) < 3)]


def _with_other_guides(around: Sequence[PublishedWord | None]) -> list[PublishedWord]:
    """The words between the outermost two whose guide is no longer true, with the true one."""
    changed = []
    for before, row, after in zip(around, around[1:], around[2:], strict=False):
        guide = Guide(_guide_word(before), _guide_word(after)).to_json()
        if row is not None and row.guide != guide:
            row.guide = guide
            changed.append(row)
    return changed


def _guide_word(row: PublishedWord | None) -> GuideWord | None:
    if row is None:
        return None
    word = Headword.from_json(row.card)
    return GuideWord(word.lemma, word.url)
