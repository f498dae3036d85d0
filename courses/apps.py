from typing import Any

from django.apps import AppConfig
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courses.hooks import hooks

        hooks.serve, hooks.preview = _serve, _preview


# Views are imported when a page is asked for: every command of `manage.py` would pay for them at its start.
def _serve(*asked: Any) -> HttpResponse:
    from courses.views import serve_page

    return serve_page(*asked)


def _preview(*asked: Any) -> HttpResponse:
    from courses.views import serve_preview

    return serve_preview(*asked)
