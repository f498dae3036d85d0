"""Wagtail's own views over pictures and documents show nobody what they may not use; and it wears our logo.

Several of them ask whether somebody may do something at all, and show what is not theirs with a refusal beside it.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.views import bulk_actions as of_documents
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.views import bulk_actions as of_pictures
from wagtail.permissions import policy_registry

from bothways import logo
from bothways.templatetags.look import asset
from courses.queries.files import WORKING


class _OnlyTheirs(BulkAction):
    """For a bulk action: what somebody may not touch is not there, and neither is its title."""

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        """Raises: Http404, where nothing is left."""
        theirs, _others = super().get_actionable_objects()
        if not theirs:
            raise Http404
        return theirs, {"items_with_no_access": []}


def _closed(action: type[BulkAction]) -> type[BulkAction]:
    return type(action.__name__, (_OnlyTheirs, action), {})


for _views in (of_pictures, of_documents):
    for _name in _views.__all__:
        # After Wagtail's own, in whose place they stand.
        hooks.register("register_bulk_action", _closed(getattr(_views, _name)), order=1)


class _Theirs:
    """For an address of the admin's API: the files of the collections that somebody works with."""

    def get_queryset(self) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]  # of the view set beside it
        request = self.request  # type: ignore[attr-defined]
        mine = policy_registry.get_by_type(found.model).instances_user_has_any_permission_for(
            request.user, WORKING
        )
        return found.filter(pk__in=mine.values("pk"))


class PicturesAPI(_Theirs, ImagesAdminAPIViewSet):
    pass


class DocumentsAPI(_Theirs, DocumentsAdminAPIViewSet):
    pass


@hooks.register("construct_admin_api", order=1)
def show_files_to_who_works_with_them(router: WagtailAPIRouter) -> None:
    router.register_endpoint("images", PicturesAPI)
    router.register_endpoint("documents", DocumentsAPI)


@hooks.register("insert_global_admin_css")
def dress_the_logo() -> SafeString | str:
    if logo.shown() is None:
        return ""
    return format_html('<link rel="stylesheet" href="{}">', asset("editor/admin.css"))
