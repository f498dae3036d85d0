"""Which questions an attempt asks, and in which order their options stand."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules.drawing import Candidate, draw, shuffled

SEEDS = st.integers(0, 2**62 - 1)


def candidate(number, outcome="a", purpose="quiz", kind="single_choice", is_live=True):
    return Candidate(number, f"key-{number:03}", outcome, purpose, kind, is_live)


@st.composite
def pools(draw_one):
    size = draw_one(st.integers(1, 30))
    return [candidate(number, draw_one(st.sampled_from("abcd"))) for number in range(size)]


@st.composite
def quizzes(draw_one):
    """A pool, how often each question was seen, and how many questions to ask."""
    pool = draw_one(pools())
    seen = {item.question_key: draw_one(st.integers(1, 5)) for item in pool if draw_one(st.booleans())}
    return pool, seen, draw_one(st.integers(1, len(pool)))


@given(quiz=quizzes(), seed=SEEDS)
def test_a_draw_has_as_many_different_questions_as_asked_for(quiz, seed):
    pool, seen, count = quiz

    drawn = draw(seed=seed, pool=pool, seen=seen, count=count)

    assert len(drawn) == count
    assert len({item.question_key for item in drawn}) == count
    assert set(drawn) <= set(pool)


@given(quiz=quizzes(), seed=SEEDS)
def test_the_same_seed_draws_the_same_in_whatever_order_the_pool_comes(quiz, seed):
    pool, seen, count = quiz
    mixed = random.Random(seed).sample(pool, len(pool))

    assert draw(seed=seed, pool=pool, seen=seen, count=count) == draw(
        seed=seed, pool=mixed, seen=seen, count=count
    )


@given(quiz=quizzes(), seed=SEEDS)
def test_unseen_questions_come_before_seen_ones_and_older_ones_before_newer_ones(quiz, seed):
    pool, seen, count = quiz

    drawn = draw(seed=seed, pool=pool, seen=seen, count=count)

    ages = sorted(seen.get(item.question_key, 0) for item in pool)
    assert sorted(seen.get(item.question_key, 0) for item in drawn) == ages[:count]


@given(pool=pools(), seed=SEEDS, data=st.data())
def test_a_first_draw_spreads_over_the_outcomes_as_far_as_the_pool_allows(pool, seed, data):
    count = data.draw(st.integers(1, len(pool)))

    drawn = Counter(item.outcome for item in draw(seed=seed, pool=pool, seen={}, count=count))

    there = Counter(item.outcome for item in pool)
    for outcome, number in there.items():
        if drawn[outcome] < number:  # more of it could have been drawn
            assert max(drawn.values()) <= drawn[outcome] + 1


@given(pool=pools(), seed=SEEDS, data=st.data())
def test_what_cannot_be_asked_is_never_drawn(pool, seed, data):
    count = data.draw(st.integers(1, len(pool)))
    others = [
        candidate(900, purpose="check"),
        candidate(901, purpose="probe"),
        candidate(902, is_live=False),
        *(
            candidate(903 + place, kind=kind)
            for place, kind in enumerate(["numeric", "cloze", "free_text", "matching"])
        ),
    ]

    drawn = draw(seed=seed, pool=[*others, *pool], seen={}, count=count)

    assert not set(drawn) & set(others)


def test_a_question_in_two_languages_is_drawn_once():
    english, german = (
        Candidate(1, "key", "a", "quiz", "true_false"),
        Candidate(2, "key", "a", "quiz", "true_false"),
    )

    assert len(draw(seed=7, pool=[english, german, candidate(3)], seen={}, count=2)) == 2
    with pytest.raises(ValueError, match="1 can be drawn"):
        draw(seed=7, pool=[english, german], seen={}, count=2)


@pytest.mark.parametrize("count", [0, -1, 4])
def test_a_draw_that_is_impossible_is_refused(count):
    with pytest.raises(ValueError, match="can be drawn"):
        draw(
            seed=1,
            pool=[candidate(1), candidate(2), candidate(3), candidate(4, is_live=False)],
            seen={},
            count=count,
        )


def test_a_draw_is_the_same_on_every_machine():
    pool = [candidate(number, outcome="abc"[number % 3]) for number in range(12)]

    drawn = draw(seed=20261102, pool=pool, seen={"key-000": 1}, count=4)

    assert [item.version_id for item in drawn] == [11, 7, 9, 6]
    assert shuffled(20261102, ["x", "y", "z"]) == ["x", "z", "y"]


def test_every_question_and_every_order_has_a_chance():
    pool = [candidate(number) for number in range(10)]
    asked = Counter(
        item.version_id for seed in range(3000) for item in draw(seed=seed, pool=pool, seen={}, count=4)
    )

    # Fair would be 1,200 each; 5 standard deviations are 134.
    assert all(1066 < number < 1334 for number in asked.values())


def test_the_place_of_an_option_says_nothing_about_it():
    options = ["right", "wrong one", "wrong two", "wrong three"]
    places = Counter(shuffled(seed, options).index("right") for seed in range(4000))

    # Fair would be 1,000 each; 5 standard deviations are 137.
    assert all(863 < number < 1137 for number in places.values())


@given(keys=st.lists(st.uuids().map(str), unique=True), seed=SEEDS)
def test_shuffling_keeps_every_key(keys, seed):
    assert sorted(shuffled(seed, keys)) == sorted(keys)
    assert shuffled(seed, keys) == shuffled(seed, reversed(keys))
