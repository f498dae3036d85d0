"""Approve is approve: an action is done once, from what is stored, and a refusal says why and leaves a way on."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import TaskState, Workflow, WorkflowState

from audit.models import AuditEntry
from authoring import editor
from courses.models import LessonPage, Published
from quizzes.models import Question
from tests.authoring.conftest import fresh
from tests.authoring.forms import APPROVE, AUTOSAVE, REJECT, address, form, place_of, question_form
from tests.conftest import hire
from tests.worlds import World, again

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def submitted(world: World, two_courses: SimpleNamespace) -> SimpleNamespace:
    """A lesson that its author changed and sent to a review, and the reviewers of both sides."""
    own = two_courses.own
    with world():
        page = LessonPage.objects.get(pk=own.one.pk)
        page.title = "Hours, told better"
        page.save_revision(user=own.author)
        page = LessonPage.objects.get(pk=page.pk)
        state = Workflow.objects.get(name="Reviewed by the other side").start(page, own.author)
        return SimpleNamespace(
            page=page,
            state=state,
            author=own.author,
            reviewer=hire("reads", "Employee", "Reviewer"),
            colleague=hire("same-side", "Employee", "Reviewer", side="technology"),
            check=own.checks[0],
        )


@pytest.fixture
def review(submitted: SimpleNamespace, db: None) -> SimpleNamespace:
    return again(submitted)


@pytest.fixture
def desk(review: SimpleNamespace, client: Client) -> Client:
    """The reviewer's browser."""
    client.force_login(fresh(review.reviewer))
    return client


def counted(page: Any) -> tuple[int, int]:
    """Revisions of a page, and entries of the audit log about it."""
    return page.revisions.count(), AuditEntry.objects.filter(about=f"page:{page.pk}").count()


def test_a_form_that_was_only_read_writes_nothing(review: SimpleNamespace, desk: Client) -> None:
    before = counted(review.page)

    saved = desk.post(address(review), form(review), headers=AUTOSAVE)

    assert saved.json()["success"] is True
    assert counted(review.page) == before


@pytest.fixture
def imported(review: SimpleNamespace) -> SimpleNamespace:
    """The same text as an import writes it: without the fields that are empty, with lines of its own."""
    draft = review.page.get_latest_revision()
    body = [
        {**block, "value": f"{block['value']}\n"} if block["type"] == "markdown" else block
        for block in json.loads(draft.content["body"])
    ]
    body.append(
        {
            "type": "callout",
            "value": {"text": "Mind\nthe gap.\n"},
            "id": "1b1e1c5e-0000-4000-8000-000000000001",
        }
    )
    draft.content = {**draft.content, "body": json.dumps(body)}
    draft.save()
    return review


def test_a_reviewer_approves_what_an_import_wrote(imported: SimpleNamespace, desk: Client) -> None:
    """The editor's form rewrites it a little; that makes nobody its writer."""
    sent = form(imported, **APPROVE) | {
        "body-4-value-title": "",
        "body-4-value-kind": "note",
    }  # which it left out
    told = desk.post(address(imported), sent, follow=True).content.decode()

    assert "you changed this text last" not in told
    assert Published.objects.get(page_id=imported.page.pk).data["title"] == "Hours, told better"


def test_approve_in_the_editor_publishes(review: SimpleNamespace, desk: Client) -> None:
    told = desk.post(address(review), form(review, **APPROVE), follow=True).content.decode()

    page = LessonPage.objects.get(pk=review.page.pk)
    assert "“Hours, told better” is approved and live." in told
    assert (page.live, page.title, page.has_unpublished_changes) == (True, "Hours, told better", False)
    assert Published.objects.get(page_id=page.pk).data["title"] == "Hours, told better"
    assert WorkflowState.objects.get(pk=review.state.pk).status == "approved"


def test_autosave_carries_no_action(review: SimpleNamespace, desk: Client) -> None:
    answer = desk.post(address(review), form(review, **APPROVE), headers=AUTOSAVE)

    assert answer.status_code == 200
    assert WorkflowState.objects.get(pk=review.state.pk).status == "in_progress"
    assert LessonPage.objects.get(pk=review.page.pk).title == "Hours"


