"""/write/: an author's courses, starting and copying them, their team, and what readers report."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Page

from authoring import actions, queries, reviews, shown
from authoring.copying import copy_course as copy_a_course
from authoring.forms import AuthorForm, CopyForm, CourseForm, ReplyForm
from authoring.models import CourseCopy
from authoring.teams import NotAnAuthor, add_author, is_the_only_author, remove_author
from courses.models import CoursePage
from gates.typography import within_quotes
from glossary.agreement import looks_after_words
from jobs.models import Stage
from jobs.queries import progress
from people import roles
from people.models import Employee
from quizzes.models import Question


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What is draft, in review and live, and what is missing."""
    rows = queries.desk(request.user)
    reports = queries.open_reports(request.user).select_related("lesson", "reporter")
    waiting = reviews.reviews_for(request.user)
    filters = shown.filters(rows, waiting, request.GET.get("show", ""))
    context = {
        "rows": [shown.course(row, waiting) for row in shown.chosen(rows, waiting, filters)],
        "filters": filters,
        "show": next((one.name for one in filters if one.is_chosen), ""),
        "waiting": [shown.review(review) for review in waiting],
        "reports": list(reports),
        "copies": [shown.copy_on_desk(copy) for copy in queries.copies_underway(request.user)],
        "may_start": queries.may_start_courses(request.user),
        "agrees_on_words": looks_after_words(request.user),
        "keeps_words": request.user.has_perm("glossary.change_sense"),
        "new_key": uuid4(),
    }
    return render(request, "authoring/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_course(request: HttpRequest) -> HttpResponse:
    if not queries.may_start_courses(request.user):
        raise PermissionDenied(_("Only authors start courses. An administrator gives that role."))
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            course = actions.start_course(author=request.user, **form.cleaned_data)
        except actions.CodeTaken:
            form.add_error("code", _("Another course has this code. Choose a free one."))
        else:
            messages.success(
                request,
                _("“%(title)s” is there as a draft. Write its first lesson.")
                % {"title": within_quotes(course.title)},
            )
            return redirect("write:desk")
    return render(request, "authoring/new_course.html", {"form": form}, status=_status(form))


@require_POST
def new_lesson(request: HttpRequest, course: int) -> HttpResponse:
    """The skeleton as a draft, opened in the editor."""
    page = _own_course(request, course)
    lesson = actions.start_lesson(course=page, author=request.user, key=_key(request.POST.get("key", "")))
    return redirect(shown.EDIT, lesson.pk)


def _key(sent: str) -> UUID | None:
    try:
        return UUID(sent)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def copy_course(request: HttpRequest, course: int) -> HttpResponse:
    page = _own_course(request, course)
    if not queries.may_start_courses(request.user):
        raise PermissionDenied(_("Only authors start courses. An administrator gives that role."))
    form = CopyForm(request.POST or None, initial={"title": _("%(title)s (copy)") % {"title": page.title}})
    if request.method == "POST" and form.is_valid():
        try:
            copy = copy_a_course(course=page, author=request.user, clock=timezone.now, **form.cleaned_data)
        except actions.CodeTaken:
            form.add_error("code", _("Another course has this code. Choose a free one."))
        else:
            if copy.stage != Stage.IMPORTED:
                return redirect("write:copying", copy.key)
            messages.success(request, shown.copied_with_a_link(copy))
            return redirect("write:desk")
    context = {"form": form, "copied": page}
    return render(request, "authoring/copy_course.html", context, status=_status(form))


@require_safe
def copying(request: HttpRequest, copy: Any) -> HttpResponse:
    """How far a copy is that takes longer, for whoever asked for it."""
    row = get_object_or_404(CourseCopy.objects.select_related("copy"), key=copy, author_id=request.user.pk)
    if row.stage != Stage.IMPORTING:
        return render(request, "authoring/copied.html", {"copy": row, "ended": shown.ended_copy(row)})
    underway = progress(row, now=timezone.now())
    words = ngettext("%(done)s of one part", "%(done)s of %(total)s parts", underway.total)
    context = {
        "copy": row,
        "underway": underway,
        "so_far": words % {"done": underway.done, "total": underway.total},
    }
    return render(request, "authoring/copying.html", context)


@require_POST
def take_back(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The text that was submitted stands again, without what its reviewer changed."""
    model = {"page": Page, "question": Question}.get(kind)
    if model is None:
        raise Http404
    item = get_object_or_404(model, pk=pk)
    try:
        actions.take_back(item=getattr(item, "specific", item), by=request.user)
    except actions.NothingToTakeBack:
        messages.info(request, _("There is no change of yours to take back. Nothing is different."))
    else:
        messages.success(
            request, _("What was submitted stands again, without your change. You can approve it now.")
        )
    address = "write:review" if kind == "page" else "wagtailsnippets_quizzes_question:edit"
    return redirect(address, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, course: int) -> HttpResponse:
    """Who writes the course. Its authors and administrators invite and release colleagues."""
    page = _own_course(request, course)
    if not _keeps_team(request.user, page):
        raise PermissionDenied(_("Its authors and administrators say who writes a course."))
    form = AuthorForm(request.POST if "email" in request.POST else None)
    if request.method == "POST":
        if "remove" in request.POST:
            number = request.POST["remove"]
            person = get_object_or_404(Employee, pk=number if number.isdigit() else 0)
            if "sure" not in request.POST and is_the_only_author(page, person):
                return render(request, "authoring/release.html", {"course": page, "person": person})
            remove_author(course=page, employee=person)
            messages.success(request, _("%(name)s does not write this course any more.") % {"name": person})
            return (
                redirect("write:team", page.pk) if _keeps_team_now(request, page) else redirect("write:desk")
            )
        if form.is_valid():
            person = form.cleaned_data["email"]
            try:
                add_author(course=page, employee=person)
            except NotAnAuthor:
                raise Http404 from None  # the form has just asked; the role went away in between
            messages.success(request, _("%(name)s writes this course from now on.") % {"name": person})
            return redirect("write:team", page.pk)
    group = getattr(getattr(page, "team", None), "group", None)
    people = group.user_set.order_by("display_name", "email") if group else Employee.objects.none()
    context = {"course": page, "form": form, "people": people}
    return render(request, "authoring/team.html", context, status=_status(form))


def _keeps_team(person: Any, course: CoursePage) -> bool:
    if person.is_superuser or roles.ADMINISTRATOR in person.roles:
        return True
    return person.groups.filter(course_team__course=course).exists()


def _keeps_team_now(request: HttpRequest, course: CoursePage) -> bool:
    person = get_object_or_404(Employee, pk=request.user.pk or 0)
    return _keeps_team(person, course)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, report: int) -> HttpResponse:
    """A reader's report, with a place to answer it."""
    row = get_object_or_404(queries.reports_about(request.user), pk=report)
    form = ReplyForm(request.POST or None) if row.answered_at is None else None
    if request.method == "POST":
        if form is None or not form.is_valid():
            if form is None:
                messages.error(request, _("Somebody has answered this report already; nothing was sent."))
                return redirect("write:reply", row.pk)
        else:
            try:
                actions.answer_report(
                    report=row, author=request.user, answer=form.cleaned_data["answer"], now=timezone.now()
                )
            except actions.AlreadyAnswered:
                messages.error(request, _("Somebody has answered this report already; nothing was sent."))
                return redirect("write:reply", row.pk)
            messages.success(request, _("Your answer is on its way to %(name)s.") % {"name": row.reporter})
            return redirect("write:desk")
    context = {
        "report": row,
        "form": form,
        "edit_url": reverse(shown.EDIT, args=[row.lesson_id]),
        "lesson_url": row.lesson.url if row.lesson.live else "",
    }
    return render(request, "authoring/reply.html", context, status=_status(form))


def _own_course(request: HttpRequest, pk: int) -> CoursePage:
    """The course, if this person may change it. Raises: Http404, which says nothing about its existence."""
    return get_object_or_404(queries.courses_of(request.user), pk=pk)


def _status(form: Any) -> int:
    return 422 if form is not None and form.is_bound and form.errors else 200
