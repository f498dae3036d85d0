from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courses.hooks import hooks
        from quizzes.hooks import hooks as of_questions

        hooks.serve, hooks.preview = _serve, _preview
        of_questions.preview = _preview_question

        from courses.models import Published

        post_delete.connect(_is_found_no_more, sender=Published, dispatch_uid="courses.search")


def _is_found_no_more(sender: Any, instance: Any, **kwargs: Any) -> None:
    """However the row went, by publishing or with its page."""
    from search.index import forget
    from search.models import Kind

    forget(Kind.LESSON if instance.slug else Kind.COURSE, [instance.page_id])


# Views are imported when a page is asked for: every command of `manage.py` would pay for them at its start.
def _serve(*asked: Any) -> HttpResponse:
    from courses.views import serve_page

    return serve_page(*asked)


def _preview(*asked: Any) -> HttpResponse:
    from courses.views import serve_preview

    return serve_preview(*asked)


def _preview_question(*asked: Any) -> HttpResponse:
    from courses.views.question_preview import serve_question_preview

    return serve_question_preview(*asked)
