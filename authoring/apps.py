"""What authors write with. Pages know nothing of it: it gives them their forms and answers their hooks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuthoringConfig(AppConfig):
    name = "authoring"
    verbose_name = _("Writing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from authoring import preview, readiness
        from authoring.page_forms import CourseForm, LessonForm
        from courses.hooks import hooks
        from courses.models import CoursePage, LessonPage

        CoursePage.base_form_class, LessonPage.base_form_class = CourseForm, LessonForm
        hooks.preview_lesson = preview.preview_of
        hooks.gate, hooks.rehearse = readiness.refuse_what_is_not_ready, readiness.needed
        hooks.checks_go_live = readiness.publish_checks
