"""Wagtail's own pages show nothing of what somebody may not open.

They ask what somebody may *do*, and name what it would be done to: in lists of what is refused, in
messages, filters, reports and its API. Here is asked, for all of them, what somebody may *see*.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.defaults import page_not_found
from taggit.models import Tag
from wagtail.admin.auth import require_admin_access
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.reports import workflows
from wagtail.documents import get_document_model
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.views.chooser import DocumentChooseView
from wagtail.documents.views.documents import DocumentsFilterSet
from wagtail.images import get_image_model
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.views.chooser import ImageChooseView
from wagtail.images.views.images import ImagesFilterSet
from wagtail.models import Page, Task
from wagtail.permissions import policy_registry

from authoring.teams import course_of_page, planned_files_of

ANY = frozenset({"add", "change", "delete", "publish", "view", "choose"})
"""Who may do any of these with a thing may know that it is there."""


def seen(model: type[Model], person: Any) -> QuerySet[Any]:
    """The things of a kind that somebody may know of: pages of the explorer, else those with any right on them."""
    policy = policy_registry.get_by_type(model)
    if issubclass(model, Page):
        return policy.explorable_instances(person)
    return policy.instances_user_has_any_permission_for(person, ANY)


# --- Addresses that name a page -----------------------------------------------------------------------

_PAGES_IN_ADDRESSES = {"page_id", "page_to_move_id", "parent_page_id", "destination_id", "page_pk"}
# What a form of Wagtail calls the page that something goes to: its errors name that page by its draft's title.
_PAGES_IN_FORMS = ("new_parent_page", "parent_page", "chooser")
# Its own view leads to the first page that somebody may open, so an address above that is no dead end.
_EXPLORER = "admin/pages/<int:parent_page_id>/"
# The chooser has a rule of its own: what is public may be linked to (authoring.editor).
_LINKS = "admin/choose-page/"


def sees_every_page(person: Any) -> bool:
    """Two queries."""
    return bool(seen(Page, person).count() == Page.objects.count())


def _keeps_tasks(person: Any) -> bool:
    return bool(
        policy_registry.get_by_type(Task).user_has_any_permission(person, ["add", "change", "delete"])
    )


def _nobody(person: Any) -> bool:
    return False


# Addresses that ask for no right of their own, and for whom they are.
_CLOSED: dict[str, Callable[[Any], bool]] = {
    "admin/reports/page-types-usage/": sees_every_page,
    "admin/workflows/task_chooser/": _keeps_tasks,
    "admin/failwhale/": _nobody,  # breaks on purpose, for whoever works on Wagtail
    # The dialogs that choose these have no form for a new one; Wagtail's view breaks where one is sent.
    "admin/snippets/choose/glossary/sense/create/": _nobody,
    "admin/snippets/choose/glossary/word/create/": _nobody,
    "admin/snippets/choose/quizzes/bank/create/": _nobody,
    # The second step of an upload, for documents with more to fill in than ours; with a list of allowed kinds it breaks.
    "admin/documents/multiple/create_from_uploaded_document/": _nobody,
}


def look_first(
    request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
) -> HttpResponse | None:
    """Runs before every view. Below /admin/, what somebody may not see is not there.

    At most two queries, and none where an address names no page.
    """
    if not request.path_info.startswith("/admin/") or request.resolver_match is None:
        return None
    route = request.resolver_match.route
    closed = (asks for prefix, asks in _CLOSED.items() if route.startswith(prefix))
    if not all(asks(request.user) for asks in closed):
        return _not_there(request)
    pages = set() if route.startswith(_LINKS) else _pages_named(request, route, kwargs)
    if not pages or seen(Page, request.user).filter(pk__in=pages).count() == len(pages):
        return None
    if route.startswith(_EXPLORER) and route.removeprefix(_EXPLORER) in {"", "results/"}:
        return redirect("wagtailadmin_explore_root")
    return _not_there(request)


def _pages_named(request: HttpRequest, route: str, kwargs: dict[str, Any]) -> set[int]:
    named = [kwargs[name] for name in _PAGES_IN_ADDRESSES & kwargs.keys()]
    if "/revisions/compare/" in route and route.startswith("admin/pages/"):
        named.append(kwargs["pk"])
    if request.method == "POST" and not route.startswith("admin/api/"):
        named += [request.POST.get(name, "") for name in _PAGES_IN_FORMS]
    return {int(number) for number in map(str, named) if _is_key(number)}


def _is_key(text: str) -> bool:
    """A database has no longer ones, and breaks where it is asked for one."""
    return text.isdecimal() and len(text) < 19


def _not_there(request: HttpRequest) -> HttpResponse:
    return page_not_found(request, Http404(), template_name="wagtailadmin/404.html")


# --- Bulk actions -------------------------------------------------------------------------------------


class Sighted(BulkAction):
    """A bulk action that names only what its person may see; Wagtail's lists what is refused by title."""

    request: HttpRequest

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        ids = self.request.GET.getlist("id")
        above = self.request.GET.get("childOf", "")
        if not all(number == "all" or _is_key(number) for number in ids) or (above and not _is_key(above)):
            raise Http404
        if above and self.model is Page and not seen(Page, self.request.user).filter(pk=above).exists():
            raise Http404
        objects, others = super().get_actionable_objects()
        refused = others.get("items_with_no_access", [])
        known = set(
            seen(self.model, self.request.user)
            .filter(pk__in=[thing.pk for thing in refused])
            .values_list("pk", flat=True)
        )
        others["items_with_no_access"] = [thing for thing in refused if thing.pk in known]
        if not objects and not any(others.values()):
            raise Http404
        return objects, others


