"""What relations may say together. Rules only, no database."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.rules.relations import Contradiction, above, check_broader, check_related, in_order

SENSES = st.integers(min_value=1, max_value=6)
PAIRS = st.tuples(SENSES, SENSES)


def test_everything_broader_over_any_number_of_steps_is_above() -> None:
    assert above(1, [(1, 2), (2, 3), (4, 3)]) == {2, 3}


def test_a_sense_is_not_related_to_what_is_broader_over_two_steps() -> None:
    with pytest.raises(Contradiction):
        check_related(1, 3, broader=[(1, 2), (2, 3)])
    with pytest.raises(Contradiction):
        check_related(3, 1, broader=[(1, 2), (2, 3)])

    check_related(1, 4, broader=[(1, 2), (2, 3)])


def test_a_new_broader_sense_may_not_lie_above_a_related_one() -> None:
    with pytest.raises(Contradiction):
        check_broader(2, 3, broader=[(1, 2)], related={(1, 3)})

    check_broader(2, 3, broader=[(1, 2)], related={(1, 4)})


@pytest.mark.parametrize(("narrow", "broad"), [(1, 1), (3, 1)])
def test_nothing_is_broader_than_itself(narrow: int, broad: int) -> None:
    with pytest.raises(Contradiction):
        check_broader(narrow, broad, broader=[(1, 2), (2, 3)], related=set())


@settings(deadline=None)  # other work on the machine is no fault
@given(st.lists(st.tuples(st.booleans(), PAIRS), max_size=25))
def test_whatever_is_asked_for_the_relations_never_contradict_each_other(
    wishes: list[tuple[bool, tuple[int, int]]],
) -> None:
    broader: list[tuple[int, int]] = []
    related: set[tuple[int, int]] = set()

    for is_broader, (first, second) in wishes:
        try:
            if is_broader:
                check_broader(first, second, broader=broader, related=related)
                broader.append((first, second))
            else:
                check_related(first, second, broader=broader)
                related.add(in_order(first, second))
        except Contradiction:
            continue

    for sense in range(1, 7):
        assert sense not in above(sense, broader)
        assert not {in_order(sense, higher) for higher in above(sense, broader)} & related
