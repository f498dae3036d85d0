"""Publishing writes what is shown: one row per word, in the transaction of whatever was published.

The row is written again when something it quotes changes: a relation, a lesson that uses a sense, a
signature, the name of a related word. No name of a person goes into it, only ids.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TypedDict

from django.db import transaction
from django.db.models import Prefetch, Q

from gates.allow_list import address as safe_address
from glossary.addresses import address
from glossary.guides import Spot, write_guides
from glossary.indexing import source_of_word
from glossary.models import (
    FalseFriend,
    HomeSide,
    PublishedWord,
    Relation,
    Sense,
    SenseVersion,
    Signature,
    Synonym,
    TermUse,
    Word,
)
from glossary.published import (
    AlsoSaid,
    CardSense,
    FriendSense,
    Headword,
    NamedSense,
    OtherName,
    SenseData,
    ShownExchange,
    ShownMatch,
    ShownSource,
    ShownUse,
    Signed,
    Steward,
    WordCard,
    WordData,
)
from search import index as search
from search.models import Kind

FORMAT = 1
"""Of what a published row holds. Raise it with every change of its fields: `prepare` then renders what an
earlier version wrote."""
WORDS_AT_ONCE = 50

_Relations = dict[str, list[NamedSense]]

_gathered: ContextVar[set[int] | None] = ContextVar("words_to_render", default=None)


@contextmanager
def gathered(*, now: datetime) -> Iterator[None]:
    """Within this block words are only noted; at its end each row is written once, in one transaction.

    An import publishes hundreds of senses that name each other.
    """
    with transaction.atomic():
        words: set[int] = set()
        token = _gathered.set(words)
        try:
            yield
        finally:
            _gathered.reset(token)
        render_words(words, now=now)


def render_words(words: Iterable[int], *, now: datetime) -> None:
    """Write or remove the rows of these words and of all that name them. Idempotent.

    11 queries and one write for any number of words, and those of the search's index. When some came, went or
    moved, the words around them are looked at too: 2 queries and a write for each place in the alphabet, or one
    query over all words for many.
    """
    wanted = set(words)
    noted = _gathered.get()
    if noted is not None:
        noted |= wanted
        return
    if not wanted:
        return
    with transaction.atomic():
        named = _neighbours(wanted) | wanted
        rows = _rows(named, now)
        known = PublishedWord.objects.filter(word_id__in=named)
        old = {row.word_id: row for row in known.only("word_id", "locale_id", "slug", "sort_key", "card")}
        moved = {pk for pk, row in rows.items() if pk not in old or _place(old[pk]) != _place(row)}
        gone = named - rows.keys()
        PublishedWord.objects.filter(word_id__in=gone).delete()
        PublishedWord.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["word"],
            update_fields=["slug", "sort_key", "is_false_friend", "card", "data", "rendered_at"],
        )
        spots = [Spot.of(row) for pk, row in old.items() if pk in moved | gone]
        after = PublishedWord.objects.filter(word_id__in=moved).only("locale_id", "sort_key") if moved else ()
        write_guides({*spots, *map(Spot.of, after)})
        search.index(source_of_word(row) for row in rows.values())


def of_another_format(number: int) -> Q:
    """Rows whose `data` says another format, or none: an exclusion alone would pass over those."""
    return ~Q(data__format=number) | ~Q(data__has_key="format")


def render_older(*, now: datetime) -> int:
    """Words whose row or index an earlier version wrote are rendered anew, in pieces; how many. No version is written.

    One SQL query where there is none.
    """
    older = PublishedWord.objects.filter(
        of_another_format(FORMAT) | ~search.is_indexed(Kind.WORD, "word_id")
    ).order_by("pk")
    words = list(older.values_list("word_id", flat=True))
    for start in range(0, len(words), WORDS_AT_ONCE):
        render_words(words[start : start + WORDS_AT_ONCE], now=now)
    return len(words)


def _place(row: PublishedWord) -> tuple[str, str]:
    """What the guide words of its neighbours say; the order follows from the word."""
    return row.slug, Headword.from_json(row.card).lemma


def _neighbours(words: set[int]) -> set[int]:
    """The words whose pages name one of these."""
    neighbours: set[int] = set()
    for first, second in Relation.objects.filter(
        Q(source__word__in=words) | Q(target__word__in=words)
    ).values_list("source__word_id", "target__word_id"):
        neighbours |= {first, second}
    for first, second in FalseFriend.objects.filter(
        Q(first__word__in=words) | Q(second__word__in=words)
    ).values_list("first__word_id", "second__word_id"):
        neighbours |= {first, second}
    neighbours |= set(Sense.objects.filter(replaced_by__word__in=words).values_list("word_id", flat=True))
    return neighbours


def _rows(words: set[int], now: datetime) -> dict[int, PublishedWord]:
    """Unsaved rows of those words that have a live sense, by word id."""
    senses = list(
        Sense.objects.filter(word__in=words, live=True)
        .select_related("word__locale", "replaced_by__word__locale")
        .prefetch_related("exchanges", "synonyms", "sources", "matches")
        .prefetch_related(Prefetch("uses", TermUse.objects.exclude(address="").order_by("title", "pk")))
        .order_by("word_id", "position", "pk")
    )
    ids = [sense.pk for sense in senses]
    versions = _current_versions(ids)
    signatures = _signatures(versions.values())
    relations = _relations(ids)
    friends = _friends(ids)
    by_word: dict[int, list[Sense]] = defaultdict(list)
    for sense in senses:
        by_word[sense.word_id].append(sense)
    rows = {}
    for pk, own in by_word.items():
        word = own[0].word
        own_ids = {sense.pk for sense in own}
        is_false_friend = any(friend.sense_id in own_ids for sense in own for friend in friends[sense.pk])
        data = WordData(
            **_head(word, is_false_friend),
            senses=tuple(
                _sense(sense, versions.get(sense.pk), signatures, relations[sense.pk], friends[sense.pk])
                for sense in own
            ),
        )
        rows[pk] = PublishedWord(
            word=word,
            locale_id=word.locale_id,
            key=word.translation_key,
            slug=word.slug,
            sort_key=word.sort_key,
            is_false_friend=is_false_friend,
            card=_card(word, own, is_false_friend).to_json(),
            data={"format": FORMAT, **data.to_json()},
            rendered_at=now,
        )
    return rows


class _Head(TypedDict):
    """What card and page of a word both begin with."""

    key: str
    lemma: str
    slug: str
    url: str
    part_of_speech: str
    pronunciation: str
    spine: str
    careful: str
    is_false_friend: bool


def _head(word: Word, is_false_friend: bool) -> _Head:
    return {
        "key": str(word.translation_key),
        "lemma": word.lemma,
        "slug": word.slug,
        "url": address(word.slug, language=word.locale.language_code),
        "part_of_speech": word.part_of_speech,
        "pronunciation": word.pronunciation,
        "spine": word.spine if is_false_friend else "",
        "careful": word.careful if is_false_friend else "",
        "is_false_friend": is_false_friend,
    }


def _card(word: Word, senses: list[Sense], is_false_friend: bool) -> WordCard:
    names: list[OtherName] = []
    for sense in senses:
        names += [OtherName(text, "short") for text in (sense.abbreviation, sense.expansion) if text]
        names += [OtherName(synonym.label, synonym.acceptability) for synonym in sense.synonyms.all()]
    return WordCard(
        **_head(word, is_false_friend),
        language=word.locale.language_code,
        senses=tuple(
            CardSense(
                slug=sense.slug,
                qualifier=sense.qualifier,
                gloss=sense.gloss,
                home_side=sense.home_side,
                expansion=sense.expansion if sense.abbreviation == word.lemma else "",
            )
            for sense in senses
        ),
        names=tuple(names),
        texts=tuple(
            text for sense in senses for text in (sense.gloss, sense.domain, sense.qualifier) if text
        ),
    )


def _sense(
    sense: Sense,
    version: SenseVersion | None,
    signatures: dict[int, list[Signed]],
    relations: _Relations,
    friends: list[FriendSense],
) -> SenseData:
    synonyms = list(sense.synonyms.all())
    avoid = Synonym.Acceptability.AVOID
    owners = (("business", sense.owner_business_id), ("technology", sense.owner_technology_id))
    return SenseData(
        id=sense.pk,
        key=str(sense.translation_key),
        slug=sense.slug,
        qualifier=sense.qualifier,
        home_side=sense.home_side,
        domain=sense.domain,
        gloss=sense.gloss,
        business=sense.wording_business,
        technology=sense.wording_technology,
        why_it_matters=sense.why_it_matters,
        abbreviation=sense.abbreviation,
        expansion=sense.expansion,
        formula=sense.formula,
        unit=sense.unit,
        status=sense.status,
        version=version.number if version else 0,
        changed_on=version.from_at.isoformat() if version else "",
        changed_because=version.changed_because if version and version.number > 1 else "",
        signatures=tuple(signatures.get(version.pk, [])) if version else (),
        stewards=tuple(Steward(side, person) for side, person in owners if person),
        replaced_by=_named(sense.replaced_by) if sense.replaced_by else None,
        exchanges=tuple(
            ShownExchange(
                speaker_side=exchange.speaker_side,
                speaker=exchange.speaker,
                said=exchange.said,
                hearer=exchange.hearer,
                heard=exchange.heard,
                say_instead=exchange.say_instead,
            )
            for exchange in sense.exchanges.all()
        ),
        also_said=tuple(
            AlsoSaid(synonym.label, synonym.side if synonym.side != HomeSide.SHARED else "")
            for synonym in synonyms
            if synonym.acceptability != avoid
        ),
        avoid=tuple(synonym.label for synonym in synonyms if synonym.acceptability == avoid),
        related=tuple(relations["related"]),
        broader=tuple(relations["broader"]),
        narrower=tuple(relations["narrower"]),
        friends=tuple(friend for friend in friends if friend.word_id != sense.word_id),
        contrasts=tuple(friend.contrast for friend in friends if friend.word_id == sense.word_id),
        uses=tuple(ShownUse(use.title, use.address) for use in sense.uses.all()),
        sources=tuple(
            ShownSource(
                author=source.author,
                title=source.title,
                year=source.year,
                url=_web_address(source.url),
                licence=source.licence,
                quoted=source.quoted,
            )
            for source in sense.sources.all()
        ),
        matches=tuple(
            ShownMatch(match.kind, url) for match in sense.matches.all() if (url := _web_address(match.uri))
        ),
    )


def _web_address(url: str) -> str:
    """The address if a browser would go to the web with it, else nothing."""
    kept = safe_address(url) or ""
    return kept if kept.lower().startswith(("http://", "https://")) else ""


def _named(sense: Sense) -> NamedSense:
    language = sense.word.locale.language_code
    return NamedSense(
        sense.word.lemma, sense.qualifier, address(sense.word.slug, sense.slug, language=language)
    )


def _current_versions(senses: list[int]) -> dict[int, SenseVersion]:
    versions: dict[int, SenseVersion] = {}
    for version in (
        SenseVersion.objects.filter(sense__in=senses).defer("texts").order_by("sense_id", "number")
    ):
        versions[version.sense_id] = version
    return versions


def _signatures(versions: Iterable[SenseVersion]) -> dict[int, list[Signed]]:
    signatures: dict[int, list[Signed]] = defaultdict(list)
    for signature in Signature.objects.filter(version__in=[version.pk for version in versions]).order_by(
        "side"
    ):
        signatures[signature.version_id].append(
            Signed(signature.side, signature.signed_by_id, signature.signed_at.isoformat())
        )
    return signatures


def _relations(senses: list[int]) -> dict[int, _Relations]:
    """Live related, broader and narrower senses of each, by their names."""
    relations: dict[int, _Relations] = defaultdict(lambda: {"related": [], "broader": [], "narrower": []})
    rows = (
        Relation.objects.filter(Q(source__in=senses) | Q(target__in=senses))
        .filter(source__live=True, target__live=True)
        .select_related("source__word__locale", "target__word__locale")
    )
    for row in rows:
        ends = ("related", "related") if row.kind == Relation.Kind.RELATED else ("broader", "narrower")
        relations[row.source_id][ends[0]].append(_named(row.target))
        relations[row.target_id][ends[1]].append(_named(row.source))
    for lists in relations.values():
        for entries in lists.values():
            entries.sort(key=lambda entry: (entry.label.casefold(), entry.qualifier))
    return relations


def _friends(senses: list[int]) -> dict[int, list[FriendSense]]:
    friends: dict[int, list[FriendSense]] = defaultdict(list)
    rows = (
        FalseFriend.objects.filter(Q(first__in=senses) | Q(second__in=senses))
        .filter(first__live=True, second__live=True)
        .select_related("first__word__locale", "second__word__locale")
        .order_by("pk")
    )
    for row in rows:
        for own, other, contrast in (
            (row.first, row.second, row.contrast_first),
            (row.second, row.first, row.contrast_second),
        ):
            named = _named(other)
            friends[own.pk].append(
                FriendSense(named.label, named.qualifier, named.url, other.pk, other.word_id, contrast)
            )
    return friends
