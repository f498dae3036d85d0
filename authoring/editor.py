"""Wagtail's editor for our pages: the list of what is missing beside it, and the one door of publishing."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages as django_messages
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views import chooser
from wagtail.admin.views.pages.delete import DeleteView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from authoring.files_in_use import FileInUse
from authoring.queries import linkable
from authoring.readiness import NotReady, anchor, missing, needed, path_of, sentence
from authoring.reviewing import submit
from authoring.reviews import may_decide, remarks_on
from authoring.rules.lacks import Finding
from authoring.shown_review import sent_back
from gates.typography import within_quotes
from publishing.editing import (
    ReadBefore,
    already_done,
    asks_for_an_action,
    from_what_was_read,
    is_autosave,
    overtaken,
    tells_real_changes,
    waits_for_another,
)
from publishing.reviewing import OwnText, Refused, behind, may_publish, needs_a_reviewer, writer_of

GOES_ON = frozenset({"publish", "submit", "restart_workflow"})
"""Actions after which somebody else reads the text."""


class MissingPanel(BaseSidePanel):
    """One list of what is missing, each entry with a link to its field."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Toggle what is missing")
        icon_name = "list-ul"
        counter_classname = "w-bg-critical-200"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["count"] = len(self.panel.needed)
            return context

    name = "missing"
    title = gettext_lazy("What is missing")
    template_name = "authoring/missing.html"
    order = 90

    def __init__(self, page: Any, request: HttpRequest, kept: Mapping[str, str]) -> None:
        """`kept` is what a form said of fields that stayed as they were."""
        super().__init__(page, request)
        findings = missing(page)
        self.needed = [
            *(
                {"text": text, "anchor": f"#panel-child-content-{name}-section", "path": name}
                for name, text in kept.items()
            ),
            *(_entry(finding) for finding in findings if finding.needed),
        ]
        self.advice = [_entry(finding) for finding in findings if not finding.needed]

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        context |= {"needed": self.needed, "advice": self.advice, "needs_a_reviewer": needs_a_reviewer()}
        return context


def _entry(finding: Finding) -> dict[str, str]:
    return {"text": sentence(finding), "anchor": anchor(finding), "path": path_of(finding)}


class OncePageView:
    """For Wagtail's page editors: an action is done once, and nothing is written over what was not read.

    The generic editors have the same from `publishing.editing.OnceOnly`.
    """

    page: Any
    form: Any
    request: HttpRequest

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> Any:
        self.seen = _look(page_id) if request.method == "POST" else None
        return super().dispatch(request, page_id, **kwargs)  # type: ignore[misc]  # of the view beside it

    @cached_property
    def action_name_and_method(self) -> tuple[str, Callable[[], HttpResponse]]:
        name, method = super().action_name_and_method  # type: ignore[misc]
        if name == "save" and asks_for_an_action(self.request.POST):
            return name, self.spent_action
        return name, method

    @property
    def kept(self) -> dict[str, str]:
        """Sentences about fields that could not be stored as they were typed, by field."""
        form = getattr(self, "form", None)
        kept = getattr(form, "kept", {})
        said = _("%(field)s: %(reason)s It stays as it was.")
        return (
            {name: said % {"field": form[name].label, "reason": why} for name, why in kept.items()}
            if form
            else {}
        )

    def spent_action(self) -> HttpResponse:
        """Raises: OwnText, where it is not spent but another's."""
        if waits_for_another(self.page, self.request.user) or self._would_publish_alone():
            raise OwnText
        state = {"live": self.page.live, "in_review": self.page.workflow_in_progress}
        messages.info(self.request, already_done(self.page.get_admin_display_title(), **state))
        if self.form.has_changed():
            return self.save_action()  # type: ignore[attr-defined,no-any-return]
        return self.redirect_and_remain()  # type: ignore[attr-defined,no-any-return]

    def _would_publish_alone(self) -> bool:
        """True for somebody who may publish, and asks to publish what nobody else stands behind."""
        may = "publish" in self.page.permissions_for_user(self.request.user).permissions
        asked = bool(self.request.POST.get("action-publish"))
        return may and asked and not may_publish(self.request.user, behind(self.page.latest_revision))

    def form_valid(self, form: Any) -> HttpResponse:
        """Raises: authoring.readiness.NotReady, before anything is sent on or published; a draft is saved."""
        if self.action_name_and_method[0] in GOES_ON and (findings := needed(self.page)):
            raise NotReady(self.page, findings)
        form.save = from_what_was_read(form.save, self.seen, lambda: _look(self.page.pk))
        tells_real_changes(form, self.page.latest_revision)
        if is_autosave(self.request) and not form.has_changed():
            return self._nothing_to_save()
        try:
            return super().form_valid(form)  # type: ignore[misc,no-any-return]
        except ReadBefore:
            if not is_autosave(self.request):
                raise
            return self.json_error_response("invalid_revision", overtaken())  # type: ignore[attr-defined,no-any-return]

    def form_invalid(self, form: Any) -> HttpResponse:
        """A second click on Submit meets the lock that the first one set: that is no error."""
        tells_real_changes(form, self.page.latest_revision)
        spent = self.action_name_and_method[1] == self.spent_action
        if spent and form.is_valid() and not form.has_changed():
            return self.spent_action()
        return super().form_invalid(form)  # type: ignore[misc,no-any-return]

    def _nothing_to_save(self) -> HttpResponse:
        """Autosave of what is stored already: a new revision would make a live page one with changes."""
        latest = self.page.latest_revision
        return JsonResponse(
            {
                "success": True,
                "pk": self.page.pk,
                "revision_id": latest.pk,
                "revision_created_at": latest.created_at.isoformat(),
                "field_updates": dict(self.form.get_field_updates_for_resave()),
                "comments": self.form.serialize_comments(self.request.user),
                "html": self.render_partials(),  # type: ignore[attr-defined]
            }
        )

    def add_save_confirmation_message(self) -> None:
        if getattr(self.request, "refused", False):
            return
        for said in self.kept.values():
            messages.warning(self.request, said)
        if self.action_name_and_method[0] != "perform_workflow_action":
            super().add_save_confirmation_message()  # type: ignore[misc]
            return
        is_live = Page.objects.filter(pk=self.page.pk, live=True, has_unpublished_changes=False).exists()
        said = _("“%(title)s” is sent back with your remarks.")
        if self.workflow_action == "approve":  # type: ignore[attr-defined]
            said = _("“%(title)s” is approved and live.") if is_live else _("“%(title)s” is approved.")
        messages.success(self.request, said % {"title": within_quotes(self.page.get_admin_display_title())})


