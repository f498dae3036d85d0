"""How Wagtail shows our pages: by address through our views, as a preview without storing anything."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from wagtail.models import Page

from courses import publishing
from courses.hooks import hooks
from courses.models import CataloguePage, CoursePage, LessonPage
from courses.views.catalogue import catalogue


def serve_page(request: HttpRequest, page: Page) -> HttpResponse:
    """Our addresses answer before Wagtail's, so this is reached only by an address of another shape."""
    if isinstance(page, CataloguePage):
        return catalogue(request)
    parent = page.get_parent()
    if isinstance(page, LessonPage):
        return redirect("courses:lesson", course=parent.slug, lesson=page.slug)
    return redirect("courses:course", course=page.slug)


def serve_preview(request: HttpRequest, page: Page, mode_name: str) -> HttpResponse:
    """A draft exactly as employees will get it; answers are judged and stored nowhere."""
    if isinstance(page, LessonPage):
        return hooks.preview_lesson(request, page, mode_name)
    if isinstance(page, CataloguePage):
        return catalogue(request)
    if not isinstance(page, CoursePage):
        raise TypeError(f"{type(page).__name__} has no preview")
    course = publishing.preview_course(page)
    shown = {"course": course, "lessons": publishing.previewed_lessons(page)}
    return render(request, "courses/course_preview.html", shown)
