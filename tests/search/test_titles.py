"""Every lesson of the starter content is the first hit for its own title, among all courses, lessons and words."""

import re
from pathlib import Path

import pytest

from search.index import index
from search.models import Kind
from search.queries import Nearness, find
from search.rules.indexing import Passage, Source
from tests.content.given import CODES, LESSONS, course, lesson, words
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.sql, pytest.mark.usefixtures("indexed")]


def title_of(code: str, name: str) -> str:
    return str(lesson(code, name).source.front_matter["title"])


@pytest.fixture(scope="module")
def indexed(world: World) -> None:
    """The texts as they lie in the files; how a page renders them does not matter here."""
    sources = []
    for number, code in enumerate(CODES, start=1):
        about = course(code).about
        names = (str(about.get("short_title", "")), code)
        sources.append(Source(Kind.COURSE, number, "en", str(about["title"]), names, course=number))
    for number, (code, name) in enumerate(LESSONS):
        text = (Path("content") / code / name).read_text().split("---", 2)[2]
        paragraphs = tuple(Passage(part) for part in re.split(r"\n\n+", text) if part.strip())
        in_course = CODES.index(code) + 1
        sources.append(
            Source(
                Kind.LESSON, number, "en", title_of(code, name), (), paragraphs, in_course, f"{code} {name}"
            )
        )
    for number, word in enumerate(words().values()):
        glosses = tuple(Passage(sense.texts["gloss"]) for sense in word.senses)
        sources.append(Source(Kind.WORD, number, "en", word.texts["lemma"], (), glosses))
    with world():
        index(sources)


@pytest.mark.parametrize(("code", "name"), LESSONS, ids=lambda part: Path(part).stem)
def test_a_lesson_is_the_first_hit_for_its_title(code: str, name: str) -> None:
    courses = range(1, len(CODES) + 1)
    results = find(title_of(code, name), kinds=list(Kind), courses=courses)

    best = results.of(Kind.LESSON)[0]
    assert LESSONS[best.object_id] == (code, name)
    assert [hit.kind for hit in results.hits if hit.level < best.level] == []


@pytest.mark.parametrize(
    ("typed", "kind", "title"),
    [
        ("risks", Kind.WORD, "risk"),
        ("organization", Kind.LESSON, ""),
        ("e-mail", Kind.LESSON, ""),
        ("email", Kind.LESSON, ""),
        ("lesson about backups", Kind.WORD, "backup"),
        ("provisoning", Kind.WORD, "provision"),
        ("provison", Kind.WORD, "provision"),
        ("authorization", Kind.WORD, "authorisation"),
        ("amortization", Kind.WORD, "amortisation"),
        ("tech debt", Kind.WORD, "technical debt"),
        ("roll back", Kind.WORD, "rollback"),
        ("slas", Kind.WORD, "SLA"),
        ("RTO & RPO", Kind.LESSON, ""),
        ("80 %", Kind.LESSON, ""),
        ("zero day", Kind.LESSON, ""),
        ("pen test", Kind.LESSON, ""),
    ],
)
def test_what_a_colleague_would_type_is_found(typed: str, kind: str, title: str) -> None:
    results = find(typed, kinds=list(Kind), courses=range(1, len(CODES) + 1))

    hits = results.of(kind)
    assert hits
    if title:
        assert [word.texts["lemma"] for word in words().values()][hits[0].object_id] == title


@pytest.mark.parametrize(("typed", "lemma"), [("churn rate", "churn"), ("authorizaton", "authorisation")])
def test_words_that_come_near_are_found_where_none_holds_the_question(typed: str, lemma: str) -> None:
    results = find(typed, kinds=[Kind.WORD])

    assert results.nearness != Nearness.AS_TYPED
    assert lemma in [
        [word.texts["lemma"] for word in words().values()][hit.object_id] for hit in results.hits
    ]