def _look(page_id: int) -> Any:
    """Everything of a page's row that a form does not ask for and Wagtail writes with it. One query."""
    rows = Page.objects.filter(pk=page_id)
    return rows.values_list(
        "live", "live_revision", "latest_revision", "latest_revision_created_at", "locked", "path", "numchild"
    ).first()


class CourseEditView(OncePageView, EditView):
    """Wagtail's editor with what is missing beside it, and with the way on for who may not approve."""

    def get_template_names(self) -> list[str]:
        names: list[str] = super().get_template_names()
        return [
            "authoring/edit_page.html" if name == "wagtailadmin/pages/edit.html" else name for name in names
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"way_back": reverse("write:desk")}

    def get_side_panels(self) -> MediaContainer:
        panels = super().get_side_panels()
        return MediaContainer([MissingPanel(self.page, self.request, self.kept), *panels])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if waits_for_another(self.page, request.user):
            self._tell_the_ways()
        elif may_decide(self.page, request.user):
            address = reverse("write:review", args=[self.page.pk])
            said = _(
                "This waits for your review. There you read what changed, and approve it or send it back."
            )
            link = format_html(
                '{} <span class="buttons"><a class="button button-small button-secondary" href="{}">{}</a></span>',
                said,
                address,
                _("Read and decide"),
            )
            messages.info(request, link)
        if remark := remarks_on([self.page]).get(self.page.pk):
            messages.warning(request, sent_back(remark))
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def submit_action(self) -> HttpResponse:
        """As Wagtail's, but said in our words, and back to where the work is."""
        self.page = self.form.save(commit=not self.page.live)
        self.subscription.save()
        revision = self.page.save_revision(
            user=self.request.user, log_action=True, previous_revision=self.previous_revision
        )
        if self.has_content_changes and "comments" in self.form.formsets:
            changes = self.get_commenting_changes()
            self.log_commenting_changes(changes, revision)
            self.send_commenting_notifications(changes)
        submit(page=self.page, revision=revision.pk, by=self.request.user)
        if hooked := self.run_hook("after_edit_page", self.request, self.page):
            return hooked
        title = {"title": within_quotes(self.page.get_admin_display_title())}
        said = _(
            "“%(title)s” is submitted. Reviewers of the other side get a mail; you get one when they decide."
        )
        messages.success(self.request, said % title)
        return redirect("write:desk")

    def _tell_the_ways(self) -> None:
        sent = self.page.current_workflow_task_state.revision
        if writer_of(self.page.latest_revision) != self.request.user:
            said = _(
                "You are of the same side as whoever wrote this, so somebody from the other side approves it. "
                "You can say what is missing with “Send back with a remark”."
            )
            messages.info(self.request, said)
            return
        said = _(
            "You changed this text last, so you cannot approve it as it stands. Either “Send back with a remark”: "
            "%(author)s reads your correction and submits it again, then you can approve it. Or take your change "
            "back and approve what was submitted."
        ) % {"author": sent.user or _("the author")}
        address = reverse("write:take_back", args=["page", self.page.pk])
        messages.warning(self.request, with_a_button(said, _("Take my change back"), address))

    def publish_action(self) -> HttpResponse:
        """As Wagtail's, but said in our words."""
        self.page = self.form.save(commit=not self.page.live)
        self.subscription.save()
        revision = self.page.save_revision(
            user=self.request.user, log_action=True, previous_revision=self.previous_revision
        )
        if self.has_content_changes and "comments" in self.form.formsets:
            changes = self.get_commenting_changes()
            self.log_commenting_changes(changes, revision)
            self.send_commenting_notifications(changes)
        if hooked := self.run_hook("before_publish_page", self.request, self.page):
            return hooked
        later = self.page.go_live_at and self.page.go_live_at > timezone.now()
        revision.publish(
            user=self.request.user, changed=self.has_content_changes, previous_revision=self.previous_revision
        )
        self.page = self.page.specific_class.objects.get(pk=self.page.pk)
        if hooked := self.run_hook("after_publish_page", self.request, self.page):
            return hooked
        said = (
            _("“%(title)s” will go live by itself at the time you set.")
            if later
            else _("“%(title)s” is live.")
        )
        buttons = [] if later or not self.page.url else [self.get_view_live_message_button()]
        messages.success(self.request, said % {"title": within_quotes(self.page.title)}, buttons=buttons)
        if hooked := self.run_hook("after_edit_page", self.request, self.page):
            return hooked
        return self.redirect_away()


