"""What Wagtail's admin is given for writing: our editor, its style, and a copy that has questions of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.query import PageQuerySet

from authoring import table_grid  # noqa: F401 - registers how the editor shows a table
from authoring.action_menu import in_our_words
from authoring.editor import CourseViewSet
from authoring.queries import linkable
from courses.models import CoursePage, LessonPage
from people import roles


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
    names = ("authoring/editor.js", "authoring/missing.js")
    return format_html_join("", '<script src="{}"></script>', ((static(name),) for name in names))


@hooks.register("before_copy_page")
def copy_with_its_own_questions(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Wagtail's copy of a course would share its questions; ours has keys, codes and questions of its own."""
    if not isinstance(page.specific, CoursePage):
        return None
    return redirect("write:copy_course", page.pk)


@hooks.register("construct_page_action_menu")
def actions_in_our_words(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    in_our_words(items, request, context)


class WriteMenuItem(MenuItem):
    """The way back to the author's own page, before everything of Wagtail's."""

    def is_shown(self, request: HttpRequest) -> bool:
        person: Any = request.user
        return bool(person.is_superuser or roles.EDITORS & person.roles)


@hooks.register("register_admin_menu_item")
def write_first() -> MenuItem:
    return WriteMenuItem(
        gettext_lazy("Write"), reverse_lazy("write:desk"), name="write", icon_name="edit", order=0
    )
