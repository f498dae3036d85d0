"""Courses in Wagtail's admin: what has records is unpublished, never deleted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page
from wagtail.query import PageQuerySet

from courses.models import CoursePage, LessonPage
from courses.queries import has_records
from courses.writing.editor import CourseViewSet
from courses.writing.queries import linkable


def _refuse(request: HttpRequest, page: Page) -> HttpResponse:
    messages.error(
        request,
        _(
            "“%(title)s” has learning records, so it cannot be deleted. Unpublish it instead: people keep what they did."
        )
        % {"title": page.title},
    )
    return redirect("wagtailadmin_pages:unpublish", page.pk)


@hooks.register("register_admin_viewset")
def editors() -> list[CourseViewSet]:
    return [CourseViewSet(model=CoursePage), CourseViewSet(model=LessonPage)]


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


@hooks.register("construct_page_chooser_queryset")
def link_to_what_is_public_or_own(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Wagtail's chooser lists every page with the title of its draft; drafts of other courses have no place in it."""
    return linkable(pages, request.user)


@hooks.register("insert_global_admin_css")
def editor_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("courses/editor.css"))


@hooks.register("insert_global_admin_js")
def editor_script() -> SafeString:
    return format_html('<script src="{}"></script>', static("courses/editor.js"))


@hooks.register("before_copy_page")
def copy_with_its_own_questions(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Wagtail's copy of a course would share its questions; ours has keys, codes and questions of its own."""
    if not isinstance(page.specific, CoursePage):
        return None
    return redirect("write:copy_course", page.pk)
