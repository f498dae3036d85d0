"""Courses in Wagtail's admin: what has records is unpublished, never deleted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from courses.queries import has_records
from gates.typography import within_quotes


def _refuse(request: HttpRequest, page: Page) -> HttpResponse:
    messages.error(
        request,
        _(
            "“%(title)s” has learning records, so it cannot be deleted. Unpublish it instead: people keep what they did."
        )
        % {"title": within_quotes(page.title)},
    )
    return redirect("wagtailadmin_pages:unpublish", page.pk)


@hooks.register("before_delete_page")
def keep_what_has_records(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _refuse(request, page) if has_records([page]) else None


@hooks.register("before_bulk_action")
def keep_in_bulk_too(
    request: HttpRequest, action_type: str, objects: list[object], action_class_instance: object
) -> HttpResponse | None:
    pages = [item for item in objects if isinstance(item, Page)]
    if action_type != "delete" or not pages or not has_records(pages):
        return None
    messages.error(
        request,
        _("Some of these pages have learning records. Nothing was deleted; unpublish them instead."),
    )
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)