@pytest.mark.parametrize("headers", [{}, AUTOSAVE], ids=["second click", "autosave"])
def test_the_second_post_of_an_approval_does_nothing(
    review: SimpleNamespace, desk: Client, headers: dict[str, str]
) -> None:
    sent = form(review, **APPROVE)
    desk.post(address(review), sent)
    page = LessonPage.objects.get(pk=review.page.pk)
    before = counted(page)

    answer = desk.post(address(review), sent, follow=True, headers=headers)

    page = LessonPage.objects.get(pk=page.pk)
    assert answer.status_code == 200
    assert (page.live, page.has_unpublished_changes) == (True, False)
    assert counted(page) == before
    if not headers:
        assert "is live already. Nothing was done a second time." in answer.content.decode()


@pytest.mark.parametrize("action", ["action-submit", "action-publish", "action-restart-workflow"])
def test_a_second_click_of_the_author_does_nothing(
    review: SimpleNamespace, client: Client, action: str
) -> None:
    client.force_login(fresh(review.author))
    before, states = counted(review.page), TaskState.objects.count()

    answer = client.post(address(review), form(review, **{action: "1"}), follow=True)

    assert counted(review.page) == before
    assert TaskState.objects.count() == states
    assert "is in review already. Nothing was done a second time." in answer.content.decode()


