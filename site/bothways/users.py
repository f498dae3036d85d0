"""Settings → Users in Wagtail, for employees: who they are, since when, in which roles."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.views import account
from wagtail.users.views import users
from wagtail.users.views.bulk_actions.user_bulk_action import UserBulkAction

from audit import log as audit_log
from people import actions, roles
from people.accounts import audit_entries
from people.finding import FindsWords, having_words
from people.forms import EmployeeEditForm, EmployeeForm
from people.models import Employee
from people.queries import today, with_refused_addresses


class IndexView(FindsWords, users.IndexView):
    search_fields = ["email", "display_name", "employee_number"]

    @cached_property
    def columns(self) -> list[Column]:
        title = self._get_title_column_class(users.UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            title(
                "display_name",
                label=_("Name"),
                sort_key="sort_key",
                get_url=self.get_edit_url,
                classname="name",
                accessor=str,
            ),
            Column("email", label=_("E-mail address"), sort_key="email"),
            Column("mail", label=_("Mail"), accessor=_mail_state, sort_key="mail_refused"),
            Column("side", label=_("Side"), accessor="get_side_display", sort_key="side"),
            Column("roles", label=_("Roles"), accessor=_role_names),
            Column("is_active", label=_("May sign in"), accessor=_may_sign_in, sort_key="is_active"),
            DateColumn("left_on", label=_("Left on"), sort_key="left_on"),
            DateColumn("last_login", label=_("Last sign-in"), sort_key="last_login"),
        ]

    def get_base_queryset(self) -> Any:
        people = super().get_base_queryset().prefetch_related("groups")
        return people.annotate(mail_refused=with_refused_addresses())


def _mail_state(employee: Any) -> str:
    """Sorted by this column, from below, those whose address must be corrected come first."""
    return gettext("Refused: wrong address") if employee.mail_refused else ""


def _may_sign_in(employee: Employee) -> str:
    return gettext("yes") if employee.is_active else gettext("no")


def _role_names(employee: Employee) -> str:
    return ", ".join(
        sorted(group.name for group in employee.groups.all() if not group.name.startswith(roles.KEPT))
    )


def _after_saving(employee: Employee, form: Any) -> frozenset[str]:
    """What is more than a column: where somebody belongs, and what leaving closes. What of it changed."""
    now = timezone.now()
    changed = set()
    department = form.cleaned_data.get("department")
    if department is not None and "department" in form.changed_data:
        begins = employee.memberships.filter(until_on__isnull=True).values_list("from_on", flat=True).first()
        actions.move(employee, department, max(filter(None, [today(now), employee.started_on, begins])))
        changed.add("department")
    if "left_on" in form.changed_data:
        left_on = form.cleaned_data["left_on"]
        if left_on is not None:
            actions.leave(employee, left_on, now)
        else:
            actions.stay(employee, now)
        changed.add("left_on")
    return frozenset(changed)


def _log_roles(request: HttpRequest, employee: Employee, before: frozenset[str]) -> None:
    actor: Employee = request.user  # type: ignore[assignment]  # nobody else gets into Wagtail
    audit_entries.record_roles(
        actor=actor, employee=employee, before=before, origin="admin", now=timezone.now()
    )


class _ByWhom:
    """The form knows whether an administrator asks: nobody else changes who somebody with rights is."""

    request: HttpRequest

    def get_form_kwargs(self) -> dict[str, Any]:
        actor: Any = self.request.user
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]  # of the view beside it
        return {**kwargs, "may_change_guarded": actor.is_superuser or roles.ADMINISTRATOR in actor.roles}


class CreateView(_ByWhom, users.CreateView):
    success_message = _("“%(object)s” was added. A link to choose a password is on its way.")

    @transaction.atomic
    def save_instance(self) -> Employee:
        employee: Employee = super().save_instance()
        _after_saving(employee, self.form)
        actions.invite(employee, now=timezone.now())
        _log_roles(self.request, employee, frozenset())
        return employee


class EditView(_ByWhom, users.EditView):
    success_message = _("“%(object)s” was saved.")

    @transaction.atomic
    def save_instance(self) -> Employee:
        before = audit_entries.roles_held(self.object)
        employee: Employee = super().save_instance()
        changed = self.form.written | _after_saving(employee, self.form)
        actor: Employee = self.request.user  # type: ignore[assignment]  # nobody else gets into Wagtail
        audit_log.record_changes([(employee.pk, changed)], actor=actor, origin="admin", now=timezone.now())
        _log_roles(self.request, employee, before)
        return employee


class DeleteView(users.DeleteView):
    """Nobody is deleted: what people learned refers to them. Whoever leaves gets a last day at work."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        messages.error(request, _("People are not deleted. Fill in “left on” instead."))
        raise PermissionDenied


class EmployeeViewSet(users.UserViewSet):
    ordering = "sort_key"
    index_view_class = IndexView
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView

    def get_form_class(self, for_update: bool = False) -> type[EmployeeForm]:
        return EmployeeEditForm if for_update else EmployeeForm


# The name is the company's to change, and Wagtail's form for it asks for a first and a last name.
account.NameEmailSettingsPanel.is_active = lambda self: False


def _listed(self: UserBulkAction, parent_id: Any) -> Any:
    """Whom the list shows: "all of them" means those whom the box above it found, in all its columns."""
    people = Employee.objects.all()
    typed = self.request.GET.get("q", "").strip()
    if typed:
        people = people.filter(having_words(typed, IndexView.search_fields))
    return people.values_list("pk", flat=True)


# Wagtail looks into the address only, and for the whole text.
UserBulkAction.get_all_objects_in_listing_query = _listed
