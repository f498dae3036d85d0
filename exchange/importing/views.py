"""/write/import/: an author chooses a file, sees what it would do, and then it is done. And the way out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from authoring.queries import courses_of, may_start_courses
from exchange.exporting import export_course
from exchange.importing import actions
from exchange.importing.forms import ImportForm
from exchange.importing.report_page import shown_report
from exchange.models import Upload
from gates.archives import pack
from gates.files import safe_disposition
from jobs.models import Stage
from jobs.queries import progress


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file. It waits for its preview, for its sender only."""
    courses = courses_of(request.user)
    may_start = may_start_courses(request.user)
    if not may_start and not courses.exists():
        raise PermissionDenied(_("Only authors import courses. An administrator gives that role."))
    form = ImportForm(request.POST or None, request.FILES or None, courses=courses, may_start=may_start)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        kept = actions.keep_upload(
            sender=request.user,
            name=file.name,
            content=file.read(),
            course=form.cleaned_data["course"],
            now=timezone.now(),
            asked=form.asked,
        )
        actions.begin_reading(kept, clock=timezone.now)
        return redirect("import:preview", kept.key)
    last = Upload.objects.filter(sender=request.user.pk).defer("content").order_by("-made_at").first()
    return render(
        request,
        "exchange/upload.html",
        {"form": form, "last": last},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, key: Any) -> HttpResponse:
    """A file, wherever it is: being read, to be looked at, being imported, or imported. Reloading shows it again."""
    kept = (
        Upload.objects.filter(key=key, sender_id=request.user.pk).select_related("course", "sender").first()
    )
    if kept is None:
        messages.warning(
            request, _("This file does not wait any more. Nothing was changed. Choose it again.")
        )
        return redirect("import:upload")
    if not actions.may_use(request.user, kept):
        raise PermissionDenied(_("You do not write this course any more. Nothing was imported."))
    if request.method == "POST":
        return _decided(request, kept)
    if kept.stage == Stage.READING and kept.told_at is None and not kept.tries:  # of an earlier version
        actions.begin_reading(kept, clock=timezone.now)
    if kept.stage in {Stage.READING, Stage.IMPORTING}:
        return render(request, "exchange/underway.html", {"upload": kept, **_so_far(kept)})
    if kept.stage == Stage.FAILED:
        title = _("The import has ended early") if kept.outcome else _("Nothing was imported")
        return render(request, "exchange/failed.html", {"upload": kept, "title": title})
    page, title = {
        Stage.READ: ("preview", _("What the import would do")),
        Stage.IMPORTED: ("imported", _("What was imported")),
    }[Stage(kept.stage)]
    return render(request, f"exchange/{page}.html", {"upload": kept, "title": title, **_shown(kept)})


def _decided(request: HttpRequest, kept: Upload) -> HttpResponse:
    """Whoever has looked at a file lets it be imported, or puts it away."""
    if request.POST.get("do") == "forget":
        if actions.forget_upload(kept):
            messages.success(request, _("The file was put away. Nothing was imported."))
            return redirect("import:upload")
        messages.warning(request, _("This file is being imported already, so it could not be put away."))
    else:
        actions.begin_import(kept, clock=timezone.now)
    return redirect("import:preview", kept.key)


def _so_far(kept: Upload) -> dict[str, Any]:
    """What is happening with a file, and how far it is, in words."""
    underway = progress(kept, now=timezone.now())
    if kept.stage == Stage.READING:
        words = ngettext("%(done)s part is read", "%(done)s parts are read", kept.done) % {"done": kept.done}
        then = _(
            "You can leave this page: “Import” at your courses leads back to it. Nothing is imported before you "
            "have seen what the file would do."
        )
        return {"underway": underway, "title": _("The file is being read"), "so_far": words, "then": then}
    words = ngettext("%(done)s of one step", "%(done)s of %(total)s steps", underway.total)
    return {
        "underway": underway,
        "title": _("The file is being imported"),
        "so_far": words % {"done": underway.done, "total": underway.total},
        "then": _(
            "You can leave this page: it goes on by itself, and “Import” at your courses leads back to it."
        ),
    }


def _shown(kept: Upload) -> dict[str, Any]:
    """A report as the page shows it."""
    return {"report": shown_report(kept.outcome, is_done=kept.stage == Stage.IMPORTED)}


@require_safe
def download(request: HttpRequest, course: int) -> HttpResponse:
    """The course as a ZIP archive, for those who write it."""
    page = get_object_or_404(courses_of(request.user), pk=course)
    export = export_course(page)
    files = sorted(export.files.items())
    if export.lost:
        told = "".join(f"{name}: {reason}\n" for name, reason in export.lost)
        files.append((".left-out.txt", told.encode()))
    name = f"{page.code.lower()}-{page.slug}"
    response = HttpResponse(pack((f"{name}/{file}", data) for file, data in files))
    for header, value in safe_disposition(f"{name}.zip", "application/zip").items():
        response[header] = value
    response["Cache-Control"] = "private, no-store"
    return response
