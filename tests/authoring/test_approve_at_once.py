"""Two posts of one editor at the same moment, on connections of their own: one approval, and a live page."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Workflow, WorkflowState

from audit.models import AuditEntry
from authoring.teams import add_author
from bothways.operations.installation import make_tree
from courses.models import CataloguePage, LessonPage, Published
from tests.at_once import at_once
from tests.authoring.forms import APPROVE, AUTOSAVE, address, form
from tests.conftest import hire
from tests.courses.course import write_course

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]


@pytest.fixture
def review() -> SimpleNamespace:
    catalogue = CataloguePage.objects.child_of(make_tree()).get()
    made = write_course(catalogue)
    author = hire("author", "Employee", "Author", side="technology")
    reviewer = hire("reads", "Employee", "Reviewer")
    add_author(course=made.page, employee=author)
    page = LessonPage.objects.get(pk=made.one.pk)
    LessonPage.objects.filter(pk=page.pk).update(live=False, live_revision=None)
    page = LessonPage.objects.get(pk=page.pk)
    page.title = "Hours, told better"
    page.save_revision(user=author)
    page = LessonPage.objects.get(pk=page.pk)
    state = Workflow.objects.get(name="Reviewed by the other side").start(page, author)
    return SimpleNamespace(page=page, author=author, reviewer=reviewer, state=state)


def test_two_approvals_and_an_autosave_at_once_are_one(review: SimpleNamespace) -> None:
    sent = form(review, **APPROVE)
    browsers = [Client() for _ in range(3)]
    for browser in browsers:
        browser.force_login(review.reviewer)

    def post(browser: Client, **headers: Any) -> Any:
        return lambda: browser.post(address(review), sent, headers=headers)

    answers = at_once(post(browsers[0]), post(browsers[1]), post(browsers[2], **AUTOSAVE))

    page = LessonPage.objects.get(pk=review.page.pk)
    assert [getattr(answer, "status_code", answer) < 500 for answer in answers] == [True] * 3
    assert (page.live, page.has_unpublished_changes, page.title) == (True, False, "Hours, told better")
    assert Published.objects.get(page_id=page.pk).data["title"] == "Hours, told better"
    assert WorkflowState.objects.get(pk=review.state.pk).status == "approved"
    assert AuditEntry.objects.filter(verb="published", about=f"page:{page.pk}").count() == 1
