"""/write/review/: a text in review, what changed, and the decision, made once and only about what was read."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Workflow, WorkflowState

from audit.models import AuditEntry
from authoring import reviews
from courses.models import LessonPage, Published
from tests.authoring.conftest import fresh
from tests.conftest import hire
from tests.worlds import World, again

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def submitted(world: World, two_courses: SimpleNamespace) -> SimpleNamespace:
    """A live lesson whose author changed it and sent it to a review, and reviewers of both sides."""
    own = two_courses.own
    with world():
        page = LessonPage.objects.get(pk=own.one.pk)
        page.title = "Hours, told better"
        page.body[1].value = "## From per cent to hours\n\n1 % of a month is about 7.2 hours."
        page.save_revision(user=own.author)
        page = LessonPage.objects.get(pk=page.pk)
        state = Workflow.objects.get(name="Reviewed by the other side").start(page, own.author)
        return SimpleNamespace(
            page=page,
            state=state,
            author=own.author,
            other_author=two_courses.other.author,
            reviewer=hire("reads", "Employee", "Reviewer"),
            colleague=hire("same-side", "Employee", "Reviewer", side="technology"),
        )


@pytest.fixture
def review(submitted: SimpleNamespace, db: None) -> SimpleNamespace:
    return again(submitted)


@pytest.fixture
def reader(review: SimpleNamespace, client: Client) -> Client:
    """The reviewer's browser."""
    client.force_login(fresh(review.reviewer))
    return client


def address(review: SimpleNamespace) -> str:
    return f"/write/review/{review.page.pk}/"


def decision(review: SimpleNamespace, name: str = "approve", remark: str = "") -> dict[str, Any]:
    latest = LessonPage.objects.get(pk=review.page.pk).latest_revision_id
    return {"decision": name, "remark": remark, "revision": latest}


def status(review: SimpleNamespace) -> str:
    return str(WorkflowState.objects.get(pk=review.state.pk).status)


def test_a_reviewer_reads_the_difference_and_the_lesson(review: SimpleNamespace, reader: Client) -> None:
    page = reader.get(address(review)).content.decode()

    assert "Review “Hours, told better”" in page
    assert "2 paragraphs differ from what is live." in page
    assert '<ins><span class="vh">comes: </span>about</ins>' in page
    assert "In March the" in page
    assert "What does t2-c1-1 allow?" in page
    assert "Approve and publish" in page
    assert "Send back with the remark" in page


def test_approving_publishes_and_says_so(review: SimpleNamespace, reader: Client) -> None:
    told = reader.post(address(review), decision(review), follow=True).content.decode()

    page = LessonPage.objects.get(pk=review.page.pk)
    assert "“Hours, told better” is approved and live." in told
    assert (page.live, page.title, page.has_unpublished_changes) == (True, "Hours, told better", False)
    assert Published.objects.get(page_id=page.pk).data["title"] == "Hours, told better"
    assert status(review) == "approved"
    entry = AuditEntry.objects.filter(about=f"page:{page.pk}", verb="published").get()
    assert entry.actor_id == review.reviewer.pk


def test_sending_back_needs_a_remark(review: SimpleNamespace, reader: Client) -> None:
    answer = reader.post(address(review), decision(review, "send_back", "  "))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write what should change. Nothing was sent yet." in page
    assert "autofocus" in page
    assert status(review) == "in_progress"


def test_a_remark_goes_back_to_the_author(review: SimpleNamespace, reader: Client) -> None:
    told = reader.post(
        address(review), decision(review, "send_back", "Say which month."), follow=True
    ).content.decode()

    assert "is sent back with your remark" in told
    assert status(review) == "needs_changes"
    assert not LessonPage.objects.get(pk=review.page.pk).title.startswith("Hours, told")
    page = reader.get(address(review)).content.decode()
    assert "Say which month." in page
    assert "There is nothing to decide." in page
    assert "Approve and publish" not in page


def test_a_second_click_does_nothing(review: SimpleNamespace, reader: Client) -> None:
    sent = decision(review)
    reader.post(address(review), sent)
    before = AuditEntry.objects.count()

    told = reader.post(address(review), sent, follow=True).content.decode()

    assert "Nothing was done a second time." in told
    assert AuditEntry.objects.count() == before


def test_the_slower_of_two_reviewers_reads_who_decided(review: SimpleNamespace, reader: Client) -> None:
    sent = decision(review, "send_back", "Mine")
    second = hire("reads-too", "Employee", "Reviewer", display_name="Kofi Second")
    other = Client()
    other.force_login(fresh(second))
    other.post(address(review), decision(review))

    told = reader.post(address(review), sent, follow=True).content.decode()

    assert "Kofi Second has approved “Hours, told better”" in told
    assert status(review) == "approved"


