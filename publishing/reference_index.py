"""Wagtail's index of references, written once for each object that a piece of work saves.

Wagtail writes it anew with every saved row, and a row that belongs to a page counts as the whole page: a
course with thirty words was read through thirty-five times for one publication, while everybody else waited.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from modelcluster.fields import ParentalKey
from wagtail.models import ReferenceIndex

_saved: ContextVar[dict[tuple[type[Model], Any], None] | None] = ContextVar("saved objects", default=None)


@contextmanager
def indexed_once() -> Iterator[None]:
    """What is saved inside is indexed at the end, in the caller's transaction. Inside itself it changes nothing.

    Where somebody has switched the index off, it stays off.
    """
    # Not at the top: it asks for models, and models stand on this module.
    from wagtail.signal_handlers import (
        disable_reference_index_auto_update,
        reference_index_auto_update_disabled,
    )

    if getattr(reference_index_auto_update_disabled, "value", False):
        yield
        return
    saved: dict[tuple[type[Model], Any], None] = {}
    token = _saved.set(saved)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        _saved.reset(token)
    if transaction.get_rollback():  # nothing was saved after all
        return
    for model, pk in saved:
        instance = model._default_manager.filter(pk=pk).first()
        if instance is not None:
            ReferenceIndex.create_or_update_for_object(instance)


def connect() -> None:
    """Called once, when the apps are ready."""
    post_save.connect(_note, dispatch_uid="publishing.reference_index")
    post_delete.connect(_remove, dispatch_uid="publishing.reference_index")


def _note(sender: type[Model], instance: Model, raw: bool = False, **kwargs: Any) -> None:
    saved = _saved.get()
    if saved is None or raw or sender not in ReferenceIndex.tracked_models:
        return
    whole = _whole(instance)
    if whole is not None and ReferenceIndex.is_indexed(type(whole)):
        saved[type(whole), whole.pk] = None


def _remove(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """As Wagtail's own receiver, which is switched off just then."""
    if _saved.get() is not None and sender in ReferenceIndex.tracked_models:
        ReferenceIndex.remove_for_object(instance)
        ReferenceIndex.remove_references_to(instance)


def _whole(instance: Model) -> Model | None:
    """What a row is part of: the page of a page's word. None where it has none."""
    whole: Model | None = instance
    while whole is not None:
        keys = [field.name for field in whole._meta.get_fields() if isinstance(field, ParentalKey)]
        if not keys:
            break
        whole = getattr(whole, keys[0])
    return whole
