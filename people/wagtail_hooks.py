"""What Wagtail's settings lead to on our own pages, and its bulk actions in the audit log."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log
from wagtail.models import Page

from audit import log as audit_log
from people import roles
from people.models import Employee


class RoleMenuItem(MenuItem):
    """An entry for holders of one role."""

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role

    def is_shown(self, request: HttpRequest) -> bool:
        return self.role in request.user.roles  # type: ignore[union-attr]  # nobody else gets into Wagtail


@hooks.register("register_settings_menu_item")
def import_people() -> MenuItem:
    return RoleMenuItem(
        _("Import people"),
        reverse("people:import"),
        icon_name="upload",
        order=610,
        role=roles.ADMINISTRATOR,
    )


@hooks.register("register_settings_menu_item")
def log_of_audit() -> MenuItem:
    return RoleMenuItem(
        _("Audit log"), reverse("audit"), icon_name="history", order=620, role=roles.ADMINISTRATOR
    )


@hooks.register("register_settings_menu_item")
def health() -> MenuItem:
    return RoleMenuItem(
        _("Is everything well?"), reverse("health"), icon_name="view", order=630, role=roles.ADMINISTRATOR
    )


@hooks.register("before_bulk_action")
def before_accounts(request: HttpRequest, action_type: str, objects: Any, action: Any) -> None:
    """Only administrators give rights, and close accounts that have some; `log_accounts` needs who was active."""
    actor: Employee = request.user  # type: ignore[assignment]  # nobody else gets into Wagtail
    is_administrator = actor.is_superuser or roles.ADMINISTRATOR in actor.roles
    if action_type in {"assign_role", "set_active_state"} and not is_administrator:
        raise PermissionDenied
    if action_type == "set_active_state":
        action.was_active = {employee.pk: employee.is_active for employee in objects}


@hooks.register("after_bulk_action")
def log_accounts(request: HttpRequest, action_type: str, objects: Any, action: Any) -> None:
    """Accounts that were closed or opened, many at once."""
    if action_type != "set_active_state":
        return
    now_active = action.cleaned_form.cleaned_data["mark_as_active"]
    actor: Employee = request.user  # type: ignore[assignment]  # nobody else gets into Wagtail
    audit_log.record_changes(
        ((pk, ["is_active"]) for pk, was in action.was_active.items() if was != now_active),
        actor=actor,
        origin="admin",
        now=timezone.now(),
    )


@hooks.register("after_bulk_action")
def log_roles(request: HttpRequest, action_type: str, objects: Any, action: Any) -> None:
    """A role that was given to many at once."""
    if action_type != "assign_role":
        return
    role = action.cleaned_form.cleaned_data["role"]
    given = role.name if role.name in roles.ALL else f"group:{role.pk}"
    actor: Employee = request.user  # type: ignore[assignment]  # nobody else gets into Wagtail
    for employee in objects:
        audit_log.record(
            actor=actor,
            verb=audit_log.Verb.ROLES_CHANGED,
            about=f"employee:{employee.pk}",
            detail={"given": [given], "taken": []},
            origin="admin",
            now=timezone.now(),
        )


@hooks.register("after_bulk_action")
def log_deletions(request: HttpRequest, action_type: str, objects: Any, action: Any) -> None:
    """Wagtail logs what is deleted one by one, and pages; of many snippets, pictures or documents it says nothing."""
    if action_type != "delete":
        return
    for item in objects:
        if not isinstance(item, Page):
            log(instance=item, action="wagtail.delete", user=request.user, deleted=True)