class CourseRevertView(OncePageView, RevisionsRevertView):
    pass


def who_may(page: Any) -> str:
    return _(
        "“%(title)s” is still there: only a reviewer or an administrator can unpublish or delete what is live or was "
        "learned from. Ask one of them. Or change the text here and submit it: people then read the new one."
    ) % {"title": within_quotes(page.get_admin_display_title())}


def tells_who_may(request: HttpRequest, page: Any, *, may: bool) -> HttpResponse | None:
    """The way back into the editor for an author whom Wagtail would only show the door; None where they may."""
    if may or not page.permissions_for_user(request.user).can_edit():
        return None
    messages.warning(request, who_may(page))
    return redirect("wagtailadmin_pages:edit", page.pk)


class CourseDeleteView(DeleteView):
    def dispatch(self, request: HttpRequest, page_id: int, *args: Any, **kwargs: Any) -> Any:
        page = get_object_or_404(Page, id=page_id).specific
        may = page.permissions_for_user(request.user).can_delete()
        return tells_who_may(request, page, may=may) or super().dispatch(request, page_id, *args, **kwargs)


class CourseUnpublishView(UnpublishView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        may = self.object.permissions_for_user(request.user).can_unpublish()
        return tells_who_may(request, self.object, may=may) or super().dispatch(request, *args, **kwargs)


class CourseViewSet(PageViewSet):
    edit_view_class = CourseEditView
    delete_view_class = CourseDeleteView
    unpublish_view_class = CourseUnpublishView
    revisions_revert_view_class = CourseRevertView


def with_a_button(said: str, label: str, address: str) -> SafeString:
    """A message of Wagtail's with a button that posts, as its own “Unlock”."""
    return format_html(
        '{} <span class="buttons"><button type="button" class="button button-small button-secondary" '
        'data-action="w-action#post" data-controller="w-action" data-w-action-url-value="{}">{}</button></span>',
        said,
        address,
        label,
    )


@never_cache
@require_admin_access
def browse(request: HttpRequest, parent_page_id: int) -> HttpResponse:
    """Wagtail's page chooser, which names whatever page it is asked for; here only what may be linked to."""
    get_object_or_404(linkable(Page.objects.all(), request.user), pk=parent_page_id)
    response: HttpResponse = chooser.BrowseView.as_view()(request, parent_page_id)
    return response


@never_cache
@require_admin_access
def chosen_multiple(request: HttpRequest) -> HttpResponse:
    numbers = {number for number in request.GET.getlist("id") if number.isdigit()}
    if linkable(Page.objects.filter(pk__in=numbers), request.user).count() != len(numbers):
        raise Http404
    response: HttpResponse = chooser.ChosenMultipleView.as_view()(request)
    return response


def refused(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
    """What somebody sees where publishing or deleting was refused, whichever door it came through; None for other errors."""
    if isinstance(error, FileInUse):
        said = error.told_to(request.user)
    elif isinstance(error, Refused):
        said = error.told()
    elif isinstance(error, ProtectedError | RestrictedError) and request.path.startswith("/admin/"):
        # Records refer with PROTECT: whichever door a deletion comes through, it ends here and not in a 500.
        said = _("This is used or has learning records, so nothing was deleted. Unpublish it instead.")
    else:
        return None
    if request.path.startswith("/admin/api/"):
        return JsonResponse({"detail": said}, status=409)
    address = request.headers.get("Referer", "") or reverse("wagtailadmin_home")
    if isinstance(error, NotReady):
        address = reverse("wagtailadmin_pages:edit", args=[error.page.pk])
    django_messages.error(request, said)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})  # Wagtail's dialogs follow it
    return redirect(address)
