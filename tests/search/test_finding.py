"""What a question finds, in which order, and what is kept of it in the index."""

from typing import Any

import pytest

from search.index import forget, index
from search.models import Kind, Name, Passage, Posting, Spelling, Target
from search.queries import Level, Nearness, find, passages
from search.rules import indexing
from search.rules.indexing import Source
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
KINDS = [Kind.COURSE, Kind.LESSON, Kind.WORD]
WINDOW, SLA, LESSON = 1, 2, 3


def source(pk: int, title: str, *texts: str, names: tuple[str, ...] = (), **fields: Any) -> Source:
    texts_of = tuple(indexing.Passage(text, f"para-{number}") for number, text in enumerate(texts, start=1))
    return Source(
        **{"kind": Kind.WORD, "object_id": pk, "language": "en", **fields},
        title=title,
        names=names,
        passages=texts_of,
    )


@pytest.fixture(scope="module")
def indexed(world: World) -> None:
    with world():
        index(
            [
                source(WINDOW, "change window", "When systems may go down.", names=("maintenance slot", "hole")),
                source(SLA, "SLA", "A clause about a measured quality.", names=("service level agreement",)),
                source(LESSON, "What 99.9 % really buys", "An SLA is a promise.", "It holds the risk.", kind=Kind.LESSON, course=7),
                source(4, "Störung", language="de"),
            ]
        )  # fmt: skip


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("c", None),
        ("m", None),
        ("ch", Level.BEGINNING),
        ("win", Level.BEGINNING),
        ("ma", Level.BEGINNING_OF_NAME),
        ("change window", Level.TITLE),
        ("Change-Windows", Level.TITLE_INFLECTED),
        ("holes", Level.NAME_INFLECTED),
        ("hole", Level.NAME),
        ("systems down", Level.WORDS),
        ("maintenance system", Level.WORDS),
    ],
)
def test_how_a_hit_fits(typed: str, level: Level | None) -> None:
    results = find(typed, kinds=KINDS)

    assert [(hit.object_id, hit.level) for hit in results.hits] == (
        [(WINDOW, level)] if level is not None else []
    )
    assert results.nearness == Nearness.AS_TYPED


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("typed", "nearness", "corrected"),
    [
        ("maint slots", Nearness.BEGINNINGS, ""),
        ("mesured quality", Nearness.CORRECTED, "measured quality"),
        ("measured quality xyzzy", Nearness.SOME_WORDS, ""),
    ],
)
def test_what_is_not_found_as_typed_is_looked_for_nearby(
    typed: str, nearness: Nearness, corrected: str
) -> None:
    results = find(typed, kinds=KINDS)

    assert (bool(results.hits), results.nearness, results.corrected) == (True, nearness, corrected)


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    "typed", ["promise", "risk", "promisse", "buys risk xyzzy", "What 99.9 % really buys"]
)
def test_who_may_not_see_a_course_finds_nothing_of_it(typed: str) -> None:
    assert [hit.object_id for hit in find(typed, kinds=KINDS, courses=[7]).hits] == [LESSON]
    assert find(typed, kinds=KINDS, courses=[8]).hits == ()
    assert find(typed, kinds=KINDS).hits == ()


@pytest.mark.usefixtures("indexed")
def test_words_are_found_in_the_language_of_the_reader() -> None:
    assert [hit.level for hit in find("störungen", kinds=KINDS, language="de").hits] == [
        Level.TITLE_INFLECTED
    ]
    assert find("störungen", kinds=KINDS).hits == ()


@pytest.mark.usefixtures("indexed")
def test_the_sentence_and_its_paragraph_are_shown(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        results = find("risk", kinds=KINDS, courses=[7])
    with django_assert_num_queries(2):
        (shown,) = passages(results, results.hits).values()

    assert shown.anchor == "para-2"
    assert [piece.text for piece in shown.sentence if piece.is_hit] == ["risk"]


@pytest.mark.parametrize("count", [1, 3])
def test_indexing_takes_the_same_queries_for_one_and_for_three(
    count: int, django_assert_num_queries: Any
) -> None:
    sources = [source(10 + number, f"word {number}", "A text about something.") for number in range(count)]

    with django_assert_num_queries(13):  # two of them a savepoint
        assert index(sources) == count
    with django_assert_num_queries(3):
        assert index(sources) == 0


@pytest.mark.usefixtures("indexed")
def test_what_changes_is_found_by_its_new_text_only() -> None:
    assert index([source(SLA, "SLO", "A goal.")]) == 1

    assert [hit.object_id for hit in find("goal", kinds=KINDS).hits] == [SLA]
    assert find("clause", kinds=KINDS).hits == ()


@pytest.mark.usefixtures("indexed")
def test_what_is_forgotten_leaves_nothing_but_spellings() -> None:
    for kind in KINDS:
        forget(kind, [WINDOW, SLA, LESSON, 4])

    assert [model.objects.count() for model in (Target, Name, Posting, Passage)] == [0, 0, 0, 0]
    assert Spelling.objects.exists()
    assert find("mesured", kinds=KINDS).hits == ()
