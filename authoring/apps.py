"""What authors write with. Pages know nothing of it: it gives them their forms and answers their hooks."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _


class AuthoringConfig(AppConfig):
    name = "authoring"
    verbose_name = _("Writing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model

        from authoring import review_mails
        from authoring.page_forms import CourseForm, LessonForm
        from courses.hooks import hooks
        from courses.models import CoursePage, LessonPage

        CoursePage.base_form_class, LessonPage.base_form_class = CourseForm, LessonForm
        review_mails.connect()
        hooks.preview_lesson = _preview
        for model in (get_image_model(), get_document_model()):
            pre_delete.connect(
                _keep_what_is_shown, sender=model, dispatch_uid=f"authoring.{model._meta.label}"
            )
        hooks.gate, hooks.rehearse, hooks.checks_go_live = _gate, _rehearse, _checks_go_live


# Imported when something is asked: every command of `manage.py` would pay for it at its start.
def _preview(*asked: Any) -> HttpResponse:
    from authoring.preview import preview_of

    return preview_of(*asked)


def _keep_what_is_shown(instance: Any, **kwargs: Any) -> None:
    from authoring.files_in_use import refuse_if_in_use

    refuse_if_in_use(instance)


def _gate(page: Any) -> None:
    from authoring.readiness import refuse_what_is_not_ready

    refuse_what_is_not_ready(page)


def _rehearse(page: Any) -> None:
    from authoring.readiness import needed

    needed(page)


def _checks_go_live(revision: Any, *, user: Any) -> None:
    from authoring.readiness import publish_checks

    publish_checks(revision, user=user)
