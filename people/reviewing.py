"""Who may publish a text: somebody from the other side than whoever changed it last."""

from typing import Any, Protocol

from django.conf import settings


class OwnText(Exception):
    """Whoever changed a text last cannot publish it: somebody from the other side does."""


class Writer(Protocol):
    """A person, as far as this rule needs to know."""

    @property
    def pk(self) -> int: ...
    @property
    def side(self) -> str: ...


# What saving writes into a revision beside the text.
_CLERICAL = frozenset(
    {
        "draft_title", "expired", "first_published_at", "has_unpublished_changes", "last_published_at",
        "latest_revision", "latest_revision_created_at", "live", "live_revision", "locked", "locked_at", "locked_by",
    }
)  # fmt: skip


def may_publish(publisher: Any, writer: Any | None) -> bool:
    """True for another person of the other side; who belongs to both sides stands for either.

    Without a writer (an import, a file) there is nobody to be the other side of.
    """
    if writer is None or publisher.is_superuser or not needs_a_reviewer():
        return True
    return sides_meet(publisher, writer)


def sides_meet(one: Writer, other: Writer) -> bool:
    return one.pk != other.pk and (one.side != other.side or one.side == "both")


def needs_a_reviewer() -> bool:
    """False where the organisation lets authors publish alone (the setting AUTHORS_PUBLISH_ALONE)."""
    return not settings.AUTHORS_PUBLISH_ALONE


def writer_of(revision: Any | None) -> Any | None:
    """Who wrote the text of a revision: saving it again unchanged makes nobody its writer."""
    if revision is None:
        return None
    text = _text(revision)
    for before in _older(revision):
        if _text(before) != text:
            break
        revision = before
    return revision.user


def _older(revision: Any) -> Any:
    return (
        type(revision)
        .objects.filter(
            base_content_type_id=revision.base_content_type_id,
            object_id=revision.object_id,
            pk__lt=revision.pk,
        )
        .select_related("user")  # twenty are enough: nobody saves the same text more often in a row
        .order_by("-pk")[:20]
    )


def _text(revision: Any) -> dict[str, Any]:
    return {name: value for name, value in revision.content.items() if name not in _CLERICAL}
