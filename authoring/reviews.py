"""What waits for a reviewer, what was remarked, and what a reviewer needs in order to decide."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, TaskState, WorkflowState

from authoring.models import OtherSideApproval
from authoring.paragraphs import paragraphs_of
from authoring.readiness import missing
from authoring.rules.difference import Difference, differences
from authoring.rules.lacks import Finding
from courses.models import CoursePage, LessonPage
from people import roles
from people.models import Employee
from publishing.reviewing import behind, may_publish, needs_a_reviewer, writer_of, writers_of
from publishing.rules.may_publish import sides_meet


@dataclass(frozen=True)
class Review:
    """What somebody asked to have reviewed: a page or a question, with the course it belongs to.

    `subject` is the newest draft of a page. `revision` is its text; `is_as_sent` is false where somebody changed
    what was submitted.
    """

    subject: Any
    course: str
    asked_by: str
    since: datetime
    course_path: str = ""
    revision: int = 0
    is_as_sent: bool = True


@dataclass(frozen=True)
class Remark:
    """What a reviewer wrote with a decision."""

    text: str
    by: str
    at: datetime
    approved: bool = False


@dataclass(frozen=True)
class Reading:
    """A page as somebody reads it for a review. `step` is None where it waits for nobody.

    `since_live` is empty where nothing differs; of what is not live there is none.
    """

    page: Any  # as stored
    draft: Any
    course: CoursePage
    step: TaskState | None
    writer: Employee | None
    may_approve: bool
    may_send_back: bool
    is_own_change: bool  # the reviewer changed what was sent, and could approve what was sent
    since_live: Sequence[Difference]
    remarks: Sequence[Remark]
    findings: Sequence[Finding]

    @property
    def is_new(self) -> bool:
        return not self.page.live


def reviews_for(person: Employee) -> list[Review]:
    """What this person can review and publish, the longest wait first.

    At most 10 queries, however much waits; none for who reviews nothing.
    """
    if not (person.is_superuser or roles.REVIEWER in person.roles or _reviews_by_another_group(person)):
        return []
    states = TaskState.objects.reviewable_by(person).filter(status=TaskState.STATUS_IN_PROGRESS)
    states = list(
        states.select_related("workflow_state__requested_by", "revision__user").order_by("started_at", "pk")
    )
    subjects = _subjects([state.workflow_state for state in states])
    rows = [(state, subjects[state.pk]) for state in _with(states, subjects)]
    mine = _can_approve(rows, person)
    courses = _courses_of([subject for _state, subject in rows])
    return [
        Review(
            _newest(subject),
            courses.get(subject.pk, "") if isinstance(subject, LessonPage) else "",
            str(state.workflow_state.requested_by or ""),
            state.started_at,
            course_path=_course_path(subject),
            revision=subject.latest_revision_id or 0,
            is_as_sent=subject.latest_revision_id == state.revision_id,
        )
        for state, subject in rows
        if state.pk in mine
    ]


def _reviews_by_another_group(person: Employee) -> bool:
    """Whether a group that a company gave a review to is one of this person's: asked only of who has such groups."""
    others = {name for name in person.roles if name not in roles.ALL and not name.startswith(roles.KEPT)}
    return bool(others) and OtherSideApproval.objects.filter(groups__name__in=others).exists()


def _with(states: Iterable[TaskState], subjects: dict[int, Any]) -> list[TaskState]:
    return [state for state in states if state.pk in subjects]


def _subjects(states: Sequence[WorkflowState]) -> dict[int, Any]:
    """What is reviewed, by the step that waits, with its newest draft. A query for each kind of thing."""
    by_model: dict[int, list[WorkflowState]] = defaultdict(list)
    for state in states:
        by_model[state.content_type_id].append(state)
    found: dict[int, Any] = {}
    for type_id, of_kind in by_model.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is None:
            continue
        things = model._default_manager.select_related("latest_revision").in_bulk(
            [int(state.object_id) for state in of_kind]
        )
        for state in of_kind:
            if (thing := things.get(int(state.object_id))) is not None and state.current_task_state_id:
                found[state.current_task_state_id] = thing
    return found


def _newest(subject: Any) -> Any:
    """As far as a list shows it: the title and what a page is about. No query."""
    if isinstance(subject, LessonPage | CoursePage) and subject.latest_revision is not None:
        content = subject.latest_revision.content
        for name in ("title", "draft_title", "objective", "summary"):
            if name in content and hasattr(subject, name):
                setattr(subject, name, content[name])
        subject.draft_title = subject.title
    return subject


def _course_path(subject: Any) -> str:
    if isinstance(subject, LessonPage):
        return str(subject.path[: -LessonPage.steplen])
    return str(subject.path) if isinstance(subject, CoursePage) else ""


