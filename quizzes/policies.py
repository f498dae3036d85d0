"""Who may read and write which questions: a bank belongs to those who write its course.

Reviewers and administrators (whoever may publish questions) see all banks. Authors get no rights on
the models: what they may do comes from the groups that a bank names, and from nothing else.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry

from quizzes.models import Bank, Question

OF_WRITERS = {"add", "change", "view"}
SEES_ALL = "quizzes.publish_question"


def banks_of(user: Any) -> QuerySet[Bank]:
    """The banks whose questions somebody may read and write."""
    if not user.is_active:
        return Bank.objects.none()
    if user.has_perm(SEES_ALL):
        return Bank.objects.all()
    return Bank.objects.filter(writers__in=user.groups.all()).distinct()


class BankPolicy(ModelPermissionPolicy):
    """Writers look at their banks; who keeps the shelves keeps the rights on the model."""

    of_writers = {"view"}

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        actions = set(actions)
        # Not the method for several: that one asks for each action here again.
        if user.has_perm(SEES_ALL) and any(
            ModelPermissionPolicy.user_has_permission(self, user, action) for action in actions
        ):
            return True
        return bool(actions & self.of_writers) and banks_of(user).exists()

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        if not self.user_has_any_permission(user, actions):
            return False
        bank_id = self.bank_id_of(instance)
        return bank_id is None or banks_of(user).filter(pk=bank_id).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        if not self.user_has_any_permission(user, actions):
            return self.model._default_manager.none()
        return self.model._default_manager.filter(self.in_banks(banks_of(user)))

    def bank_id_of(self, instance: Any) -> int | None:
        return instance.pk

    def in_banks(self, banks: QuerySet[Bank]) -> Q:
        return Q(pk__in=banks)


class QuestionPolicy(BankPolicy):
    of_writers = OF_WRITERS

    def bank_id_of(self, instance: Any) -> int | None:
        """The bank as it is stored: what a form put into the instance gives no rights."""
        if instance.pk is None:
            return None
        return Question.objects.filter(pk=instance.pk).values_list("bank_id", flat=True).first()

    def in_banks(self, banks: QuerySet[Bank]) -> Q:
        return Q(bank__in=banks)


def guarded(patterns: Iterable[URLPattern], model: type[Model]) -> list[URLPattern]:
    """The addresses of a snippet, each asking for rights on the very row that it names.

    Wagtail's own snippet views ask for rights on the model only, so that history, comparison, copy,
    preview and the rest would open for every row.
    """
    return [
        URLPattern(pattern.pattern, _guard(pattern.callback, model), pattern.default_args, pattern.name)
        for pattern in patterns
    ]


def _guard(view: Callable[..., HttpResponseBase], model: type[Model]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def ask_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "pk" in kwargs:
            pk = str(kwargs["pk"])
            row = model._default_manager.filter(pk=pk).first() if pk.isdigit() else None
            policy = policy_registry.get_by_type(model)
            if row is not None and not policy.user_has_any_permission_for_instance(
                request.user, OF_WRITERS, row
            ):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return ask_first
