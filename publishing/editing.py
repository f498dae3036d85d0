"""Wagtail's editors, made to do an action once, from what is stored, and to keep the draft where a rule says no.

An editor sends its form while somebody types (autosave), when it is saved, and with an action such as Publish
or Approve. These overtake each other on a slow line. So autosave never carries an action; an action runs in a
turn of its own, which reads what is stored now; and what was read before somebody else wrote is not written.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from gates.typography import within_quotes
from publishing.publication import WRITING, my_turn, rehearse_for
from publishing.reviewing import OwnText, Refused, says_the_same

ACTIONS: Final = ("action-", "workflow-action-")
"""How the fields begin that name an action, in every form of Wagtail's editors."""
SPENT: Final = "spent"


class ReadBefore(Exception):
    """Somebody else wrote between the reading and the writing of a form; nothing was written."""


def as_editor(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """An editor's address. Where a rule refuses the action, the text is saved as a draft and the reason said."""

    @wraps(view)
    def edit(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in WRITING:
            return view(request, *args, **kwargs)
        if is_autosave(request):
            request.POST = without_action(request.POST)  # type: ignore[assignment]
            return view(request, *args, **kwargs)
        if asks_for_an_action(request.POST):
            rehearse_for(request, view, kwargs)
        try:
            with _turn_for(request):
                return view(request, *args, **kwargs)
        except ReadBefore:
            with my_turn():
                return view(request, *args, **kwargs)
        except Refused as refusal:
            reason = refusal.shown()
        request.POST = without_action(request.POST)  # type: ignore[assignment]
        request.refused = True  # type: ignore[attr-defined]  # the message of the draft gives way to this one
        with my_turn():
            response = view(request, *args, **kwargs)
        messages.error(request, reason)
        return response

    return edit


@contextmanager
def _turn_for(request: HttpRequest) -> Iterator[None]:
    """Saving a draft takes its turn where it writes: forms take longer to read than to store."""
    if not asks_for_an_action(request.POST):
        yield
        return
    with my_turn():
        yield


def is_autosave(request: HttpRequest) -> bool:
    """True for what the page sends by itself; see Wagtail's JsonPostResponseMixin."""
    return not request.accepts("text/html")


def asks_for_an_action(data: QueryDict) -> bool:
    return any(name.startswith(ACTIONS) for name in data)


def without_action(data: QueryDict) -> QueryDict:
    kept = data.copy()
    for name in [name for name in kept if name.startswith(ACTIONS)]:
        del kept[name]
    return kept


def from_what_was_read(save: Callable[..., Any], seen: Any, look: Callable[[], Any]) -> Callable[..., Any]:
    """A form's `save` that raises ReadBefore where `look()` no longer says what was `seen`.

    A draft that is not live is written as a whole row: from an older reading it would take back what
    somebody published in between.
    """

    @wraps(save)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        with my_turn():
            if look() != seen:
                raise ReadBefore
            return save(*args, **kwargs)

    return guarded


def tells_real_changes(form: Any, latest: Any) -> None:
    """From now on the form says that it has changed only where a reader would see a difference from `latest`.

    By itself it also counts other ends of lines and fields that an import left out.
    """

    def has_changed() -> bool:
        return any(rows.has_changed() for rows in form.formsets.values()) or not says_the_same(
            form.instance, latest
        )

    if latest is not None:
        form.has_changed = has_changed


def already_done(title: str, *, live: bool, in_review: bool) -> str:
    """What somebody reads who sent an action that is not to be had any more."""
    if in_review:
        state = _("“%(title)s” is in review already.")
    elif live:
        state = _("“%(title)s” is live already.")
    else:
        state = _("“%(title)s” does not wait for this any more.")
    return " ".join([state % {"title": within_quotes(title)}, _("Nothing was done a second time.")])


def overtaken() -> str:
    return _("Somebody else saved this in the meantime. What you typed is still here; open the page anew.")


def waits_for_another(item: Any, user: Any) -> bool:
    """True where somebody could approve an item in review, had somebody else changed it last."""
    task = item.current_workflow_task
    return isinstance(task, AsksAnother) and task.waits_for_another(item, user)


class AsksAnother:
    """A step of a review that not everybody of its groups may end."""

    def waits_for_another(self, item: Any, user: Any) -> bool:
        raise NotImplementedError


class OnceOnly:
    """For Wagtail's generic edit views of what has drafts; stands before them."""

    object: Any
    request: HttpRequest
    action: str

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.seen = self._look(kwargs.get("pk")) if request.method in WRITING else None
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # of the view beside it

    def _look(self, pk: Any) -> Any:
        rows = self.model._default_manager.filter(pk=pk)  # type: ignore[attr-defined]
        return rows.values_list("live", "live_revision", "latest_revision", "locked").first()

    def get_action(self, request: HttpRequest) -> str:
        action: str = super().get_action(request)  # type: ignore[misc]
        return SPENT if action == "edit" and asks_for_an_action(request.POST) else action

    def is_valid(self, form: Any) -> bool:
        is_valid = bool(super().is_valid(form))  # type: ignore[misc]
        tells_real_changes(form, self.object.latest_revision)
        if self.action == SPENT and form.is_valid() and not form.has_changed():
            return True  # nothing is written, so a lock is no reason
        return is_valid

    def form_valid(self, form: Any) -> Any:
        """Raises: OwnText, ReadBefore"""
        if self.action == SPENT:
            if waits_for_another(self.object, self.request.user):
                raise OwnText
            state = {"live": self.object.live, "in_review": self.object.workflow_in_progress}
            messages.info(self.request, already_done(str(self.object), **state))
            if not form.has_changed():
                return redirect(self.get_edit_url())  # type: ignore[attr-defined]
            self.action = "edit"
        form.save = from_what_was_read(form.save, self.seen, lambda: self._look(self.object.pk))
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except ReadBefore:
            if not is_autosave(self.request):
                raise
            return self.json_error_response("invalid_revision", overtaken())  # type: ignore[attr-defined]

    def save_instance(self) -> Any:
        """Approving what one only read writes no revision: the text stays that of whoever sent it."""
        if self.action == "workflow-action" and not self.form.has_changed():  # type: ignore[attr-defined]
            self.new_revision = self.object.latest_revision
            return self.object
        return super().save_instance()  # type: ignore[misc]

    def get_success_message(self, *args: Any, **kwargs: Any) -> Any:
        if getattr(self.request, "refused", False):
            return None
        return super().get_success_message(*args, **kwargs)  # type: ignore[misc]
