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

from courses.exporting import export_course
from courses.importing import actions
from courses.importing.course import NoCatalogue
from courses.importing.forms import ImportForm
from courses.importing.report import Report
from courses.models import CoursePage, Upload
from courses.writing.queries import courses_of
from gates.archives import ArchiveRefused, pack
from gates.files import safe_disposition
from people import roles


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file. It waits for its preview, for its sender only."""
    courses = courses_of(request.user)
    may_start = _may_start(request.user)
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
        )
        return redirect("import:preview", kept.key)
    return render(request, "courses/import/upload.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, key: Any) -> HttpResponse:
    """What the file would do, file by file; then it is imported, or forgotten."""
    waiting = Upload.objects.filter(key=key, sender_id=request.user.pk).select_related("course").first()
    if waiting is None:
        messages.warning(
            request, _("This file does not wait any more. Nothing was changed. Choose it again.")
        )
        return redirect("import:upload")
    if not _may_use(request.user, waiting):
        raise PermissionDenied(_("You do not write this course any more. Nothing was imported."))
    if request.method == "POST" and request.POST.get("do") == "forget":
        actions.forget_upload(waiting)
        messages.success(request, _("The file was put away. Nothing was imported."))
        return redirect("import:upload")
    is_done = request.method == "POST"
    try:
        work = actions.import_upload if is_done else actions.try_upload
        report = work(waiting, now=timezone.now())
    except (ArchiveRefused, NoCatalogue) as error:
        actions.forget_upload(waiting)
        messages.error(request, _("Nothing was imported. %(reason)s") % {"reason": error})
        return redirect("import:upload")
    context = {"upload": waiting, "is_done": is_done, **_shown(report)}
    return render(request, "courses/import/report.html", context)


def _shown(report: Report) -> dict[str, Any]:
    """A report as the page shows it: the reasons of each file together."""
    reported: dict[str, list[dict[str, Any]]] = {}
    # Why a course was refused stands above the files that were refused with it.
    for entry in sorted(report.reported, key=lambda one: one["file"] in report.followed):
        reported.setdefault(entry["file"], []).append(entry)
    new, same, told = len(report.imported), len(report.unchanged), len(reported)
    course = CoursePage.objects.filter(code=report.code).first() if report.code else None
    return {
        "report": report,
        "course": course,
        "reported": list(reported.items()),
        "counts": [
            (new, ngettext("file imported", "files imported", new)),
            (same, ngettext("file unchanged", "files unchanged", same)),
            (told, ngettext("file with remarks", "files with remarks", told)),
        ],
        "is_empty": not report.states,
    }


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


def _may_start(person: Any) -> bool:
    return bool(person.is_superuser or {roles.AUTHOR, roles.ADMINISTRATOR} & person.roles)


def _may_use(person: Any, waiting: Upload) -> bool:
    """Asked again before anything is read: rights may have gone since the file was sent."""
    if waiting.course is None:
        return _may_start(person)
    return bool(courses_of(person).filter(pk=waiting.course_id).exists())
