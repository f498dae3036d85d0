"""The raw value of a lesson, walked along the definitions of its blocks: nothing that a block holds is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wagtail import blocks

from authoring.rules.lacks import Spot


@dataclass(frozen=True)
class Node:
    """One value in a lesson: `kind` and `name` are the block it belongs to and its field there, if it is one."""

    definition: blocks.Block
    value: Any
    spot: Spot
    kind: str
    name: str = ""


def walk(
    definition: blocks.Block, raw: Any, spot: Spot | None = None, kind: str = "", name: str = ""
) -> Iterator[Node]:
    """A value and all that is inside it, in the order of the page. `raw` is as it is stored."""
    spot = spot or Spot()
    yield Node(definition, raw, spot, kind, name)
    if isinstance(definition, blocks.BaseStreamBlock):
        for item in raw or ():
            child = definition.child_blocks.get(item["type"])
            if child is not None:
                yield from walk(child, item["value"], spot.item(item.get("id")), item["type"])
    elif isinstance(definition, blocks.BaseStructBlock):
        fields = raw if isinstance(raw, Mapping) else {}
        for field_name, child in definition.child_blocks.items():
            yield from walk(
                child, _field(child, fields, field_name), spot.field(field_name), kind, field_name
            )
    elif isinstance(definition, blocks.ListBlock):
        for item in raw or ():
            is_whole = isinstance(item, Mapping) and "value" in item
            value, key = (item["value"], item.get("id")) if is_whole else (item, None)
            yield from walk(definition.child_block, value, spot.item(key), kind, name)


def _field(child: blocks.Block, fields: Mapping[str, Any], name: str) -> Any:
    """A choice that an import left out is the one that readers get."""
    if name in fields or not isinstance(child, blocks.FieldBlock):
        return fields.get(name)
    return child.get_prep_value(child.get_default())
