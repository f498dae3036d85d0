"""Whose text it is: real revisions, saved by people of both sides."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Locale, Page, Revision

from publishing.reviewing import may_publish, writer_of
from publishing.rules.may_publish import sides_meet
from quizzes.models import Bank, Question
from tests.conftest import hire
from tests.worlds import World, again

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _stored(world: World) -> SimpleNamespace:
    with world():
        bank = Bank.objects.create(name="Always on", slug="t2")
        locale = Locale.objects.get_or_create(language_code="en")[0]
        first, second = (
            Question.objects.create(bank=bank, locale=locale, code=code, stem=f"What is {code}?")
            for code in ("t2-q01", "t2-q02")
        )
        page = Page.objects.get(depth=1).add_child(instance=Page(title="Always on", slug="always-on"))
        return SimpleNamespace(
            question=first, other=second, page=page,
            author=hire("author", "Author", side="technology"), reviewer=hire("reviewer", "Reviewer"),
        )  # fmt: skip


@pytest.fixture
def bench(_stored: SimpleNamespace) -> SimpleNamespace:
    """Two questions and a page of nobody yet, an author of technology and a reviewer of business."""
    return again(_stored)


def save(thing: Any, person: Any, **text: str) -> Revision:
    """Press “save draft”, with a new text or without."""
    thing = thing.get_latest_revision_as_object() if thing.latest_revision else thing
    for name, value in text.items():
        setattr(thing, name, value)
    return thing.save_revision(user=person)


def saved_in_turn(bench: SimpleNamespace, *turns: tuple[str, str]) -> list[Revision]:
    """The question after each turn: (who, stem)."""
    revisions = []
    for who, stem in turns:
        revisions.append(save(bench.question, getattr(bench, who), stem=stem))
        bench.question.refresh_from_db()
    return revisions


def test_a_text_that_was_never_saved_has_no_writer() -> None:
    assert writer_of(None) is None


def test_whoever_saves_a_new_text_is_its_writer(bench: SimpleNamespace) -> None:
    revisions = saved_in_turn(bench, ("author", "One?"), ("reviewer", "Two?"))

    assert [writer_of(revision) for revision in revisions] == [bench.author, bench.reviewer]


def test_saving_unchanged_makes_nobody_the_writer(bench: SimpleNamespace) -> None:
    *_earlier, last = saved_in_turn(bench, ("author", "One?"), ("reviewer", "One?"), ("reviewer", "One?"))

    assert writer_of(last) == bench.author


def test_the_author_of_a_text_that_came_back_is_whoever_brought_it_back(bench: SimpleNamespace) -> None:
    *_earlier, last = saved_in_turn(bench, ("author", "One?"), ("author", "Two?"), ("reviewer", "One?"))

    assert writer_of(last) == bench.reviewer


def test_what_was_saved_later_says_nothing_about_an_earlier_text(bench: SimpleNamespace) -> None:
    first, *_later = saved_in_turn(bench, ("author", "One?"), ("author", "Two?"), ("reviewer", "One?"))

    assert writer_of(first) == bench.author


def test_the_newest_of_the_earlier_texts_is_compared_first(bench: SimpleNamespace) -> None:
    *_earlier, last = saved_in_turn(bench, ("author", "One?"), ("reviewer", "Two?"), ("author", "Two?"))

    assert writer_of(last) == bench.reviewer


def test_revisions_of_something_else_that_come_between_do_not_count(bench: SimpleNamespace) -> None:
    save(bench.question, bench.author, stem="One?")
    save(bench.other, bench.reviewer, stem="Two?")
    of_pages = ContentType.objects.get_for_model(Page)
    Revision.objects.create(
        content_type=of_pages, base_content_type=of_pages, object_id=str(bench.question.pk), content={},
        user=bench.reviewer, created_at=timezone.now(),
    )  # fmt: skip
    bench.question.refresh_from_db()

    last = save(bench.question, bench.reviewer)

    assert writer_of(last) == bench.author


def test_twenty_unchanged_savings_still_lead_to_the_writer(bench: SimpleNamespace) -> None:
    *_earlier, last = saved_in_turn(bench, ("author", "One?"), *[("reviewer", "One?")] * 20)

    assert writer_of(last) == bench.author


@pytest.mark.parametrize(
    "name",
    [
        "draft_title", "expire_at", "expired", "first_published_at", "go_live_at", "has_unpublished_changes", "last_published_at",
        "latest_revision", "latest_revision_created_at", "live", "live_revision", "locked", "locked_at", "locked_by",
    ],
)  # fmt: skip
def test_what_saving_writes_beside_the_text_is_no_change_of_it(bench: SimpleNamespace, name: str) -> None:
    _first, last = saved_in_turn(bench, ("author", "One?"), ("reviewer", "One?"))
    last.content = {**last.content, name: "written by saving"}
    last.save()

    assert writer_of(Revision.objects.get(pk=last.pk)) == bench.author


@pytest.mark.parametrize("name", ["stem", "code", "title"])
def test_every_other_field_is_text(bench: SimpleNamespace, name: str) -> None:
    _first, last = saved_in_turn(bench, ("author", "One?"), ("reviewer", "One?"))
    last.content = {**last.content, name: "written by a person"}
    last.save()

    assert writer_of(Revision.objects.get(pk=last.pk)) == bench.reviewer


def test_a_published_page_that_is_saved_unchanged_stays_its_authors(bench: SimpleNamespace) -> None:
    save(bench.page, bench.author, title="Nearly always on")
    bench.page.refresh_from_db()
    bench.page.latest_revision.publish()

    last = save(Page.objects.get(pk=bench.page.pk), bench.reviewer)

    assert writer_of(last) == bench.author


def person(pk: int, side: str, is_superuser: bool = False) -> Any:
    return SimpleNamespace(pk=pk, side=side, is_superuser=is_superuser)


@pytest.mark.parametrize(
    ("publisher", "writer", "may"),
    [
        (person(1, "business"), person(2, "technology"), True),
        (person(1, "business"), person(2, "business"), False),
        (person(1, "business"), person(2, "both"), True),
        (person(1, "both"), person(2, "both"), True),
        (person(1, "both"), person(1, "both"), False),
        (person(1, "business"), person(1, "technology"), False),
        (person(1, "business"), None, True),
        (person(1, "business", is_superuser=True), person(1, "business"), True),
    ],
)
def test_somebody_else_of_the_other_side_publishes(publisher: Any, writer: Any, may: bool) -> None:
    assert may_publish(publisher, [] if writer is None else [writer]) is may


def test_an_organisation_may_let_its_authors_publish_alone(settings: Any) -> None:
    settings.AUTHORS_PUBLISH_ALONE = True

    assert may_publish(person(1, "business"), [person(1, "business")]) is True
    assert not sides_meet(person(1, "business"), person(1, "business"))
