"""A course with all that is ready in it, submitted or approved in one step: what goes along, and what does not and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authoring.queries import IN_REVIEW, CourseRow, LessonRow
from authoring.readiness import sentence
from authoring.reviewing import Decision
from authoring.reviews import Review
from gates.typography import within_quotes
from people.models import Employee
from publishing.reviewing import behind, may_publish


@dataclass(frozen=True)
class Item:
    """A course or lesson with why it goes along or stays. `item` is what a form sends of it: page and revision."""

    title: str
    url: str
    why: str
    item: str = ""


@dataclass(frozen=True)
class Together:
    heading: str
    lead: str
    button: str
    along: Sequence[Item]
    stays: Sequence[Item]


def to_submit(row: CourseRow) -> Together:
    """What an author submits. Lessons come first, so that the course is read with them."""
    along: list[Item] = []
    stays: list[Item] = []
    for part in _parts(row):
        why = _not_to_submit(part)
        item = Item(part.page.title, _editor(part.page), why or _("ready"), _item(part.page))
        (stays if why else along).append(item)
    return Together(
        heading=_("Submit “%(title)s”") % {"title": within_quotes(row.page.title)},
        lead=_(
            "A reviewer of the other side reads each text by itself and publishes it or sends it back. Readers get the "
            "lessons when the course is live."
        ),
        button=_("Submit all this"),
        along=along,
        stays=stays,
    )


def to_approve(row: CourseRow, waiting: Sequence[Review], person: Employee) -> Together:
    """What a reviewer approves. Lessons come first, so that a new course goes live whole.

    As many queries as for `may_publish` where somebody changed what was submitted, else none.
    """
    mine = {review.subject.pk: review for review in waiting if review.course_path == row.page.path}
    along: list[Item] = []
    stays: list[Item] = []
    for part in _parts(row):
        review = mine.get(part.page.pk)
        why = _not_to_approve(part, review, person)
        url = reverse("write:review", args=[part.page.pk])
        asked = _("submitted by %(name)s") % {"name": review.asked_by} if review else ""
        (stays if why else along).append(Item(part.page.title, url, why or asked, _item(part.page)))
    return Together(
        heading=_("Approve “%(title)s”") % {"title": within_quotes(row.page.title)},
        lead=_(
            "All of this goes live at once. Approve it only if you have read each text: every title leads to what "
            "changed in it."
        )
        if along
        else _("Nothing of this course waits for you."),
        button=_("I have read all this: approve and publish"),
        along=along,
        stays=stays,
    )


def decisions(sent: Iterable[str], row: CourseRow, listed: Together | None) -> list[Decision]:
    """What a form sent about pages of this course, and only about those that go along now where `listed` says them."""
    pages = {part.page.pk: part.page for part in _parts(row)}
    if listed is not None:
        along = {int(item.item.partition("-")[0]) for item in listed.along}
        pages = {pk: page for pk, page in pages.items() if pk in along}
    numbers = (item.split("-") for item in sent)
    return [
        Decision(pages[int(page)], int(revision))
        for page, revision in (pair for pair in numbers if len(pair) == 2 and all(map(str.isdecimal, pair)))
        if int(page) in pages
    ]


def said(done: Sequence[Any], refused: Sequence[Any], *, approved: bool) -> tuple[str, str]:
    """Sentences about what was done and what was not, for messages; each may be empty."""
    done_said = refused_said = ""
    if done:
        words = (
            ngettext("%(titles)s is approved.", "%(titles)s are approved.", len(done))
            if approved
            else ngettext("%(titles)s is submitted.", "%(titles)s are submitted.", len(done))
        )
        done_said = words % {"titles": _titles(done)}
    if refused:
        refused_said = _(
            "Nothing was done with %(titles)s: it was changed since you opened the page, somebody decided before you, or "
            "the decision is not yours. Open it to see why."
        ) % {"titles": _titles(refused)}
    return done_said, refused_said


def _titles(pages: Sequence[Any]) -> str:
    return ", ".join(f"“{within_quotes(page.get_admin_display_title())}”" for page in pages)


def _parts(row: CourseRow) -> Iterator[CourseRow | LessonRow]:
    yield from row.lessons
    yield row


def _item(page: Any) -> str:
    return f"{page.pk}-{page.latest_revision_id or 0}"


def _editor(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _not_to_submit(part: CourseRow | LessonRow) -> str:
    if part.state == IN_REVIEW:
        return _("in review already")
    if not part.is_open:
        return _("live, and nothing in it is new")
    return _lacks(part)


def _not_to_approve(part: CourseRow | LessonRow, review: Review | None, person: Employee) -> str:
    if part.state == IN_REVIEW:
        if review is None:
            return _("waits for somebody else: you submitted it, or are of the same side as its author")
        if not review.is_as_sent and not may_publish(person, behind(part.page.latest_revision)):
            return _("you changed it last, so you cannot approve it as it stands")
        return _lacks(part)
    if not part.is_open:
        return _("live, and nothing in it is new")
    return _("a draft that nobody has submitted")


def _lacks(part: CourseRow | LessonRow) -> str:
    if not part.needed:
        return ""
    first, further = sentence(part.needed[0]), len(part.needed) - 1
    if not further:
        return first
    words = ngettext("%(first)s And one thing more.", "%(first)s And %(count)s things more.", further)
    return words % {"first": first, "count": further}
