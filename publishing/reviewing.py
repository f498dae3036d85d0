"""Publishing asks here: who stands behind a text, and whether the rule lets somebody publish it."""

import json
import re
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import TaskState

from publishing.rules import may_publish as rule


class Refused(Exception):
    """A rule of publishing said no. What was to be published stays a draft; nothing else is different."""

    def told(self) -> str:
        """Why, and what to do, for whoever asked."""
        raise NotImplementedError

    def shown(self) -> str:
        """The same above the form of an editor, where it may have links."""
        return self.told()


class OwnText(Refused):
    """Whoever changed a text last cannot publish it: somebody from the other side does."""

    def told(self) -> str:
        return _(
            "Not published: you changed this text last, so somebody from the other side has to stand behind it. "
            "Your change is kept as a draft."
        )


# What saving writes into a revision beside the text. The days are set by whoever publishes.
_CLERICAL = frozenset(
    {
        "draft_title", "expire_at", "expired", "first_published_at", "go_live_at", "has_unpublished_changes", "last_published_at",
        "latest_revision", "latest_revision_created_at", "live", "live_revision", "locked", "locked_at", "locked_by",
    }
)  # fmt: skip


_EMPTY: tuple[Any, ...] = (None, "", [], {})
_BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')  # what the editor of rich text counts its paragraphs by


def may_publish(publisher: Any, behind: Collection[Any]) -> bool:
    """`rules.may_publish` for a person and this organisation. `behind`: see `behind`."""
    return rule.may_publish(
        publisher, behind, is_superuser=publisher.is_superuser, needs_a_reviewer=needs_a_reviewer()
    )


def needs_a_reviewer() -> bool:
    """False where the organisation lets authors publish alone (the setting AUTHORS_PUBLISH_ALONE)."""
    return not settings.AUTHORS_PUBLISH_ALONE


def writer_of(revision: Any | None) -> Any | None:
    """Who wrote the text of a revision: saving it again unchanged makes nobody its writer. None for an import."""
    if revision is None:
        return None
    text = _text(revision)
    for before in _older(revision):
        if _text(before) != text:
            break
        revision = before
    return revision.user


def behind(revision: Any | None) -> list[Any]:
    """Who stands behind the text of a revision: its writer, and who sent this very text to its last review.

    A reviewer who mended a comma is the writer of it; when the author has read that and submitted it, two
    people of two sides know every word. The same holds when the reviewer takes the comma back. Empty where
    an import wrote the text. At most three queries.
    """
    writer = writer_of(revision)
    if revision is None or writer is None:
        return []
    review = (
        TaskState.objects.filter(
            workflow_state__base_content_type=revision.base_content_type_id,
            workflow_state__object_id=revision.object_id,
        )
        .select_related("revision__user")
        .order_by("-pk")
        .first()
    )
    sent = review.revision if review is not None else None
    if sent is None or sent.user is None or sent.user == writer or _text(sent) != _text(revision):
        return [writer]
    return [writer, sent.user]


def writers_of(revisions: Collection[Any]) -> dict[int, Any | None]:
    """`writer_of` by the id of each revision. One query, none where there is no revision.

    Reads the whole history of each text: ask only where it is not enough to know who sent it.
    """
    if not revisions:
        return {}
    model = type(next(iter(revisions)))
    rows = model.objects.filter(object_id__in={revision.object_id for revision in revisions})
    histories: dict[tuple[int, str], list[Any]] = {}
    for row in rows.select_related("user").order_by("-pk"):
        histories.setdefault((row.base_content_type_id, row.object_id), []).append(row)
    return {
        revision.pk: _writer_in(revision, histories[revision.base_content_type_id, revision.object_id])
        for revision in revisions
    }


def _writer_in(revision: Any, history: list[Any]) -> Any | None:
    text = _text(revision)
    writer = revision.user
    for older in history:
        if older.pk >= revision.pk:
            continue
        if _text(older) != text:
            break
        writer = older.user
    return writer


def says_the_same(draft: Any, revision: Any) -> bool:
    """True where an item in memory reads as a revision of it does; its children as they were last saved."""
    written = json.loads(json.dumps(draft.serializable_data(), cls=DjangoJSONEncoder))
    return _text_of(written, type(draft)) == _text(revision)


def _older(revision: Any) -> Any:
    return (
        type(revision)
        .objects.filter(
            base_content_type_id=revision.base_content_type_id,
            object_id=revision.object_id,
            pk__lt=revision.pk,
        )
        .select_related("user")  # twenty are enough: nobody saves the same text more often
        .order_by("-pk")[:20]
    )


def _text(revision: Any) -> dict[str, Any]:
    return _text_of(revision.content, revision.content_type.model_class())


def _text_of(content: dict[str, Any], model: Any) -> dict[str, Any]:
    """What a reader gets of a stored draft. An editor's form sends other ends of lines, the fields that an import
    left out, and new ids of blocks: whoever only pressed a button has changed nothing by it.
    """
    streams = {
        field.name: field.stream_block for field in model._meta.fields if isinstance(field, StreamField)
    }
    texts = {
        name: said_in(streams[name], _stored(value)) if name in streams else _said(value)
        for name, value in content.items()
        if name not in _CLERICAL
    }
    return {name: text for name, text in texts.items() if text not in _EMPTY}


def said_in(block: Any, raw: Any) -> Any:
    """What a reader gets of the raw value of a block, whether an import, a form or a person wrote it."""
    return _said(_complete(block, raw))


def _stored(value: Any) -> Any:
    """A stream as it is kept: text that holds a list of blocks."""
    return json.loads(value) if isinstance(value, str) and value else value


def _complete(block: Any, raw: Any) -> Any:
    """The raw value of a block with what it leaves out: the defaults, which a form shows and sends."""
    if isinstance(block, blocks.StructBlock) and isinstance(raw, dict):
        return {
            name: _complete(child, raw[name] if name in raw else child.get_prep_value(child.get_default()))
            for name, child in block.child_blocks.items()
        }
    if isinstance(block, blocks.StreamBlock) and isinstance(raw, list):
        return [
            {**item, "value": _complete(block.child_blocks.get(item["type"]), item["value"])} for item in raw
        ]
    if isinstance(block, blocks.ListBlock) and isinstance(raw, list):
        items = (
            item
            if isinstance(item, dict) and {"type", "value"} <= item.keys()
            else {"type": "item", "value": item}
            for item in raw
        )
        return [{**item, "value": _complete(block.child_block, item["value"])} for item in items]
    return bool(raw) if isinstance(block, blocks.BooleanBlock) else raw


def _said(value: Any) -> Any:
    """A value without ids of blocks, empty parts and what only machines read."""
    if isinstance(value, str):
        return _BLOCK_KEY.sub("", value.replace("\r\n", "\n")).rstrip()
    if isinstance(value, list):
        return [part for part in map(_said, value) if part not in _EMPTY]
    if isinstance(value, dict):
        is_block = {"type", "value"} <= value.keys()
        parts = {name: _said(part) for name, part in value.items() if not (is_block and name == "id")}
        kept = {name: part for name, part in parts.items() if part not in _EMPTY}
        return {} if is_block and "value" not in kept else kept
    return value
