"""Frozen values that are kept as JSON: the keys in their order, what may be missing, what is passed over."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest

from gates.stored import Stored


@dataclass(frozen=True)
class Leaf(Stored):
    name: str
    note: str = ""


@dataclass(frozen=True)
class Tree(Stored):
    title: str
    first: Leaf
    last: Leaf | None
    leaves: tuple[Leaf, ...]
    named: Mapping[str, Leaf]
    words: tuple[str, ...]
    as_it_is: Mapping[str, Any]
    size: int | None = None


LEAF = {"name": "a"}
TREE: dict[str, Any] = {
    "title": "Oak",
    "first": LEAF,
    "last": None,
    "leaves": [LEAF, {"name": "b", "note": "red"}],
    "named": {"of b": {"name": "b"}},
    "words": ["x", "y"],
    "as_it_is": {"any": [{"thing": 1}]},
}


def test_a_value_is_read_with_all_that_is_in_it() -> None:
    tree = Tree.from_json(TREE)

    assert tree == Tree(
        title="Oak",
        first=Leaf("a"),
        last=None,
        leaves=(Leaf("a"), Leaf("b", "red")),
        named={"of b": Leaf("b")},
        words=("x", "y"),
        as_it_is={"any": [{"thing": 1}]},
        size=None,
    )
    assert Tree.from_json(TREE | {"last": {"name": "z"}, "size": 3}).last == Leaf("z")


@pytest.mark.parametrize("more", [{}, {"last": {"name": "z"}, "size": 0}])
def test_what_was_read_is_written_as_it_was_in_the_order_of_the_fields(more: dict[str, Any]) -> None:
    data = TREE | more
    turned = dict(reversed(data.items()))

    written = Tree.from_json(turned).to_json()

    assert (written, list(written)) == (data, list(data))


def test_keys_that_are_no_fields_are_passed_over() -> None:
    assert Leaf.from_json({"name": "a", "format": 1, "old": True}) == Leaf("a")


def test_a_key_may_be_missing_only_where_there_is_a_default() -> None:
    assert Leaf.from_json({"name": "a"}).to_json() == {"name": "a"}
    with pytest.raises(KeyError, match="name"):
        Leaf.from_json({"note": "red"})


def test_nobody_changes_what_others_read_too() -> None:
    with pytest.raises(FrozenInstanceError):
        Leaf("a").name = "b"  # type: ignore[misc]
