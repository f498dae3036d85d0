"""/people/import/: HR chooses a list, sees what it would do, and then it is done."""

import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from gates.csv_in import TableRefused
from people import roles
from people.doors import only_for
from people.importing import HeadingsRefused, PlanChanged, actions, queries
from people.importing.forms import UploadForm
from people.importing.planning import Plan

SHOWN = 200  # of a long list: the sentence above it says how many there are
_LABELS = {
    "number": gettext_lazy("number"),
    "name": gettext_lazy("name"),
    "email": gettext_lazy("e-mail"),
    "department": gettext_lazy("department"),
    "side": gettext_lazy("side"),
    "manager": gettext_lazy("line manager"),
    "started_on": gettext_lazy("start"),
    "left_on": gettext_lazy("leaves on"),
}


@only_for(roles.HR, roles.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file. It is kept until its preview was answered, for its uploader only."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file, now = form.cleaned_data["file"], timezone.now()
        content = file.read()
        try:
            actions.plan_import(io.BytesIO(content), now=now, may_change_guarded=_may_change_guarded(request))
        except (TableRefused, HeadingsRefused) as error:
            form.add_error("file", str(error))
        else:
            actions.keep_upload(
                uploader=request.user,
                name=file.name,
                content=content,
                invite=form.cleaned_data["invite"],
                now=now,
            )
            return redirect("people:preview")
    waiting = queries.upload_of(request.user)
    return render(
        request,
        "people/import.html",
        {"form": form, "waiting": waiting},
        status=400 if form.errors else 200,
    )


@only_for(roles.HR, roles.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest) -> HttpResponse:
    """What the file would do; then it is imported, or forgotten."""
    waiting = queries.upload_of(request.user)
    if waiting is None:
        if request.method == "POST":
            messages.warning(
                request, _("There is no list to import any more. Nothing was changed. Choose the file again.")
            )
        return redirect("people:import")
    if request.method == "POST" and request.POST.get("do") == "forget":
        actions.forget_upload(uploader=request.user)
        messages.success(request, _("The list was put away. Nothing was imported."))
        return redirect("people:import")
    content = io.BytesIO(bytes(waiting.content))
    now = timezone.now()
    try:
        if request.method == "POST":
            plan = actions.import_upload(
                waiting,
                expected=request.POST.get("fingerprint", "") or "none",
                may_change_guarded=_may_change_guarded(request),
                now=now,
            )
            return render(request, "people/imported.html", _told(plan))
        plan = actions.plan_import(content, now=now, may_change_guarded=_may_change_guarded(request))
    except PlanChanged:
        messages.warning(
            request,
            _(
                "Something has changed since you looked at this list. Nothing was imported. Please look again."
            ),
        )
        return redirect("people:preview")
    except (TableRefused, HeadingsRefused) as error:
        actions.forget_upload(uploader=request.user)
        messages.error(request, str(error))
        return redirect("people:import")
    return render(request, "people/preview.html", {"upload": waiting, **_told(plan)})


def _may_change_guarded(request: HttpRequest) -> bool:
    return roles.ADMINISTRATOR in request.user.roles


def _told(plan: Plan) -> dict[str, Any]:
    """A plan as the pages show it."""
    changed = [
        {
            "line": change.line.line,
            "number": change.line.number,
            "name": change.line.name,
            "what": [
                {"label": _LABELS[name], "before": before or "–", "after": after or "–"}
                for name, before, after in change.what
            ],
        }
        for change in plan.changed[:SHOWN]
    ]
    new, reported = len(plan.new), len(plan.reported)
    return {
        "plan": plan,
        "shown": SHOWN,
        "new": plan.new[:SHOWN],
        "changed": changed,
        "reported": plan.reported[:SHOWN],
        "withheld": plan.withheld[:SHOWN],
        "notes": plan.notes[:SHOWN],
        "departments": [" / ".join(path) for path in plan.departments[:SHOWN]],
        "counts": [
            (new, ngettext("new person", "new people", new)),
            (
                len(plan.changed),
                ngettext("person with a change", "people with a change", len(plan.changed)),
            ),
            (len(plan.unchanged), _("unchanged")),
            (reported, ngettext("line reported", "lines reported", reported)),
        ],
    }
