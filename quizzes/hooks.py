"""What a question asks of those above it: how people see it stands with the pages that ask it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from quizzes.models import Question


def _unanswered(*_asked: Any) -> Any:
    # not for people: an app that is not installed
    raise LookupError("nobody answers this hook; its app is not installed")


@dataclass
class Hooks:
    """Set once, when the apps are ready. `preview`: a draft of a question as people will see it."""

    preview: "Callable[[HttpRequest, Question], HttpResponse]" = field(default=_unanswered)


hooks = Hooks()
