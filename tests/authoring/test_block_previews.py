"""What a block looks like opens at its address, whether the editor leads there or not."""

from typing import Any

import pytest
from django.test import Client
from wagtail.blocks import Block

from courses.models import CoursePage, LessonPage

pytestmark = pytest.mark.django_db


def blocks_of(model: type[Any], field: str) -> list[Block]:
    return list(model._meta.get_field(field).stream_block.child_blocks.values())


def test_the_preview_of_every_block_opens(client: Client, author: Any) -> None:
    client.force_login(author)
    blocks = [*blocks_of(LessonPage, "body"), *blocks_of(CoursePage, "outcomes")]

    shown = {
        block.name: client.get("/admin/block-preview/", {"id": block.definition_prefix}) for block in blocks
    }

    assert len(shown) >= 10
    assert {name: answer.status_code for name, answer in shown.items() if answer.status_code != 200} == {}
    assert "the web shop was down for three hours" in shown["hook"].content.decode()
