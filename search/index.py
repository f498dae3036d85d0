"""Writing the index. Called by whoever publishes, in the transaction of the publication."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef

from search.models import Name, Passage, Posting, Spelling, Target
from search.rules.indexing import FORMAT, Source, names_of, postings_of, words_of
from search.rules.near import pieces

ASKED_AT_ONCE = 500


@transaction.atomic
def index(sources: Iterable[Source]) -> int:
    """Write what these are found by; how many had changed. Idempotent.

    One query where nothing changed, else about ten for any number of sources.
    """
    by_target = {(source.kind, source.object_id): source for source in sources}
    kinds = {kind for kind, _pk in by_target}
    rows = Target.objects.filter(kind__in=kinds, object_id__in=[pk for _kind, pk in by_target])
    digests = {(row.kind, row.object_id): row.digest for row in rows}
    changed = {at: source for at, source in by_target.items() if digests.get(at) != source.digest()}
    if not changed:
        return 0
    Target.objects.bulk_create(
        [
            Target(
                kind=source.kind,
                object_id=source.object_id,
                language=source.language,
                course=source.course,
                order=source.order[:255],
                digest=source.digest(),
                format=FORMAT,
            )
            for source in changed.values()
        ],
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["language", "course", "order", "digest", "format"],
    )
    ids = {
        (kind, object_id): pk
        for kind, object_id, pk in Target.objects.filter(
            kind__in=kinds, object_id__in=[pk for _kind, pk in changed]
        ).values_list("kind", "object_id", "pk")
    }
    written = [(ids[at], source) for at, source in changed.items()]
    _remove_rows([pk for pk, _source in written])
    _insert(
        Name,
        ("target_id", "head", "start", "root", "rank"),
        (
            (pk, name.head, name.start, name.root, name.rank)
            for pk, source in written
            for name in names_of(source)
        ),
    )
    _insert(
        Posting,
        ("target_id", "key", "weight", "passages"),
        (
            (pk, posting.key, posting.weight, "".join(f"{number}," for number in posting.passages))
            for pk, source in written
            for posting in postings_of(source)
        ),
    )
    _insert(
        Passage,
        ("target_id", "number", "anchor", "heading", "text"),
        (
            (pk, number, passage.anchor, passage.heading[:255], passage.text)
            for pk, source in written
            for number, passage in enumerate(source.passages)
        ),
    )
    for language in {source.language for source in changed.values()}:
        _learn(
            {word for source in changed.values() if source.language == language for word in words_of(source)},
            language,
        )
    return len(changed)


def _learn(words: set[str], language: str) -> None:
    """Keep the words that are new in their pieces."""
    known: set[str] = set()
    asked = sorted(words)
    for start in range(0, len(asked), ASKED_AT_ONCE):
        some = asked[start : start + ASKED_AT_ONCE]
        known |= set(
            Spelling.objects.filter(word__in=some, piece__startswith=f"{language}^").values_list(
                "word", flat=True
            )
        )
    _insert(
        Spelling,
        ("word", "piece"),
        ((word, piece) for word in sorted(words - known) for piece in pieces(word, language)),
    )


def _insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows that are there already stay. A course brings thousands: as instances of the model they took five times as long."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(map(connection.ops.quote_name, columns))
    marks = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - our own names
    # Row by row: thousands of tuples at once would set the garbage collector to work within the transaction.
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)  # type: ignore[arg-type]  # any iterable will do


@transaction.atomic
def forget(kind: str, object_ids: Collection[int]) -> None:
    """These are not found any more. 5 queries."""
    ids = list(Target.objects.filter(kind=kind, object_id__in=object_ids).values_list("pk", flat=True))
    if ids:
        _remove_rows(ids)
        Target.objects.filter(pk__in=ids).delete()


def _remove_rows(targets: list[int]) -> None:
    for model in (Name, Posting, Passage):
        rows = model.objects.filter(target__in=targets)
        rows._raw_delete(rows.db)


def is_indexed(kind: str, object_id: str) -> Exists:
    """A condition for the rows of others: what `object_id` names is in the index of this version."""
    return Exists(Target.objects.filter(kind=kind, object_id=OuterRef(object_id), format=FORMAT))
