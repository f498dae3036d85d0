"""Settings → Groups in Wagtail: what a group's rights were and are stands in the audit log."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.models import GroupCollectionPermission, GroupPagePermission
from wagtail.users.views import groups

from audit import log as audit_log
from people.models import Employee


def rights_of(group: Group | None) -> frozenset[str]:
    """Names of all rights of a group, those of pages and collections with their number. 3 SQL queries."""
    if group is None or group.pk is None:
        return frozenset()
    pages = GroupPagePermission.objects.filter(group=group).values_list("page_id", "permission__codename")
    collections = GroupCollectionPermission.objects.filter(group=group).values_list(
        "collection_id", "permission__codename"
    )
    return frozenset(
        [
            *(
                f"{app}.{name}"
                for app, name in group.permissions.values_list("content_type__app_label", "codename")
            ),
            *(f"page:{pk}/{name}" for pk, name in pages),
            *(f"collection:{pk}/{name}" for pk, name in collections),
        ]
    )


class _Logged:
    """Compares the rights before and after a form, panels for pages and collections included."""

    request: HttpRequest
    object: Any

    @transaction.atomic
    def process_form(self) -> HttpResponse:
        pk = self.object.pk
        before = rights_of(Group.objects.get(pk=pk) if pk else None)
        response: HttpResponse = super().process_form()  # type: ignore[misc]  # of the view beside it
        after = rights_of(self.object)
        if after != before:
            actor: Employee = self.request.user  # type: ignore[assignment]  # nobody else gets into Wagtail
            audit_log.record(
                actor=actor,
                verb=audit_log.Verb.RIGHTS_CHANGED,
                about=f"group:{self.object.pk}",
                detail={"given": sorted(after - before), "taken": sorted(before - after)},
                origin="admin",
                now=timezone.now(),
            )
        return response


class CreateView(_Logged, groups.CreateView):
    pass


class EditView(_Logged, groups.EditView):
    pass


class DeleteView(groups.DeleteView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        before, pk = rights_of(self.object), self.object.pk
        response: HttpResponse = super().form_valid(form)
        actor: Employee = self.request.user  # type: ignore[assignment]  # nobody else gets into Wagtail
        audit_log.record(
            actor=actor,
            verb=audit_log.Verb.RIGHTS_CHANGED,
            about=f"group:{pk}",
            detail={"given": [], "taken": sorted(before)},
            origin="admin",
            now=timezone.now(),
        )
        return response


class RoleViewSet(groups.GroupViewSet):
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView
