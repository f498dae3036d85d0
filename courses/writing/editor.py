"""Wagtail's editor for our pages: the list of what is missing beside it, and the one door of publishing."""

from typing import Any

from django.contrib import messages as django_messages
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views import chooser
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page

from courses.checks import Finding
from courses.models import CoursePage, LessonPage
from courses.models.pages import PublishedPage
from courses.writing.queries import linkable
from courses.writing.readiness import NotReady, missing, sentence
from people.reviewing import OwnText, needs_a_reviewer


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
    template_name = "courses/write/missing.html"
    order = 90

    def __init__(self, page: Any, request: HttpRequest) -> None:
        super().__init__(page, request)
        found = missing(page)
        self.needed = [_entry(one) for one in found if one.needed]
        self.advice = [_entry(one) for one in found if not one.needed]

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        context |= {"needed": self.needed, "advice": self.advice, "needs_a_reviewer": needs_a_reviewer()}
        return context


def _entry(finding: Finding) -> dict[str, str]:
    return {"text": sentence(finding), "anchor": anchor(finding)}


def anchor(finding: Finding) -> str:
    """Where the editor shows the block or field; the fragment that Wagtail gives its sections."""
    if finding.block:
        return f"#block-{finding.block}-section"
    return f"#panel-child-content-{finding.name}-section"


class CourseEditView(EditView):
    """Wagtail's view writes a page live by itself, past our `publish()`; here it goes through it."""

    page: Any

    def get_side_panels(self) -> MediaContainer:
        panels = super().get_side_panels()
        if isinstance(self.page, CoursePage | LessonPage):
            return MediaContainer([MissingPanel(self.page, self.request), *panels])
        return panels

    def publish_action(self) -> HttpResponse:
        if not isinstance(self.page, PublishedPage):
            response: HttpResponse = super().publish_action()
            return response
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
        messages.success(self.request, said % {"title": self.page.title}, buttons=buttons)
        if hooked := self.run_hook("after_edit_page", self.request, self.page):
            return hooked
        return self.redirect_away()


edit = never_cache(require_admin_access(CourseEditView.as_view()))


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
    if isinstance(error, OwnText):
        said = _(
            "Not published: you changed this text last. It is kept as a draft. Submit it; somebody from the other "
            "side reads and publishes it."
        )
        place = request.headers.get("Referer", "") or reverse("wagtailadmin_home")
    elif isinstance(error, ProtectedError | RestrictedError) and request.path.startswith("/admin/"):
        # Records refer with PROTECT: whichever door a deletion comes through, it ends here and not in a 500.
        said = _("This is used or has learning records, so nothing was deleted. Unpublish it instead.")
        if request.path.startswith("/admin/api/"):
            return JsonResponse({"detail": said}, status=409)
        place = request.headers.get("Referer", "") or reverse("wagtailadmin_home")
    elif isinstance(error, NotReady):
        listed = " ".join(sentence(one) for one in error.findings[:5])
        said = _("Not published: “%(title)s” still lacks something. The draft is kept. %(list)s") % {
            "title": error.page.title,
            "list": listed,
        }
        place = reverse("wagtailadmin_pages:edit", args=[error.page.pk])
    else:
        return None
    django_messages.error(request, said)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": place})  # Wagtail's dialogs follow it
    return redirect(place)
