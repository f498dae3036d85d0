"""A form adds nothing to a block that an import left bare."""

from collections import UserDict
from typing import Any

import pytest
from wagtail.blocks import ChoiceBlock, StructBlock

from courses.blocks import LessonBlock
from publishing import reviewing

pytestmark = pytest.mark.django_db


class EmptyForm(UserDict[str, str]):
    """What a browser sends of a form that nobody filled in: no rows, no words, what is chosen beforehand."""

    def get(self, name: str, otherwise: Any = None) -> Any:
        return "0" if name.endswith("-count") else self.data.get(name, otherwise)

    def __getitem__(self, name: str) -> str:
        return str(self.get(name, ""))


STRUCTS = [name for name, block in LessonBlock().child_blocks.items() if isinstance(block, StructBlock)]


@pytest.mark.parametrize("kind", STRUCTS)
def test_a_form_adds_nothing_to_a_block_that_an_import_left_bare(kind: str) -> None:
    stream = LessonBlock()
    block = stream.child_blocks[kind]
    chosen = {
        f"block-{name}": child.get_default()
        for name, child in block.child_blocks.items()
        if isinstance(child, ChoiceBlock)
    }
    sent = block.value_from_datadict(EmptyForm(chosen), {}, "block")
    by_form = {"type": kind, "value": block.get_prep_value(sent), "id": "1"}
    bare = {"type": kind, "value": {}, "id": "2"}

    assert reviewing.said_in(stream, [bare]) == reviewing.said_in(stream, [by_form])