def test_a_live_page_is_not_taken_back_by_a_form_that_was_read_before(
    review: SimpleNamespace, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is published between the reading and the writing of a draft that is not live."""
    LessonPage.objects.filter(pk=review.page.pk).update(live=False, live_revision=None)
    guard = editor.from_what_was_read
    times: list[int] = []

    def while_somebody_publishes(save: Any, seen: Any, look: Any) -> Any:
        if not times:
            times.append(1)
            LessonPage.objects.get(pk=review.page.pk).latest_revision.publish(user=review.reviewer)
        return guard(save, seen, look)

    monkeypatch.setattr(editor, "from_what_was_read", while_somebody_publishes)
    saved = desk.post(address(review), form(review, title="Hours, told late"))

    page = LessonPage.objects.get(pk=review.page.pk)
    assert saved.status_code == 302
    assert (page.live, page.title) == (True, "Hours, told better")
    assert page.get_latest_revision_as_object().title == "Hours, told late"


def test_autosave_from_an_older_reading_is_refused(
    review: SimpleNamespace, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "_look", _changing())

    answer = desk.post(address(review), form(review, title="Late"), headers=AUTOSAVE)

    assert (answer.status_code, answer.json()["error_code"]) == (400, "invalid_revision")
    assert LessonPage.objects.get(pk=review.page.pk).latest_revision_id == review.page.latest_revision_id


def _changing() -> Any:
    answers = iter(range(9))
    return lambda page_id: next(answers)


# A reviewer who mended a comma -----------------------------------------------------------------------


def test_a_reviewer_who_mended_a_comma_is_told_why_and_how_to_go_on(
    review: SimpleNamespace, desk: Client
) -> None:
    page = desk.post(address(review), form(review, title="Hours told better", **APPROVE), follow=True)

    told = page.content.decode()
    stored = LessonPage.objects.get(pk=review.page.pk)
    assert "you changed this text last" in told
    assert "Take my change back" in told
    assert "reads your correction and submits it again" in told
    assert "has been updated" not in told
    assert (stored.title, stored.get_latest_revision_as_object().title) == ("Hours", "Hours told better")
    assert WorkflowState.objects.get(pk=review.state.pk).status == "in_progress"


def test_a_comma_that_autosave_brought_is_told_too(review: SimpleNamespace, desk: Client) -> None:
    desk.post(address(review), form(review, title="Hours told better"), headers=AUTOSAVE)
    before = counted(review.page)

    page = desk.post(address(review), form(review, **APPROVE), follow=True)

    assert "you changed this text last" in page.content.decode()
    assert counted(review.page) == (before[0] + 1, before[1])


def test_the_comma_is_taken_back_and_approved(review: SimpleNamespace, desk: Client) -> None:
    desk.post(address(review), form(review, title="Hours told better"))

    back = desk.post(reverse("write:take_back", args=["page", review.page.pk]), follow=True).content.decode()
    assert "You can approve it now" in back
    assert "Approve and publish" in back
    desk.post(address(review), form(review, **APPROVE))

    assert Published.objects.get(page_id=review.page.pk).data["title"] == "Hours, told better"


def test_the_author_reads_the_comma_and_the_reviewer_approves_it(
    review: SimpleNamespace, desk: Client
) -> None:
    desk.post(address(review), form(review, title="Hours told better"))
    desk.post(
        address(review), form(review, **REJECT, **{"workflow-action-extra-data": '{"comment": "A comma"}'})
    )
    writing = Client()
    writing.force_login(fresh(review.author))
    writing.post(address(review), form(review, **{"action-submit": "1"}))

    desk.post(address(review), form(review, **APPROVE))

    assert Published.objects.get(page_id=review.page.pk).data["title"] == "Hours told better"


def test_nobody_takes_back_what_is_not_theirs(review: SimpleNamespace, client: Client) -> None:
    for person in (review.author, review.colleague, review.reviewer):
        client.force_login(fresh(person))
        client.post(reverse("write:take_back", args=["page", review.page.pk]))

    assert review.page.revisions.count() == LessonPage.objects.get(pk=review.page.pk).revisions.count()
    assert LessonPage.objects.get(pk=review.page.pk).latest_revision_id == review.page.latest_revision_id


def test_a_reviewer_of_the_same_side_is_told_who_approves(review: SimpleNamespace, client: Client) -> None:
    client.force_login(fresh(review.colleague))

    page = client.get(address(review)).content.decode()

    assert "somebody from the other side approves it" in page
    assert "Take my change back" not in page


# Questions have Wagtail's generic editor ---------------------------------------------------------------


@pytest.fixture
def question(review: SimpleNamespace) -> Question:
    found = Question.objects.get(pk=review.check.pk)
    found.stem = "How many hours, told better?"
    found.save_revision(user=review.author)
    found = Question.objects.get(pk=found.pk)
    found.get_workflow().start(found, review.author)
    return Question.objects.get(pk=found.pk)


def test_a_question_is_approved_once(question: Question, desk: Client) -> None:
    sent = question_form(question, **APPROVE)
    carried = desk.post(place_of(question), sent, headers=AUTOSAVE)
    assert carried.json()["success"] is True
    assert (
        Question.objects.get(pk=question.pk).current_version.payload["stem"] != "How many hours, told better?"
    )

    desk.post(place_of(question), question_form(question, **APPROVE))
    approved = Question.objects.get(pk=question.pk)
    before = approved.revisions.count()
    again_ = desk.post(place_of(question), question_form(question, **APPROVE), follow=True)

    approved = Question.objects.get(pk=question.pk)
    assert "told better" in str(approved.current_version.payload)
    assert (approved.has_unpublished_changes, approved.revisions.count()) == (False, before)
    assert "is live already. Nothing was done a second time." in again_.content.decode()


def test_a_reviewer_who_changed_a_question_is_told_and_the_change_is_kept(
    question: Question, desk: Client
) -> None:
    page = desk.post(
        place_of(question), question_form(question, stem="How many hours?", **APPROVE), follow=True
    )

    stored = Question.objects.get(pk=question.pk)
    assert "you changed this text last" in page.content.decode()
    assert stored.get_latest_revision_as_object().stem == "How many hours?"
    assert "How many hours?" not in str(stored.current_version.payload["stem"])
    desk.post(reverse("write:take_back", args=["question", question.pk]))
    desk.post(place_of(question), question_form(question, **APPROVE))
    assert "told better" in str(Question.objects.get(pk=question.pk).current_version.payload)
