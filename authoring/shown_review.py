"""What the page of a review shows, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authoring.readiness import sentence
from authoring.reviews import Reading, Remark
from authoring.rules.difference import Difference, Kind
from courses.models import CoursePage
from gates.typography import within_quotes
from glossary.rules.changes import Change, Piece
from people.models import Employee
from publishing.reviewing import needs_a_reviewer


@dataclass(frozen=True)
class ShownChange:
    """A paragraph that differs: `label` says how, `pieces` are its words. `unchanged` instead: what stands between."""

    label: str = ""
    part: str = ""
    pieces: Sequence[Piece] = ()
    note: str = ""
    unchanged: str = ""


@dataclass(frozen=True)
class ShownRemark:
    text: str
    said: str  # who wrote it and when, and with which decision


@dataclass(frozen=True)
class ShownReading:
    """`state` says where the page stands, `why_not` why this person cannot approve it and what they can do."""

    title: str
    is_course: bool
    revision: int
    asked: str
    state: str
    changes_lead: str
    changes: Sequence[ShownChange]
    missing: Sequence[str]
    remarks: Sequence[ShownRemark]
    why_not: str
    hidden_until: str
    may_approve: bool
    may_send_back: bool
    may_take_back: bool
    approve_label: str
    edit_url: str
    live_url: str


def reading(asked: Reading, person: Employee) -> ShownReading:
    page = asked.page
    return ShownReading(
        title=asked.draft.title,
        is_course=isinstance(page, CoursePage),
        revision=page.latest_revision_id or 0,
        asked=_asked(asked),
        state=_state(asked),
        changes_lead=_changes_lead(asked),
        changes=[_change(difference) for difference in asked.since_live],
        missing=[sentence(finding) for finding in asked.findings],
        remarks=[remark(one) for one in asked.remarks],
        why_not=_why_not(asked, person),
        hidden_until=_hidden_until(asked),
        may_approve=asked.may_approve and not asked.findings,
        may_send_back=asked.may_send_back,
        may_take_back=asked.is_own_change,
        approve_label=_("Approve and publish"),
        edit_url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        live_url=page.url or "" if page.live and asked.course.live else "",
    )


def remark(one: Remark) -> ShownRemark:
    names = {"name": one.by or _("Somebody"), "when": moment(one.at)}
    said = (
        _("%(name)s approved it with this remark, %(when)s")
        if one.approved
        else _("%(name)s sent it back, %(when)s")
    )
    return ShownRemark(one.text, said % names)


def moment(at: Any) -> str:
    """A day and a time where the reader is."""
    return date_format(localtime(at), "j M Y, H:i")


def sent_back(one: Remark) -> str:
    """One sentence for messages: who sent it back, when, and what they wrote."""
    names = {"name": one.by or _("A reviewer"), "when": moment(one.at)}
    lead = _("%(name)s sent this back on %(when)s:") % names
    after = _("Change it and submit it again; the remark stands here until then.")
    return format_html("{} <q>{}</q> {}", lead, one.text or _("without a remark"), after)


def _asked(asked: Reading) -> str:
    if asked.step is None:
        return ""
    names = {
        "name": str(asked.step.workflow_state.requested_by or _("Somebody")),
        "when": moment(asked.step.started_at),
    }
    return _("Submitted by %(name)s, %(when)s") % names


def _state(asked: Reading) -> str:
    """Where a page stands that waits for no decision; empty for one that does."""
    if asked.step is not None and asked.step.status == asked.step.STATUS_IN_PROGRESS:
        return ""
    newest = asked.remarks[0] if asked.remarks else None
    if asked.step is not None or (asked.page.current_workflow_state and newest and not newest.approved):
        return _("It was sent back and waits for its author. There is nothing to decide.")
    if asked.page.live and not asked.page.has_unpublished_changes:
        return _("It is live as it stands here. There is nothing to decide.")
    return _("It is a draft that nobody has submitted. There is nothing to decide.")


def _changes_lead(asked: Reading) -> str:
    if asked.is_new:
        return _("This is new: nothing of it is live, so everything in it is to be read.")
    if not asked.since_live:
        return _("Readers get the same as now: no word, link or picture differs from what is live.")
    count = sum(difference.kind != Kind.SAME for difference in asked.since_live)
    words = ngettext(
        "One paragraph differs from what is live.", "%(count)s paragraphs differ from what is live.", count
    )
    return words % {"count": count}


def _change(difference: Difference) -> ShownChange:
    if difference.kind == Kind.SAME:
        words = ngettext("One paragraph as before", "%(count)s paragraphs as before", difference.count)
        return ShownChange(unchanged=words % {"count": difference.count})
    labels = {
        Kind.NEW: _("New"),
        Kind.GONE: _("Removed"),
        Kind.CHANGED: _("Changed"),
        Kind.LOOK: _("Same words"),
    }
    note = ""
    if difference.kind == Kind.LOOK:
        pieces = [Piece(difference.after)]
        note = _("A link, a picture or the emphasis is another one.")
    else:
        pieces = [piece for piece in Change("", difference.before, difference.after).pieces if piece.text]
    return ShownChange(labels[difference.kind], difference.part, pieces, note)


def _why_not(asked: Reading, person: Employee) -> str:
    """Why somebody who reads a text in review cannot approve it, and the way out; empty for who can."""
    if _state(asked) or (asked.may_approve and not asked.findings):
        return ""
    if asked.may_approve:
        return _("It cannot go live while something is missing. Send it back, or complete it in the editor.")
    step = asked.step
    if step is not None and step.workflow_state.requested_by_id == person.pk:
        return _("You submitted this yourself, so somebody from the other side decides. You get a mail.")
    if asked.is_own_change:
        return _(
            "You changed this text last, so you cannot approve it as it stands. Either send it back: its author reads "
            "your correction and submits it again. Or take your change back and approve what was submitted."
        )
    if asked.may_send_back and needs_a_reviewer():
        return _(
            "You are of the same side as %(name)s, who wrote this, so somebody from the other side approves it. You can "
            "send it back with a remark."
        ) % {"name": asked.writer or _("the author")}
    return _("A reviewer from the other side decides. You can read here what they read.")


def _hidden_until(asked: Reading) -> str:
    if asked.course.pk == asked.page.pk or asked.course.live:
        return ""
    return _(
        "The course “%(title)s” is a draft: readers get this lesson as soon as the course is live, too."
    ) % {"title": within_quotes(asked.course.get_admin_display_title())}