def test_nothing_is_approved_unseen(review: SimpleNamespace, reader: Client) -> None:
    sent = decision(review, remark="Kept words")
    draft = review.page.get_latest_revision_as_object()
    draft.title = "Hours, changed behind the back"
    draft.save_revision(user=review.author)

    answer = reader.post(address(review), sent)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The text was changed since you opened it. Nothing was decided" in page
    assert "changed behind the back" in page
    assert "Kept words" in page
    assert status(review) == "in_progress"


def test_who_is_of_the_same_side_reads_why_and_may_send_back(review: SimpleNamespace, client: Client) -> None:
    client.force_login(fresh(review.colleague))

    page = client.get(address(review)).content.decode()
    refused = client.post(address(review), decision(review))

    assert "You are of the same side as" in page
    assert "Approve and publish" not in page
    assert "Send back with the remark" in page
    assert refused.status_code == 409
    assert status(review) == "in_progress"


def test_who_mended_a_comma_takes_it_back_and_approves(review: SimpleNamespace, reader: Client) -> None:
    draft = review.page.get_latest_revision_as_object()
    draft.title = "Hours, told better still"
    draft.save_revision(user=review.reviewer)

    page = reader.get(address(review)).content.decode()
    refused = reader.post(address(review), decision(review))
    back = reader.post(f"/write/take-back/page/{review.page.pk}/", follow=True)

    assert "You changed this text last" in page
    assert "Take my change back" in page
    assert refused.status_code == 409
    assert "you changed this text last" in refused.content.decode()
    assert back.redirect_chain[-1][0] == address(review)
    reader.post(address(review), decision(review))
    assert LessonPage.objects.get(pk=review.page.pk).title == "Hours, told better"


def test_its_authors_read_and_do_not_decide(review: SimpleNamespace, client: Client) -> None:
    client.force_login(fresh(review.author))

    page = client.get(address(review)).content.decode()
    refused = client.post(address(review), decision(review))

    assert "You submitted this yourself" in page
    assert "Approve and publish" not in page
    assert "Send back with the remark" not in page
    assert refused.status_code == 409
    assert status(review) == "in_progress"


@pytest.mark.parametrize(
    ("who", "code"),
    [("employee", 403), ("hr", 403), ("manager", 403), ("outsider", 403), ("other_author", 404)],
)
def test_nobody_else_reads_a_draft(
    review: SimpleNamespace, client: Client, request: Any, who: str, code: int
) -> None:
    person = getattr(review, who, None) or request.getfixturevalue(who)
    client.force_login(fresh(person))

    assert client.get(address(review)).status_code == code
    assert client.post(address(review), decision(review)).status_code == code
    assert status(review) == "in_progress"


def test_a_steward_reads_no_draft(review: SimpleNamespace, client: Client) -> None:
    client.force_login(hire("keeps-words", "Employee", "Steward"))

    assert client.get(address(review)).status_code == 404
    assert client.post(address(review), decision(review)).status_code == 404


def test_what_is_missing_stops_approving_with_its_reason(review: SimpleNamespace, reader: Client) -> None:
    draft = review.page.get_latest_revision_as_object()
    draft.objective = ""
    draft.save_revision(user=review.author, clean=False)

    page = reader.get(address(review)).content.decode()
    refused = reader.post(address(review), decision(review))

    assert "Say what people can do after this lesson." in page
    assert "It cannot go live while something is missing." in page
    assert "Approve and publish" not in page
    assert refused.status_code == 409
    assert status(review) == "in_progress"


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 3])
def test_what_waits_takes_as_many_queries_for_three_texts_as_for_one(
    count: int, review: SimpleNamespace, make_course: Any, django_assert_num_queries: Any
) -> None:
    workflow = Workflow.objects.get(name="Reviewed by the other side")
    for number in range(count - 1):
        made = make_course(f"D{number}", f"course-{number}")
        made.one.save_revision(user=review.author)
        workflow.start(LessonPage.objects.get(pk=made.one.pk), review.author)
    person = fresh(review.reviewer)
    assert "Reviewer" in person.roles

    with django_assert_num_queries(6):
        waiting = reviews.reviews_for(person)

    assert len(waiting) == count


def test_who_reviews_nothing_asks_nothing(review: SimpleNamespace, django_assert_num_queries: Any) -> None:
    person = fresh(review.author)
    assert "Author" in person.roles

    with django_assert_num_queries(0):
        assert reviews.reviews_for(person) == []


def test_a_colleague_of_the_same_side_is_asked_nothing(review: SimpleNamespace) -> None:
    assert reviews.reviews_for(fresh(review.colleague)) == []
    assert [one.subject.title for one in reviews.reviews_for(fresh(review.reviewer))] == [
        "Hours, told better"
    ]
