"""Agreement: two sides, two people, the text that is public, no exception for anybody."""

from datetime import date, timedelta
from typing import Any

import pytest

from glossary.actions import (
    NotASteward,
    SideAlreadySigned,
    SignedForOtherSide,
    VersionReplaced,
    record_publication,
    sign,
)
from glossary.models import Sense, Signature, Status
from glossary.rules.agreement import months_later
from tests.glossary.words import write_sense
from tests.worlds import World, again

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def published(world: World) -> Sense:
    with world():
        return write_sense("uptime")


@pytest.fixture
def sense(published: Sense, db: None) -> Any:
    """A sense that is public and that nobody has signed."""
    return again(published)


def agreed(sense: Any, business: Any, technology: Any, now: Any) -> Any:
    sign(version=sense.current_version, side="business", employee=business, now=now)
    sign(version=sense.current_version, side="technology", employee=technology, now=now + timedelta(days=1))
    return Sense.objects.select_related("word", "locale").get(pk=sense.pk)


def test_one_signature_is_not_agreement(sense: Any, steward_business: Any, now: Any) -> None:
    sign(version=sense.current_version, side="business", employee=steward_business, now=now)

    sense.refresh_from_db()
    assert sense.status == Status.PROPOSED


def test_two_people_of_two_sides_agree(
    sense: Any, steward_business: Any, steward_technology: Any, now: Any
) -> None:
    sense = agreed(sense, steward_business, steward_technology, now)

    assert sense.status == Status.AGREED
    assert sense.review_due == date(2027, 3, 3)


@pytest.mark.sql
def test_signing_twice_is_signing_once(sense: Any, steward_business: Any, now: Any) -> None:
    version = sense.current_version

    first = sign(version=version, side="business", employee=steward_business, now=now)
    second = sign(version=version, side="business", employee=steward_business, now=now + timedelta(days=9))

    assert first == second
    assert Signature.objects.count() == 1


@pytest.mark.sql
def test_nobody_signs_for_both_sides(sense: Any, hired: Any, now: Any) -> None:
    both = hired("both", "Steward", side="both")
    version = sense.current_version
    sign(version=version, side="business", employee=both, now=now)

    with pytest.raises(SignedForOtherSide):
        sign(version=version, side="technology", employee=both, now=now)

    assert Signature.objects.count() == 1


@pytest.mark.sql
def test_a_side_is_signed_by_one_person(sense: Any, hired: Any, steward_business: Any, now: Any) -> None:
    version = sense.current_version
    sign(version=version, side="business", employee=steward_business, now=now)

    with pytest.raises(SideAlreadySigned):
        sign(version=version, side="business", employee=hired("second", "Steward"), now=now)


@pytest.mark.parametrize(
    ("groups", "side", "fields"),
    [
        (["Employee"], "business", {}),
        (["Administrator"], "business", {}),
        (["Steward"], "technology", {}),
        ([], "business", {"is_superuser": True}),
        (["Steward"], "business", {"is_active": False}),
        (["Steward"], "business", {"left_on": date(2026, 2, 1)}),
    ],
    ids=["employee", "administrator", "steward of the other side", "superuser", "switched off", "left"],
)
def test_who_is_no_steward_of_the_side_cannot_sign(
    sense: Any, hired: Any, now: Any, groups: list[str], side: str, fields: dict[str, Any]
) -> None:
    person = hired("somebody", *groups, side=side, **fields)

    with pytest.raises(NotASteward):
        sign(version=sense.current_version, side="business", employee=person, now=now)

    assert not Signature.objects.exists()


def test_the_owner_of_a_sense_signs_without_being_in_the_group(sense: Any, hired: Any, now: Any) -> None:
    owner = hired("owner")
    Sense.objects.filter(pk=sense.pk).update(owner_business=owner)

    sign(version=sense.current_version, side="business", employee=owner, now=now)

    assert Signature.objects.get().signed_by == owner


def test_an_owner_signs_only_for_the_side_that_is_owned(sense: Any, hired: Any, now: Any) -> None:
    owner = hired("owner", side="both")
    Sense.objects.filter(pk=sense.pk).update(owner_business=owner)

    with pytest.raises(NotASteward):
        sign(version=sense.current_version, side="technology", employee=owner, now=now)


def test_a_new_text_is_in_review_until_both_sign_it(
    sense: Any, publish_again: Any, steward_business: Any, steward_technology: Any, now: Any
) -> None:
    sense = agreed(sense, steward_business, steward_technology, now)

    sense = publish_again(sense, gloss="New text.")

    assert sense.status == Status.IN_REVIEW
    assert agreed(sense, steward_business, steward_technology, now).status == Status.AGREED


def test_a_text_that_was_replaced_cannot_be_signed_any_more(
    sense: Any, publish_again: Any, steward_business: Any, now: Any
) -> None:
    old = sense.current_version
    publish_again(sense, gloss="New text.")

    with pytest.raises(VersionReplaced):
        sign(version=old, side="business", employee=steward_business, now=now)


@pytest.mark.sql
def test_publishing_an_old_draft_does_not_undo_the_agreement(
    sense: Any, steward_business: Any, steward_technology: Any, now: Any
) -> None:
    draft = Sense.objects.get(pk=sense.pk).save_revision()  # carries the status of before
    agreed(sense, steward_business, steward_technology, now)

    draft.publish()

    sense.refresh_from_db()
    assert sense.status == Status.AGREED
    assert sense.review_due == date(2027, 3, 3)


def test_nobody_sets_agreed_by_hand(sense: Any, publish_again: Any) -> None:
    sense = publish_again(sense, status=Status.AGREED)

    assert sense.status == Status.PROPOSED


def test_a_replaced_sense_is_deprecated(sense: Any, written: Any, publish_again: Any) -> None:
    old, new = sense, written("availability")

    old = publish_again(old, replaced_by=new)

    assert old.status == Status.DEPRECATED


def test_a_sense_that_is_offline_cannot_be_signed(sense: Any, steward_business: Any, now: Any) -> None:
    version = sense.current_version
    sense.unpublish()

    with pytest.raises(VersionReplaced):
        sign(version=version, side="business", employee=steward_business, now=now)


def test_a_sense_that_is_not_public_has_no_version_to_sign(written: Any, now: Any) -> None:
    sense = written("downtime", draft=True)

    assert record_publication(sense_id=sense.pk, now=now) is None


@pytest.mark.parametrize(
    ("day", "later"), [(date(2024, 2, 29), date(2025, 2, 28)), (date(2026, 12, 31), date(2027, 12, 31))]
)
def test_the_review_is_due_on_the_same_day_of_the_next_year(day: date, later: date) -> None:
    assert months_later(day, 12) == later