def _courses_of(subjects: Iterable[Any]) -> dict[int, str]:
    """Title of the course by lesson. One query."""
    lessons = [subject for subject in subjects if isinstance(subject, LessonPage)]
    paths = {lesson.path[: -LessonPage.steplen] for lesson in lessons}
    if not paths:
        return {}
    titles = dict(CoursePage.objects.filter(path__in=paths).values_list("path", "draft_title"))
    return {lesson.pk: titles.get(lesson.path[: -LessonPage.steplen], "") for lesson in lessons}


def _can_approve(rows: Sequence[tuple[TaskState, Any]], person: Employee) -> set[int]:
    """The steps that this person may approve, or could if they had not mended what was sent.

    As `OtherSideApproval.get_actions` says. One query, where who sent a text is of the same side.
    """
    if person.is_superuser or not needs_a_reviewer():
        return {state.pk for state, _subject in rows}
    mine, open_rows = set(), []
    for state, subject in rows:
        sender = state.revision.user
        if sender is not None and sides_meet(person, sender):
            mine.add(state.pk)
        else:
            open_rows.append((state, subject))
    revisions = {
        revision.pk: revision
        for state, subject in open_rows
        for revision in (state.revision, subject.latest_revision)
        if revision is not None
    }
    writers = writers_of(revisions.values())
    for state, subject in open_rows:
        stand_behind = [
            writers[pk] for pk in {state.revision_id, subject.latest_revision_id} & revisions.keys()
        ]
        if any(writer is None or sides_meet(person, writer) for writer in stand_behind):
            mine.add(state.pk)
    return mine


def remarks_on(pages: Collection[Any]) -> dict[int, Remark]:
    """What pages were sent back with, and not yet submitted again, by page. One query."""
    rows = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(page.pk) for page in pages],
        status=WorkflowState.STATUS_NEEDS_CHANGES,
    ).select_related("current_task_state__finished_by")
    return {
        int(row.object_id): _remark(row.current_task_state)
        for row in rows
        if row.current_task_state is not None
    }


def earlier_remarks(page: Page) -> list[Remark]:
    """All that reviewers wrote about a page, the newest first. One query."""
    rows = (
        TaskState.objects.for_instance(page)
        .filter(status__in=[TaskState.STATUS_REJECTED, TaskState.STATUS_APPROVED])
        .exclude(comment="")
        .select_related("finished_by")
        .order_by("-finished_at", "-pk")
    )
    return [_remark(row) for row in rows]


def _remark(row: TaskState) -> Remark:
    return Remark(
        row.comment.strip(),
        str(row.finished_by or ""),
        row.finished_at or row.started_at,
        approved=row.status == TaskState.STATUS_APPROVED,
    )


def last_decision(page: Page) -> TaskState | None:
    """Who approved or sent back a page last. One query."""
    rows = TaskState.objects.for_instance(page).filter(
        status__in=[TaskState.STATUS_REJECTED, TaskState.STATUS_APPROVED]
    )
    return rows.select_related("finished_by").order_by("-finished_at", "-pk").first()


def may_decide(page: Any, person: Any) -> bool:
    """Whether a page waits for this person, who reviews and has not submitted it."""
    step = page.current_workflow_task_state
    if step is None or step.status != TaskState.STATUS_IN_PROGRESS:
        return False
    return step.workflow_state.requested_by_id != person.pk and bool(
        step.task.specific.get_actions(page, person)
    )


def readable_by(person: Employee, page: Any) -> bool:
    """Whether somebody may read a draft for a review: its authors and who reviews it."""
    return bool(page.permissions_for_user(person).can_edit())


def reading_of(page: LessonPage | CoursePage, person: Employee) -> Reading:
    """For somebody who may read it. Queries as for a preview of the page as it is and as it is drafted."""
    draft = page.get_latest_revision_as_object()
    course = page if isinstance(page, CoursePage) else page.get_parent().specific
    step = page.current_workflow_task_state
    writer = writer_of(page.latest_revision)
    may_approve = may_send_back = is_own_change = False
    if step is not None and step.status == TaskState.STATUS_IN_PROGRESS:
        task = step.task.specific
        names = {name for name, _label, _modal in task.get_actions(page, person)}
        may_approve = "approve" in names and may_publish(person, behind(page.latest_revision))
        may_send_back = "reject" in names and step.workflow_state.requested_by_id != person.pk
        is_own_change = not may_approve and "approve" in names and writer == person
    after = paragraphs_of(draft, drafts=True) if page.live else []
    return Reading(
        page=page,
        draft=draft,
        course=course,
        step=step,
        writer=writer,
        may_approve=may_approve,
        may_send_back=may_send_back,
        is_own_change=is_own_change,
        since_live=differences(paragraphs_of(page, drafts=False), after) if page.live else [],
        remarks=earlier_remarks(page),
        findings=[finding for finding in missing(draft, advises=False) if finding.needed],
    )
