"""Two people of two sides stand behind what is published."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from publishing.rules.may_publish import may_publish, sides_meet


@dataclass(frozen=True)
class Person:
    pk: int
    side: str


people = st.builds(Person, st.integers(1, 5), st.sampled_from(["business", "technology", "both"]))


@given(people, people)
def test_two_people_meet_or_do_not_whichever_is_asked_first(one: Person, other: Person) -> None:
    assert sides_meet(one, other) == sides_meet(other, one)
    assert not sides_meet(one, one)


@given(people, st.lists(people, min_size=1))
def test_nobody_publishes_what_only_they_and_their_side_stand_behind(
    publisher: Person, behind: list[Person]
) -> None:
    alike = (
        [Person(person.pk, publisher.side) for person in behind] if publisher.side != "both" else [publisher]
    )

    assert not may_publish(publisher, alike, is_superuser=False, needs_a_reviewer=True)


@given(people, st.lists(people), st.booleans(), st.booleans())
def test_another_reader_never_takes_the_right_away(
    publisher: Person, behind: list[Person], is_superuser: bool, needs_a_reviewer: bool
) -> None:
    other = Person(9, "technology" if publisher.side == "business" else "business")

    assert may_publish(
        publisher, [*behind, other], is_superuser=is_superuser, needs_a_reviewer=needs_a_reviewer
    )


@given(people, st.lists(people))
def test_a_superuser_and_an_organisation_without_reviewers_are_asked_nothing(
    publisher: Person, behind: list[Person]
) -> None:
    assert may_publish(publisher, behind, is_superuser=True, needs_a_reviewer=True)
    assert may_publish(publisher, behind, is_superuser=False, needs_a_reviewer=False)
