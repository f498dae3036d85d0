"""/write/review/: a text in review as readers will get it, what changed, and the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import Page

from authoring import queries, reviewing, reviews, shown, shown_review, together
from authoring.forms import DecisionForm
from authoring.preview import row_of
from courses.models import CoursePage, LessonPage
from courses.views.lesson_page import unanswered
from gates import kept_pages
from gates.typography import within_quotes
from publishing.editing import already_done
from publishing.reviewing import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, page: int) -> HttpResponse:
    """The text with its difference to what is live, for its authors and reviewers; reviewers decide here."""
    item = _readable(request, page)
    if request.method != "POST":
        return _show(request, item, DecisionForm())
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, item, form, status=422)
    sent = form.cleaned_data
    try:
        decided = reviewing.decide(
            page=item,
            revision=sent["revision"],
            by=request.user,
            decision=sent["decision"],
            remark=sent["remark"],
        )
    except reviewing.NotWaiting:
        messages.info(request, _decided_before(item, request.user))
        return redirect("write:review", item.pk)
    except (reviewing.TextChanged, reviewing.NotYours, Refused) as refusal:
        form.add_error(None, _reason(refusal))
        return _show(request, item, form, status=409)
    messages.success(request, _done(decided, sent["decision"]))
    return redirect("write:desk")


def _reason(refusal: Exception) -> str:
    if isinstance(refusal, Refused):
        return refusal.told()
    if isinstance(refusal, reviewing.NotYours):
        return _("This decision is not yours. Nothing was done; below you read why.")
    return _(
        "The text was changed since you opened it. Nothing was decided; your remark is kept below. Read the newest "
        "text, which this page now shows, and decide again."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, course: int) -> HttpResponse:
    """The course with all its finished lessons goes to review, after a list of what goes along."""
    row = queries.desk_of(_own_course(request, course), request.user)
    return _together(request, row, together.to_submit(row), reviewing.submit_all, approved=False)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, course: int) -> HttpResponse:
    """Everything of a course that waits for this reviewer and is ready, in one step."""
    row = queries.desk_of(_own_course(request, course), request.user)
    waiting = reviews.reviews_for(request.user)
    listed = together.to_approve(row, waiting, request.user)
    return _together(request, row, listed, reviewing.approve_all, approved=True)


def _together(
    request: HttpRequest, row: Any, listed: Any, act: Callable[..., Any], *, approved: bool
) -> HttpResponse:
    if request.method == "POST":
        sent = together.decisions(request.POST.getlist("item"), row, listed if not approved else None)
        done, refused = act(sent, by=request.user)
        if not sent:
            messages.info(
                request, _("There is nothing left to do with this course here. Nothing was done twice.")
            )
        done_said, refused_said = together.said(done, refused, approved=approved)
        if done_said:
            messages.success(request, done_said)
        if refused_said:
            messages.warning(request, refused_said)
        return redirect("write:desk")
    return render(request, "authoring/together.html", {"course": row.page, "together": listed})


@require_POST
def move(request: HttpRequest, course: int) -> HttpResponse:
    """A lesson goes to another position of its course; the focus stays on the button that was pressed."""
    page = _own_course(request, course)
    asked = request.POST.get("move", "").split("-")
    if len(asked) != 3 or not (asked[0].isdecimal() and asked[1].isdecimal()):
        raise Http404
    lesson, position, way = int(asked[0]), int(asked[1]), asked[2]
    try:
        lessons = reviewing.move(course=page, lesson=lesson, position=position, by=request.user)
    except LessonPage.DoesNotExist:
        raise Http404 from None
    number = next(number for number, one in enumerate(lessons, start=1) if one.pk == lesson)
    names = {"title": within_quotes(lessons[number - 1].title), "number": number, "total": len(lessons)}
    messages.success(request, _("“%(title)s” is now lesson %(number)s of %(total)s.") % names)
    if number == 1:
        way = "down"
    elif number == len(lessons) or way != "down":
        way = "up"
    show = request.POST.get("show", "")
    query = f"?show={show}" if show in {shown.WAITING, shown.MINE, shown.ALL} else ""
    return redirect(f"{reverse('write:desk')}{query}#{way}-{lesson}")


def _own_course(request: HttpRequest, pk: int) -> CoursePage:
    """The course, if this person may change it. Raises: Http404, which says nothing about its existence."""
    return get_object_or_404(queries.courses_of(request.user), pk=pk)


def _readable(request: HttpRequest, pk: int) -> Any:
    """Raises: Http404 for what this person may not read, which says nothing about its existence."""
    item = get_object_or_404(Page, pk=pk).specific
    if not isinstance(item, CoursePage | LessonPage) or not reviews.readable_by(request.user, item):
        raise Http404
    return item


def _show(request: HttpRequest, item: Any, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    reading = reviews.reading_of(item, request.user)
    context = {
        "page": item,
        "course": reading.course,
        "shown": shown_review.reading(reading, request.user),
        "form": form,
        "parts": [],
    }
    if isinstance(item, LessonPage):
        context |= unanswered(row_of(reading.draft))
    response = render(request, "authoring/review.html", context, status=status)
    response.content = kept_pages.fill(response.content.decode(), request).encode()
    return response


def _done(page: Any, decision: str) -> str:
    title = {"title": within_quotes(page.get_admin_display_title())}
    if decision == reviewing.SEND_BACK:
        return _("“%(title)s” is sent back with your remark. Its author gets a mail.") % title
    if not page.live or page.has_unpublished_changes:
        return _("“%(title)s” is approved and goes live at the time that its author set.") % title
    course = page if isinstance(page, CoursePage) else page.get_parent().specific
    if not course.live:
        names = {**title, "course": within_quotes(course.get_admin_display_title())}
        return (
            _("“%(title)s” is approved. Readers get it as soon as the course “%(course)s” is live, too.")
            % names
        )
    said = _("“%(title)s” is approved and live.") % title
    return format_html('{} <a href="{}">{}</a>', said, page.url, _("See it as readers do"))


def _decided_before(page: Any, person: Any) -> str:
    """For a second click, or for the slower of two reviewers."""
    last = reviews.last_decision(page)
    if last is None or last.finished_by is None or last.finished_by_id == person.pk:
        state = {"live": page.live, "in_review": page.workflow_in_progress}
        return already_done(page.get_admin_display_title(), **state)
    said = _("%(name)s has sent “%(title)s” back, %(when)s. Nothing was done a second time.")
    if last.status == last.STATUS_APPROVED:
        said = _("%(name)s has approved “%(title)s”, %(when)s. Nothing was done a second time.")
    return said % {
        "name": last.finished_by,
        "title": within_quotes(page.get_admin_display_title()),
        "when": shown_review.moment(last.finished_at),
    }