def sighted(action: type[BulkAction]) -> type[BulkAction]:
    """The same action, naming only what its person may see."""
    return type(action.__name__, (Sighted, action), {"__doc__": action.__doc__})


# --- Wagtail's API ------------------------------------------------------------------------------------


class ImagesEndpoint(ImagesAdminAPIViewSet):
    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(pk__in=seen(self.model, self.request.user).values("pk"))


class DocumentsEndpoint(DocumentsAdminAPIViewSet):
    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(pk__in=seen(self.model, self.request.user).values("pk"))


# --- Tags ---------------------------------------------------------------------------------------------


def tags_seen(person: Any, models: Iterable[type[Model]] | None = None) -> QuerySet[Tag]:
    """The tags of pictures and documents that somebody may use, those used most come first."""
    used = Q(pk__in=[])
    for model in models or (get_image_model(), get_document_model()):
        used |= Q(
            taggit_taggeditem_items__content_type=ContentType.objects.get_for_model(model),
            taggit_taggeditem_items__object_id__in=seen(model, person).values("pk"),
        )
    return (
        Tag.objects.filter(used).annotate(times=Count("taggit_taggeditem_items")).order_by("-times", "name")
    )


@require_admin_access
def complete_tag(request: HttpRequest, app_name: str = "taggit", model_name: str = "tag") -> JsonResponse:
    """Wagtail's offers every tag there is while somebody types one."""
    if (app_name, model_name) != ("taggit", "tag"):
        raise Http404
    begun = request.GET.get("term", "")
    tags = tags_seen(request.user).filter(name__istartswith=begun) if begun else Tag.objects.none()
    return JsonResponse(list(tags.order_by("name").values_list("name", flat=True)[:10]), safe=False)


class _TagsSeen(WagtailFilterSet):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "tag" in self.filters:
            tags = tags_seen(self.request.user, [self._meta.model])[:10]
            self.filters["tag"].extra["choices"] = [(tag.name, tag.name) for tag in tags]


class ImagesListed(_TagsSeen, ImagesFilterSet):
    class Meta(ImagesFilterSet.Meta):
        pass


class DocumentsListed(_TagsSeen, DocumentsFilterSet):
    class Meta(DocumentsFilterSet.Meta):
        pass


class UploadsToTheCourse:
    """A dialog's form for a new file begins with the collection of the course whose page is open."""

    request: HttpRequest

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_creation_form_kwargs()  # type: ignore[misc]  # of the view beside it
        course = course_of_page(self.request.headers.get("Referer", ""))
        files = planned_files_of(course.code) if course is not None else None
        if files is not None and files.pk is not None:
            kwargs["initial"] = {"collection": files.pk}
        return kwargs


class ChooseDocument(UploadsToTheCourse, DocumentChooseView):
    pass


class ChooseImage(UploadsToTheCourse, ImageChooseView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["popular_tags"] = tags_seen(self.request.user, [self.model])[:10]
        return context


# --- Reports ------------------------------------------------------------------------------------------


class _WhatOccurs(WagtailFilterSet):
    """A filter offers what stands in the list, and nobody and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for choice in self.filters.values():
            if "queryset" in choice.extra:
                occurring = self.queryset.order_by().values(choice.field_name)
                choice.queryset = choice.get_queryset(self.request).filter(pk__in=occurring)


class _Reviews(_WhatOccurs, workflows.WorkflowReportFilterSet):
    class Meta(workflows.WorkflowReportFilterSet.Meta):
        pass


class _Steps(_WhatOccurs, workflows.WorkflowTasksReportFilterSet):
    class Meta(workflows.WorkflowTasksReportFilterSet.Meta):
        pass


class ReviewsView(workflows.WorkflowView):
    filterset_class = _Reviews


class StepsView(workflows.WorkflowTasksView):
    filterset_class = _Steps


# Before Wagtail's addresses of the same names.
urlpatterns = [
    path("tag-autocomplete/", complete_tag),
    path("tag-autocomplete/<slug:app_name>/<slug:model_name>/", complete_tag),
    path("reports/workflow/", require_admin_access(ReviewsView.as_view())),
    path("reports/workflow/results/", require_admin_access(ReviewsView.as_view(results_only=True))),
    path("reports/workflow_tasks/", require_admin_access(StepsView.as_view())),
    path("reports/workflow_tasks/results/", require_admin_access(StepsView.as_view(results_only=True))),
]
