"""A bare Django view: one query, a template of 30 KB. Every other figure is a multiple of its CPU time."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from people.models import Employee

PARAGRAPH = "<p>A floor says what a page costs when nothing is done for anybody: one row, one template of plain text.</p>\n"
PAGE = engines["django"].from_string(
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{{ person.display_name }}</title></head>\n'
    "<body>\n<h1>{{ person.display_name }}</h1>\n"
    + PARAGRAPH * (30_000 // len(PARAGRAPH))
    + "</body>\n</html>\n"
)


def bare(request: HttpRequest) -> HttpResponse:
    person: Any = Employee.objects.order_by("pk").first()
    return HttpResponse(PAGE.render({"person": person}, request))


urlpatterns = [path("", bare)]
