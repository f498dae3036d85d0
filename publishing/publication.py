"""The effects of publishing: they are the same for every button that publishes, unpublishes, moves or deletes.

Wagtail's views, bulk actions and API build its actions themselves and never call a method of a model. All of
them send Wagtail's signals, so the rules and the effects hang there; and all of them write Wagtail's own log,
so what a person did comes from there into the audit log. A receiver that raises undoes what was done only if
both stand in one transaction: `by_turns` gives it to views, `PublishingMixin` to whoever calls the methods.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import Any, Final

from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from wagtail import signals
from wagtail.log_actions import LogContext, get_active_log_context
from wagtail.models import BaseLogEntry, ModelLogEntry, Page, PageLogEntry, Revision

from audit import log as audit_log
from audit.log import Verb
from publishing.child_rows import ChildRowsMixin
from publishing.reference_index import indexed_once
from publishing.reviewing import OwnText, behind, may_publish

VERBS: Final = {
    "wagtail.publish": Verb.PUBLISHED,
    "wagtail.publish.scheduled": Verb.PUBLISHED,
    "wagtail.publish.schedule": Verb.SCHEDULED,
    "wagtail.unpublish": Verb.UNPUBLISHED,
    "wagtail.unpublish.scheduled": Verb.UNPUBLISHED,
    "wagtail.move": Verb.MOVED,
    "wagtail.reorder": Verb.MOVED,
    "wagtail.copy": Verb.COPIED,
    "wagtail.copy_for_translation": Verb.COPIED,
    "wagtail.delete": Verb.DELETED,
}
"""What Wagtail's log calls an action, and how the audit log calls it."""
BY_THE_CLOCK: Final = frozenset({"wagtail.publish.scheduled", "wagtail.unpublish.scheduled"})
EDITOR: Final = "editor"
SCHEDULE: Final = "schedule"
WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
log = logging.getLogger("publishing")
MANY: Final = 20
"""Ticked pages that are rehearsed: of more, the first would be forgotten before their turn."""
_TURN: Final = 0x626F7468  # any number; the same in every process

_is_part: ContextVar[bool] = ContextVar("part_of_a_whole", default=False)
_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)


@contextmanager
def part_of_a_whole() -> Iterator[None]:
    """Inside, publications belong to a larger action and get no audit entry of their own.

    The checks of a lesson go live with it; an import has one entry.
    """
    token = _is_part.set(True)
    try:
        yield
    finally:
        _is_part.reset(token)


def acting(user: Any | None) -> AbstractContextManager[Any]:
    """Log what happens inside as done by this user. Without one, the log names the user of the request."""
    return nullcontext() if user is None else LogContext(user=user)


