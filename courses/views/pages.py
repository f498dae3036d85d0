"""How Wagtail shows our pages: by address through our views, as a preview without storing anything."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from wagtail.models import Page

from courses import publishing
from courses.models import CoursePage, LessonPage


def serve_page(request: HttpRequest, page: Page) -> HttpResponse:
    """Our addresses answer before Wagtail's, so this is reached only by an address of another shape."""
    parent = page.get_parent()
    if isinstance(page, LessonPage):
        return redirect("courses:lesson", course=parent.slug, lesson=page.slug)
    return redirect("courses:course", course=page.slug)


def serve_preview(request: HttpRequest, page: Page, mode_name: str) -> HttpResponse:
    """A draft exactly as employees will get it; answers are judged and stored nowhere."""
    from courses.writing.preview import preview_of  # it shows pages with the views beside this module

    if isinstance(page, LessonPage):
        return preview_of(request, page, mode_name)
    if not isinstance(page, CoursePage):
        raise TypeError(f"{type(page).__name__} has no preview")
    data = publishing.preview_course(page)
    return render(request, "courses/course_preview.html", {"course": data, "lessons": data["lessons"]})
