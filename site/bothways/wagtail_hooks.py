"""What `bothways.sight` puts in the place of Wagtail's own, and our look in the editor."""

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages import bulk_actions as of_pages
from wagtail.contrib.redirects import utils as of_redirects
from wagtail.documents.views import bulk_actions as of_documents
from wagtail.documents.views import chooser as document_chooser
from wagtail.documents.views import documents
from wagtail.images.views import bulk_actions as of_images
from wagtail.images.views import chooser, images
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction as DeleteSnippets
from wagtail.users.views import bulk_actions as of_users

from bothways import redirects, sight
from bothways.templatetags.look import asset

_ACTIONS = [
    of_pages.DeleteBulkAction, of_pages.MoveBulkAction, of_pages.PublishBulkAction, of_pages.UnpublishBulkAction,
    of_images.AddTagsBulkAction, of_images.AddToCollectionBulkAction, of_images.DeleteBulkAction,
    of_documents.AddTagsBulkAction, of_documents.AddToCollectionBulkAction, of_documents.DeleteBulkAction,
    of_users.AssignRoleBulkAction, of_users.DeleteBulkAction, of_users.SetActiveStateBulkAction,
    DeleteSnippets,
]  # fmt: skip
# The last one of a name counts, and so does a higher order.
for action in _ACTIONS:
    hooks.register("register_bulk_action", sight.sighted(action), order=100)

images.IndexView.filterset_class = sight.ImagesListed
documents.IndexView.filterset_class = sight.DocumentsListed
chooser.viewset.choose_view_class = sight.ChooseImage
document_chooser.viewset.choose_view_class = sight.ChooseDocument
of_redirects.RedirectsCacheStorage = redirects.KeptFile


@hooks.register("construct_admin_api", order=100)
def own_files_only(router: Any) -> None:
    router.register_endpoint("images", sight.ImagesEndpoint)
    router.register_endpoint("documents", sight.DocumentsEndpoint)


@hooks.register("construct_reports_menu")
def reports_that_open(request: HttpRequest, items: list[MenuItem]) -> None:
    """The report about all pages stands in the menu of whoever may see them all."""
    if not sight.sees_every_page(request.user):
        items[:] = [item for item in items if item.name != "page-types-usage"]


@hooks.register("insert_global_admin_css", order=-1)
def in_our_ink() -> SafeString:
    return format_html_join(
        "",
        '<link rel="stylesheet" href="{}">',
        ((asset(name),) for name in ("css/admin.css", "editor/admin.css")),
    )


@hooks.register("construct_help_menu")
def own_help_only(request: HttpRequest, items: list[MenuItem]) -> None:
    """What is new in Wagtail and its guide tell nobody here how to write a lesson; the keys do."""
    items[:] = [item for item in items if item.name == "shortcuts"]