@contextmanager
def my_turn() -> Iterator[None]:
    """One transaction, and nobody else's writing between its first reading and its last writing.

    Wagtail reads a page, changes the object and writes the whole row: two of these at once would undo each
    other. On SQLite every transaction of ours is such a turn from its beginning. A query on PostgreSQL.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
        token = _has_turn.set(True)
        try:
            with indexed_once():
                yield
        finally:
            _has_turn.reset(token)


def rehearse(item: Any) -> None:
    """Work out what publishing this would show, before the turn is taken; inside it then is remembered.

    Everybody who answers waits for a turn, and most of its time went into texts. Nothing depends on this:
    what changed in between is worked out inside.
    """
    if not isinstance(item, PublishingMixin) or _has_turn.get() or _is_part.get():
        return
    try:
        item.rehearse()
    except Exception:  # inside the turn it is said to whoever publishes
        log.debug("rehearsal of %s.%s failed", item._meta.label, item.pk, exc_info=True)  # type: ignore[attr-defined]


def rehearse_for(
    request: HttpRequest, view: Callable[..., HttpResponseBase], arguments: dict[str, Any]
) -> None:
    """The same for what an address of Wagtail names, or for the first of those that somebody has ticked.

    Only for whoever may open the editor: it is asked before Wagtail asks who it is.
    """
    if not request.user.has_perm("wagtailadmin.access_admin"):
        return
    ids = [arguments[name] for name in ("page_id", "page_to_move_id", "pk") if arguments.get(name)][:1]
    model = getattr(view, "view_initkwargs", {}).get("model") or Page
    ids = ids or request.GET.getlist("id")[:MANY]
    if not (isinstance(model, type) and issubclass(model, PublishingMixin | Page)):
        return
    # Whatever somebody put into an address: what is no number names nothing.
    for item in model._default_manager.filter(  # type: ignore[union-attr]
        pk__in=[pk for pk in ids if str(pk).isdecimal()]
    ):
        rehearse(item.specific if isinstance(item, Page) else item)


def by_turns(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view in one transaction when it writes (POST and others); an answer of 400 or above rolls it back."""

    @wraps(view)
    def in_turn(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in WRITING:
            return view(request, *args, **kwargs)
        rehearse_for(request, view, kwargs)
        with my_turn():
            response = view(request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            return response

    return in_turn


class PublishingMixin(ChildRowsMixin):
    """Mixin, before Wagtail's class: a model with a draft and a live state, and effects when it goes live."""

    live: bool
    needs_both_sides = True
    """Whether somebody of the other side than the publisher must have written or approved the text."""

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """In one transaction. Raises: OwnText, and what `refuse_publication` raises; then nothing went live."""
        rehearse(self)
        with _in_one_piece(), acting(kwargs.get("user")), self.in_its_turn():
            if self.needs_both_sides:  # before Wagtail says the same without a reason
                refuse_own_text(revision, kwargs.get("user"))
            super().publish(revision, *args, **kwargs)  # type: ignore[misc]  # of the class beside it

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        rehearse(self)
        with my_turn(), acting(kwargs.get("user")), self.in_its_turn():
            super().unpublish(*args, **kwargs)  # type: ignore[misc]  # of the class beside it

    def in_its_turn(self) -> AbstractContextManager[None]:
        """A context around each publication inside its turn, for what is read once for all of it."""
        return nullcontext()

    def rehearse(self) -> None:
        """Render what publishing or unpublishing this would render; store nothing."""

    def refuse_publication(self, revision: Any, *, user: Any | None) -> None:
        """Check the rules, when it goes live and when a day is set for it. Raises: OwnText"""
        if self.needs_both_sides:
            refuse_own_text(revision, user)

    def went_live(self, revision: Any, *, user: Any | None, now: datetime) -> None:
        """Called after it went live; does what follows from that."""

    def came_down(self, *, now: datetime) -> None:
        """Called after it was unpublished."""

    def was_moved(self, *, before: Page, after: Page, now: datetime) -> None:
        """Called after a page was moved."""

    def lost_a_page(self, *, now: datetime) -> None:
        """Called after a page below this one was deleted."""


def _in_one_piece() -> AbstractContextManager[Any]:
    """A turn, but none for a part of a larger action: a turn lasts until its transaction ends, and an import's ends late."""
    return transaction.atomic() if _is_part.get() else my_turn()


def refuse_own_text(revision: Any, user: Any | None) -> None:
    """Raises: OwnText"""
    if user is not None and not _is_part.get() and not may_publish(user, behind(revision)):
        raise OwnText


def connect() -> None:
    """Called once, when the apps are ready."""
    uid = "publishing.publication"
    signals.page_published.connect(_page_published, dispatch_uid=uid)
    signals.page_unpublished.connect(_page_unpublished, dispatch_uid=uid)
    signals.published.connect(_published, dispatch_uid=uid)
    signals.unpublished.connect(_unpublished, dispatch_uid=uid)
    signals.post_page_move.connect(_moved, dispatch_uid=uid)
    post_save.connect(_scheduled, sender=Revision, dispatch_uid=uid)
    post_delete.connect(_deleted, sender=Page, dispatch_uid=uid)
    for model in (PageLogEntry, ModelLogEntry):
        post_save.connect(_logged, sender=model, dispatch_uid=uid)


def _who() -> Any | None:
    return get_active_log_context().user


def _page_published(sender: Any, instance: Any, revision: Any, **kwargs: Any) -> None:
    _go_live(instance, revision)


def _published(sender: Any, instance: Any, revision: Any, **kwargs: Any) -> None:
    if not isinstance(instance, Page):  # pages have a signal of their own, which a copy sends too
        _go_live(instance, revision)


def _go_live(instance: Any, revision: Any) -> None:
    if not isinstance(instance, PublishingMixin) or not instance.live:  # for a later day: asked by _scheduled
        return
    user = _who()
    instance.refuse_publication(revision, user=user)
    instance.went_live(revision, user=user, now=timezone.now())


def _scheduled(sender: Any, instance: Revision, update_fields: Any = None, **kwargs: Any) -> None:
    """Setting a day is what a person decides; when it comes nobody is there to be asked."""
    if instance.approved_go_live_at is None or "approved_go_live_at" not in (update_fields or ()):
        return
    draft = instance.as_object()
    if isinstance(draft, PublishingMixin):
        draft.refuse_publication(instance, user=_who())


def _page_unpublished(sender: Any, instance: Any, **kwargs: Any) -> None:
    # Wagtail also says this of what it is about to delete, and leaves the row live.
    if isinstance(instance, PublishingMixin) and not instance.live:
        instance.came_down(now=timezone.now())


def _unpublished(sender: Any, instance: Any, **kwargs: Any) -> None:
    if not isinstance(instance, Page):
        _page_unpublished(sender, instance)


def _moved(
    sender: Any, instance: Any, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    page = instance.specific
    if isinstance(page, PublishingMixin):
        page.was_moved(before=parent_page_before, after=parent_page_after, now=timezone.now())


def _deleted(sender: Any, instance: Page, **kwargs: Any) -> None:
    """The rows of pages go after those of courses and lessons: what is found above is not being deleted too."""
    above = Page.objects.filter(path=instance.path[: -Page.steplen]).first()
    parent = above.specific if above is not None else None
    if isinstance(parent, PublishingMixin):
        parent.lost_a_page(now=timezone.now())


def _logged(sender: Any, instance: BaseLogEntry, created: bool, **kwargs: Any) -> None:
    """What the program loads has no person and no entry; what the clock does stands there without one."""
    verb = VERBS.get(instance.action)
    if verb is None or not created or _is_part.get():
        return
    by_the_clock = instance.action in BY_THE_CLOCK
    if instance.user_id is None and not by_the_clock:
        return
    audit_log.record(
        actor=instance.user,
        verb=verb,
        about=_name(instance),
        detail=_ends(instance),
        origin=SCHEDULE if by_the_clock else EDITOR,
        now=timezone.now(),
    )


def _name(entry: BaseLogEntry) -> str:
    if isinstance(entry, PageLogEntry):
        return f"page:{entry.page_id}"
    return f"{entry.content_type.model}:{entry.object_id}"


def _ends(entry: BaseLogEntry) -> dict[str, Any]:
    """From where to where a page was moved or copied, by id."""
    pages = {
        name: f"page:{entry.data[key]['id']}"
        for name, key in (("from", "source"), ("to", "destination"))
        if (entry.data or {}).get(key)
    }
    return pages if VERBS[entry.action] in {Verb.MOVED, Verb.COPIED} else {}
