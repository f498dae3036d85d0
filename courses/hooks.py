"""What a page asks of those above it. They answer from `ready()` of their apps, so that no model reaches up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.models import Page


def _unanswered(*_asked: Any, **_named: Any) -> Any:
    # not for people: an app that is not installed
    raise LookupError("nobody answers this hook; its app is not installed")


@dataclass
class Hooks:
    """Set once, when the apps are ready.

    `serve`, `preview`: a page as an answer, for an address that Wagtail built and for a draft.
    `gate`: refuses a draft that lacks something. `rehearse`: finds what it lacks, so that it is remembered.
    `checks_go_live`: what is published with a lesson.
    """

    serve: Callable[[HttpRequest, Page], HttpResponse] = field(default=_unanswered)
    preview: Callable[[HttpRequest, Page, str], HttpResponse] = field(default=_unanswered)
    preview_lesson: Callable[..., HttpResponse] = field(default=_unanswered)
    gate: Callable[[Page], None] = field(default=_unanswered)
    rehearse: Callable[[Page], object] = field(default=_unanswered)
    checks_go_live: Callable[..., None] = field(default=_unanswered)


hooks = Hooks()
