"""Something on its way is in one hand at a time, says how far it is, and is taken from who is silent."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from jobs import actions, queries, underway
from jobs.models import Stage
from people.models import PeopleUpload
from tests.jobs.working import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
SECOND = timedelta(seconds=1)


def item(**values: Any) -> PeopleUpload:
    return PeopleUpload.objects.create(made_at=NOW, **{"told_at": NOW, "total": 10, **values})


def same(one: PeopleUpload) -> PeopleUpload:
    """As another process reads it."""
    return PeopleUpload.objects.get(pk=one.pk)


def test_of_two_who_move_it_one_does() -> None:
    mine, other = (one := item(stage=Stage.READ)), same(one)

    assert underway.move(mine, Stage.IMPORTING, since=Stage.READ, held=True, now=NOW)
    assert not underway.move(other, Stage.IMPORTING, since=Stage.READ, held=True, now=NOW)
    assert not underway.move(other, Stage.FAILED, since=Stage.IMPORTING, now=NOW)
    assert (same(one).stage, same(one).hand) == (Stage.IMPORTING, mine.hand)
    assert len(mine.hand) == 32


def test_of_two_who_take_it_up_one_does_until_it_is_silent_for_longer_than_a_worker_takes_to_die() -> None:
    mine, other = (one := item()), same(one)

    assert underway.take_lease(mine, now=NOW)
    assert not underway.take_lease(other, now=NOW + 35 * SECOND)
    assert underway.take_lease(other, now=NOW + 36 * SECOND)

    with pytest.raises(underway.Overtaken):
        underway.store_progress(mine, done=1, now=NOW + 61 * SECOND)
    assert not underway.release(mine, now=NOW)
    underway.store_progress(other, done=4, now=NOW + 61 * SECOND)
    assert (same(one).done, same(one).told_at) == (4, NOW + 61 * SECOND)


def test_a_piece_is_told_once_even_by_the_same_hand() -> None:
    mine = item()
    underway.take_lease(mine, now=NOW)
    twin = same(mine)

    underway.store_progress(mine, done=3, now=NOW)
    with pytest.raises(underway.Overtaken):
        underway.store_progress(twin, done=3, now=NOW)


def test_it_is_taken_by_force_from_who_is_not_silent() -> None:
    mine, other = (one := item()), same(one)
    underway.take_lease(mine, now=NOW)

    assert underway.take_lease(other, now=NOW, by_force=True)
    with pytest.raises(underway.Overtaken):
        underway.store_progress(mine, done=1, now=NOW)


@pytest.mark.parametrize("stage", [Stage.READ, Stage.IMPORTED, Stage.FAILED])
def test_what_is_not_in_work_is_taken_up_by_nobody(stage: str) -> None:
    assert not underway.take_lease(item(stage=stage), now=NOW)
    assert not underway.take_lease(item(stage=stage), now=NOW, by_force=True)


def test_nobody_takes_up_what_five_attempts_did_not_bring_forward() -> None:
    one = item()
    for _turn in range(5):
        assert not queries.out_of_attempts(PeopleUpload, now=NOW)
        assert underway.take_lease(one, now=NOW)
        underway.release(one, failed=True, now=NOW)

    assert not underway.take_lease(one, now=NOW)
    assert queries.out_of_attempts(PeopleUpload, now=NOW) == [one.pk]
    assert not queries.abandoned(PeopleUpload, now=NOW + 3600 * SECOND)


def test_a_step_that_was_told_and_undone_is_none() -> None:
    one = item(done=3)
    for _turn in range(5):
        assert underway.take_lease(one, now=NOW)
        with suppress(KeyError), transaction.atomic():
            underway.store_progress(one, done=4, now=NOW)
            raise KeyError
        underway.release(one, failed=True, now=NOW)

    assert same(one).done == 3
    assert not underway.take_lease(one, now=NOW)
    assert queries.out_of_attempts(PeopleUpload, now=NOW) == [one.pk]


def test_a_step_ahead_gives_five_tries_again() -> None:
    one = item(tries=4)
    underway.take_lease(one, now=NOW)
    assert same(one).tries == 5

    underway.store_progress(one, done=1, now=NOW)
    assert same(one).tries == 0


@pytest.mark.parametrize(
    ("values", "is_left"),
    [
        ({"hand": "somebody", "told_at": NOW - 36 * SECOND}, True),
        ({"hand": "somebody", "told_at": NOW - 35 * SECOND}, False),
        # Told before the clock was put back.
        ({"hand": "somebody", "told_at": NOW + 61 * SECOND}, True),
        ({"hand": "somebody", "told_at": NOW + 60 * SECOND}, False),
        ({"hand": "", "tries": 1, "told_at": NOW - 36 * SECOND}, True),
        ({"hand": "", "tries": 0, "told_at": NOW - 3600 * SECOND}, False),  # its task stands in the queue
        ({"hand": "", "told_at": None}, True),  # of an earlier version
        ({"hand": "", "told_at": None, "stage": Stage.READ}, False),
    ],
)
def test_what_somebody_left_lying_is_found(values: dict[str, Any], is_left: bool) -> None:
    one = item(**values)

    assert queries.abandoned(PeopleUpload, now=NOW) == ([one.pk] if is_left else [])


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("reading", "See how far it is"),
        ("read", "See what it would do"),
        ("importing", "See how far it is"),
        ("imported", "See what was imported"),
        ("failed", "See what happened"),
    ],
)
def test_the_link_to_its_page_says_what_is_there(stage: str, words: str) -> None:
    assert PeopleUpload(stage=stage).link_text == words


@pytest.mark.parametrize(
    ("done", "total", "waits", "percent", "bar", "waits_for_its_turn"),
    [
        (0, 0, True, 0, queries.Bar(0, 1), True),
        (0, 7, True, 0, queries.Bar(0, 1), True),
        (3, 7, True, 43, queries.Bar(0, 1), False),
        (0, 0, False, 0, None, False),
        (0, 7, False, 0, queries.Bar(0, 7), False),
        (7, 7, False, 100, queries.Bar(7, 7), False),
    ],
)
def test_its_bar_moves_only_while_somebody_works_on_it(
    done: int, total: int, waits: bool, percent: int, bar: queries.Bar | None, waits_for_its_turn: bool
) -> None:
    progress = queries.Progress(done, total, waits=waits, worker_is_silent=False)

    assert (progress.percent, progress.bar) == (percent, bar)
    assert progress.waits_for_its_turn is waits_for_its_turn


def test_its_page_says_how_far_it_is_and_whether_a_worker_runs() -> None:
    one = item(done=4)
    assert queries.progress(one, now=NOW) == queries.Progress(4, 10, waits=True, worker_is_silent=True)

    underway.take_lease(one, now=NOW)
    actions.record_heartbeat(worker="w", started_at=NOW, now=NOW)
    seen = queries.progress(one, now=NOW + 45 * SECOND)
    assert (seen.waits, seen.worker_is_silent) == (False, False)
    assert queries.progress(one, now=NOW + 46 * SECOND).worker_is_silent
