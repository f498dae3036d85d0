"""What Wagtail's admin is given for writing: our editor, its style, and a copy that has questions of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.models import Page
from wagtail.query import PageQuerySet

from authoring.action_menu import in_our_words
from authoring.editor import CourseViewSet
from authoring.queries import linkable
from courses.models import CoursePage, LessonPage


@hooks.register("register_admin_viewset")
def editors() -> list[CourseViewSet]:
    return [CourseViewSet(model=CoursePage), CourseViewSet(model=LessonPage)]


@hooks.register("construct_page_chooser_queryset")
def link_to_what_is_public_or_own(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Wagtail's chooser lists every page with the title of its draft; drafts of other courses have no place in it."""
    return linkable(pages, request.user)


@hooks.register("insert_global_admin_css")
def editor_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("authoring/editor.css"))


@hooks.register("insert_global_admin_js")
def editor_script() -> SafeString:
    return format_html('<script src="{}"></script>', static("authoring/editor.js"))


@hooks.register("before_copy_page")
def copy_with_its_own_questions(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Wagtail's copy of a course would share its questions; ours has keys, codes and questions of its own."""
    if not isinstance(page.specific, CoursePage):
        return None
    return redirect("write:copy_course", page.pk)


@hooks.register("construct_page_action_menu")
def actions_in_our_words(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    in_our_words(items, request, context)
