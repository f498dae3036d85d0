"""Who may sign, what is agreed and what follows, from signatures alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.models import Status
from glossary.rules import agreement
from glossary.rules.agreement import (
    AGREED,
    DRAFT,
    IN_REVIEW,
    PROPOSED,
    SIDES,
    Signer,
    is_agreed,
    is_disputed,
    may_sign,
    months_later,
    open_sides,
    review_due,
    status_of,
)
from glossary.rules.changes import Change, Piece, changes
from people.models import Side

some_sides = st.frozensets(st.sampled_from(sorted(SIDES)))
BOTH, BUSINESS, NOBODY = SIDES, frozenset({"business"}), frozenset[str]()


def test_the_two_sides_are_those_of_people() -> None:
    assert {Side.BUSINESS, Side.TECHNOLOGY} == SIDES


def signer(
    *,
    here: bool = True,
    steward: bool = False,
    sides: frozenset[str] = BUSINESS,
    owns: frozenset[str] = NOBODY,
) -> Signer:
    return Signer(works_here=here, is_steward=steward, sides=sides, owns=owns)


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (signer(steward=True), True),
        (signer(owns=BUSINESS), True),
        (signer(), False),
        (signer(owns=frozenset({"technology"})), False),
        (signer(steward=True, here=False), False),
        (signer(owns=BUSINESS, here=False), False),
        (signer(steward=True, sides=frozenset({"technology"})), False),
        (signer(owns=BUSINESS, sides=frozenset({"technology"})), False),
        (signer(steward=True, sides=BOTH), True),
        (signer(steward=True, sides=NOBODY), False),
    ],
)
def test_a_steward_or_owner_of_the_side_who_works_here_may_sign(person: Signer, may: bool) -> None:
    assert may_sign(person, "business") is may


@given(some_sides)
def test_a_text_is_agreed_exactly_when_no_side_is_open(signed: frozenset[str]) -> None:
    assert is_agreed(signed) == (open_sides(signed) == ())
    assert set(open_sides(signed)) | signed == SIDES
    assert list(open_sides(signed)) == sorted(open_sides(signed))


@pytest.mark.parametrize(
    ("is_live", "signed", "status"),
    [
        (False, {}, DRAFT),
        (True, {}, PROPOSED),
        (True, {1: BUSINESS}, PROPOSED),
        (True, {1: BOTH}, AGREED),
        (True, {1: BOTH, 2: NOBODY}, IN_REVIEW),
        (True, {1: BOTH, 2: BUSINESS}, IN_REVIEW),
        (True, {1: BUSINESS, 2: BOTH}, AGREED),
        (False, {1: BOTH}, AGREED),
        (False, {1: BUSINESS}, DRAFT),
    ],
)
def test_the_status_follows_from_the_signatures(
    is_live: bool, signed: dict[int, frozenset[str]], status: str
) -> None:
    assert status_of(is_live=is_live, is_replaced=False, signed=signed) == status


@given(st.booleans(), st.booleans(), st.dictionaries(st.integers(1, 5), some_sides, max_size=5))
def test_only_the_newest_text_makes_a_meaning_agreed(
    is_live: bool, is_replaced: bool, signed: dict[int, frozenset[str]]
) -> None:
    status = status_of(is_live=is_live, is_replaced=is_replaced, signed=signed)

    newest = signed[max(signed)] if signed else NOBODY
    assert status in Status.values
    assert (status == agreement.DEPRECATED) is is_replaced
    assert (status == AGREED) is (not is_replaced and newest == SIDES)
    changed = {**signed, max(signed, default=0) + 1: NOBODY}
    assert status_of(is_live=is_live, is_replaced=False, signed=changed) != AGREED


@given(some_sides, some_sides)
def test_a_dispute_takes_a_signature_and_another_text_of_a_side_that_has_not_signed(
    signed: frozenset[str], drafting: frozenset[str]
) -> None:
    assert is_disputed(signed=signed, drafting=drafting) is (len(signed) == 1 and bool(drafting - signed))


def test_an_agreed_meaning_is_looked_at_again_after_a_year_unless_a_day_was_set() -> None:
    day, agreed_on = date(2026, 6, 1), date(2026, 3, 2)

    assert review_due(None, status=AGREED, agreed_on=agreed_on) == date(2027, 3, 2)
    assert review_due(day, status=AGREED, agreed_on=agreed_on) == day
    assert review_due(None, status=IN_REVIEW, agreed_on=agreed_on) is None
    assert review_due(None, status=AGREED, agreed_on=None) is None


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(0, 40))
def test_a_later_month_is_so_many_months_later_and_its_day_the_same_or_the_last(
    day: date, months: int
) -> None:
    later = months_later(day, months)

    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    assert later.day == day.day or (later.day < day.day and _next(later).day == 1)


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def test_what_differs_is_told_in_the_order_that_was_asked_for() -> None:
    found = changes(
        {"gloss": "a b", "unit": None}, {"gloss": "a c", "unit": "%"}, ["unit", "gloss", "domain"]
    )

    assert found == [Change("unit", "", "%"), Change("gloss", "a b", "a c")]
    assert found[1].pieces == [Piece("a"), Piece("b", goes=True), Piece("c", comes=True)]


@given(st.text("ab "), st.text("ab "))
def test_the_pieces_hold_both_texts(before: str, after: str) -> None:
    pieces = Change("gloss", before, after).pieces

    assert " ".join(piece.text for piece in pieces if not piece.comes).split() == before.split()
    assert " ".join(piece.text for piece in pieces if not piece.goes).split() == after.split()
