"""The question bank, attempts and answers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = _("Quizzes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Before anything asks for the rights on these models: Wagtail remembers its first answer.
        from wagtail.permissions import register_permission_policy

        from quizzes.models import Bank, Question
        from quizzes.policies import BankPolicy, QuestionPolicy

        register_permission_policy(Bank, BankPolicy(Bank))
        register_permission_policy(Question, QuestionPolicy(Question))
