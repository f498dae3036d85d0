"""/people/import/: HR chooses a list, sees what it would do, and then it is done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from gates.csv_in import TableRefused
from jobs.models import Stage
from jobs.queries import progress
from people import roles
from people.access import only_for
from people.importing import AnotherImport, HeadingsRefused, PlanChanged, actions, outcomes, queries, running
from people.importing.forms import UploadForm
from people.importing.shown import plan_of
from people.models import PeopleUpload
from people.queries import refused_addresses


@only_for(roles.HR, roles.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file. It is kept for a day, and its uploader only sees what becomes of it."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = actions.keep_upload(
                uploader=request.user,
                name=file.name,
                content=file.read(),
                invite=form.cleaned_data["invite"],
                may_change_guarded=roles.ADMINISTRATOR in request.user.roles,
                now=timezone.now(),
            )
        except (TableRefused, HeadingsRefused) as error:
            form.add_error("file", str(error))
        else:
            return redirect("people:list", kept.pk)
    return render(
        request,
        "people/import.html",
        {
            "form": form,
            "lists": queries.uploads_of(request.user)[: actions.KEPT + 1],
            "refused": refused_addresses(most=outcomes.SHOWN),
        },
        status=400 if form.errors else 200,
    )


@only_for(roles.HR, roles.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """A list, wherever it is: being read, to be looked at, being imported, or imported. Reloading shows it again."""
    kept = queries.uploads_of(request.user).filter(pk=pk).first()
    if kept is None:
        messages.warning(
            request, _("This list is not here any more. Nothing was changed. Choose the file again.")
        )
        return redirect("people:import")
    if request.method == "POST":
        return _decided(request, kept)
    if kept.stage in {Stage.READING, Stage.IMPORTING}:
        return render(request, "people/underway.html", {"upload": kept, **_so_far(kept)})
    context: dict[str, Any] = {"upload": kept, "plan": plan_of(kept)}
    if kept.stage == Stage.FAILED:
        stopped = {"title": _("The import stopped")}
        nothing = {"title": _("Nothing was imported"), "plan": None}
        return render(request, "people/stopped.html", context | (stopped if _is_settled(kept) else nothing))
    page = {Stage.READ: "preview", Stage.IMPORTED: "imported"}[Stage(kept.stage)]
    return render(request, f"people/{page}.html", context)


def _is_settled(kept: PeopleUpload) -> bool:
    """Whether it is certain what is written: then the outcome names the file by its hash."""
    return "sha256" in kept.outcome


def _decided(request: HttpRequest, kept: PeopleUpload) -> HttpResponse:
    """Whoever has looked at a list lets it be imported, or puts it away."""
    if request.POST.get("do") == "forget":
        if actions.forget_upload(kept):
            messages.success(request, _("The list was put away. Nothing was imported."))
            return redirect("people:import")
        messages.warning(request, _("This list is being imported already, so it could not be put away."))
        return redirect("people:list", kept.pk)
    try:
        actions.begin_import(kept, expected=request.POST.get("fingerprint", ""), clock=timezone.now)
    except PlanChanged:
        messages.warning(request, running.changed_since())
    except AnotherImport:
        messages.warning(
            request,
            _(
                "Another list of people is being imported just now, so this one was not begun. It waits here: import "
                "it when the other one is done."
            ),
        )
    return redirect("people:list", kept.pk)


def _so_far(kept: PeopleUpload) -> dict[str, Any]:
    """What is happening with a list, and how far it is, in words."""
    underway = progress(kept, now=timezone.now())
    figures = {"done": underway.done, "total": underway.total}
    if _is_settled(kept):  # so people are counted
        title = _("The people are being imported")
        words = ngettext("%(done)s of one person", "%(done)s of %(total)s people", underway.total)
    else:
        importing = kept.stage == Stage.IMPORTING
        title = _("The list is read once more") if importing else _("The list is being read")
        words = ngettext("%(done)s of one line", "%(done)s of %(total)s lines", underway.total)
    grouped = {name: f"{figure:,}" for name, figure in figures.items()}
    may_stop = kept.stage == Stage.READING or (not kept.hand and not _is_settled(kept))
    return {
        "underway": underway,
        "title": title,
        "so_far": words % grouped,
        "then": _("You can leave this page: it goes on by itself, and “Import people” leads back to it.")
        if kept.stage == Stage.IMPORTING
        else _(
            "You can leave this page: “Import people” leads back to it. Nothing is imported before you have seen "
            "what the list would do."
        ),
        "may_be_put_away": may_stop,
    }
