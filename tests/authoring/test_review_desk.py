"""Write for authors and reviewers: remarks where the work is, a course in one step, the order of lessons, mails."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import Workflow, WorkflowState
from wagtail.users.models import UserProfile

from authoring import actions, queries, reviewing
from courses.models import CoursePage, LessonPage, Published
from people.models import Employee
from quizzes.models import Question
from tests.authoring.conftest import fresh
from tests.authoring.forms import lesson_form
from tests.conftest import hire

pytestmark = pytest.mark.django_db
REMARK = "Say which month.\nAnd why."


@pytest.fixture
def reviewer(db: None) -> Employee:
    return hire("reads", "Employee", "Reviewer", display_name="Rita Reads")


@pytest.fixture
def desk(client: Client, own: SimpleNamespace, author: Any) -> Client:
    client.force_login(author)
    return client


def submit(page: Any, author: Any) -> LessonPage:
    draft = LessonPage.objects.get(pk=page.pk)
    draft.title = f"{draft.title} anew"
    draft.save_revision(user=author)
    draft = LessonPage.objects.get(pk=page.pk)
    Workflow.objects.get(name="Reviewed by the other side").start(draft, author)
    return LessonPage.objects.get(pk=page.pk)


def send_back(page: LessonPage, reviewer: Employee, remark: str = REMARK) -> None:
    reviewing.decide(
        page=page, revision=page.latest_revision_id, by=reviewer, decision="send_back", remark=remark
    )


# A remark stands where the work is ---------------------------------------------------------------------


def test_the_author_reads_the_remark_on_write_and_in_the_editor_until_it_is_submitted_again(
    desk: Client, own: SimpleNamespace, author: Any, reviewer: Employee
) -> None:
    send_back(submit(own.one, author), reviewer)
    editor = reverse("wagtailadmin_pages:edit", args=[own.one.pk])

    write, page = desk.get("/write/").content.decode(), desk.get(editor).content.decode()

    assert "Rita Reads sent it back" in write
    assert "Say which month.<br>And why." in write
    assert "Live, a newer version sent back" in write
    assert "Rita Reads sent this back on" in page
    assert "Say which month." in page
    lesson = LessonPage.objects.get(pk=own.one.pk)
    reviewing.submit(page=lesson, revision=lesson.latest_revision_id, by=author)
    assert "Say which month." not in desk.get("/write/").content.decode()
    assert "Say which month." not in desk.get(editor).content.decode()


def test_after_submitting_one_lands_on_write_which_names_the_lesson(
    desk: Client, own: SimpleNamespace, author: Any
) -> None:
    page = own.two.get_latest_revision_as_object()
    form = {name: value for name, value in lesson_form(page).items() if not name.startswith("body-0")}
    form |= {"body-0-type": "markdown", "body-0-value": "## Other\n\nText.", "body-0-deleted": "", "body-0-order": "0",
             "body-0-id": "", "action-submit": "1", "title": "Reading on"}  # fmt: skip

    answer = desk.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form, follow=True)

    assert answer.redirect_chain[-1][0] == "/write/"
    assert "“Reading on” is submitted." in answer.content.decode()
    assert WorkflowState.objects.get(object_id=str(page.pk)).status == "in_progress"


def test_the_menu_of_a_reviewer_has_only_what_makes_sense(
    client: Client, own: SimpleNamespace, author: Any, reviewer: Employee
) -> None:
    page = submit(own.one, author)
    client.force_login(fresh(reviewer))

    editor = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    assert 'name="action-publish"' not in editor
    assert 'name="action-cancel-workflow"' not in editor
    assert f'href="/admin/pages/{page.pk}/unpublish/"' not in editor
    assert f'href="/write/review/{page.pk}/"' in editor
    assert "Read and decide" in editor
    assert "Send back with a remark" in editor


def test_an_author_submits_in_our_words_and_takes_it_out_of_review(
    desk: Client, own: SimpleNamespace, author: Any
) -> None:
    editor = reverse("wagtailadmin_pages:edit", args=[own.one.pk])
    before = desk.get(editor).content.decode()
    submit(own.one, author)
    after = desk.get(editor).content.decode()

    assert "Submit for review" in before
    assert "Submit to" not in before
    assert "Take it out of review" in after
    assert "Cancel workflow" not in after


# Mails -------------------------------------------------------------------------------------------------


def test_reviewers_of_the_other_side_get_one_mail_in_our_words(
    own: SimpleNamespace, author: Any, reviewer: Employee
) -> None:
    hire("same-side", "Employee", "Reviewer", side="technology")
    silent = hire("silent", "Employee", "Reviewer")
    UserProfile.objects.update_or_create(user=silent, defaults={"submitted_notifications": False})

    page = submit(own.one, author)

    (letter,) = mail.outbox
    assert letter.to == [reviewer.email]
    assert letter.subject == "Bothways: “Hours anew” waits for your review"
    assert f"/write/review/{page.pk}/" in letter.body
    assert f"{author} has submitted “Hours anew”" in letter.body
    assert "\n\n\n" not in letter.body
    assert "moderation" not in letter.body


@pytest.mark.parametrize("decision", ["approve", "send_back"])
def test_the_author_gets_one_mail_with_the_remark(
    own: SimpleNamespace, author: Any, reviewer: Employee, decision: str
) -> None:
    page = submit(own.one, author)
    mail.outbox.clear()

    reviewing.decide(
        page=page, revision=page.latest_revision_id, by=reviewer, decision=decision, remark=REMARK
    )

    (letter,) = mail.outbox
    assert letter.to == [author.email]
    assert letter.subject.startswith("Bothways: “Hours anew” ")
    assert "Rita Reads has " in letter.body
    assert "> Say which month.\n> And why.\n" in letter.body
    assert "\n\n\n" not in letter.body
    link = "/courses/always-on/hours/" if decision == "approve" else f"/admin/pages/{page.pk}/edit/"
    assert letter.body.rstrip().endswith(link)


# A course in one step ------------------------------------------------------------------------------------


@pytest.fixture
def begun(own: SimpleNamespace, author: Any) -> CoursePage:
    """A new course with a finished lesson, and one that is only begun."""
    course = actions.start_course(
        author=author, title="Money", code="B9", direction="business-for-technicians"
    )
    course = CoursePage.objects.get(pk=course.pk)
    course.summary = "What a year costs."
    course.save_revision(user=author)
    lesson = actions.start_lesson(course=course, author=author)
    lesson.title, lesson.slug, lesson.objective = "Years", "years", "count years"
    lesson.body = [("markdown", "## Years\n\nA year has twelve months.")]
    lesson.save()
    lesson.save_revision(user=author)
    actions.start_lesson(course=course, author=author)
    return CoursePage.objects.get(pk=course.pk)


def items(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="item" value="')[1:]]


def test_a_course_is_submitted_with_what_is_finished_in_it(desk: Client, begun: CoursePage) -> None:
    address = f"/write/course/{begun.pk}/submit/"
    assert "Submit the course with one lesson" in desk.get("/write/").content.decode()

    page = desk.get(address).content.decode()
    told = desk.post(address, {"item": items(page)}, follow=True).content.decode()

    assert len(items(page)) == 2
    assert "Give the lesson a title." in page
    assert "“Years”, “Money” are submitted." in told
    assert WorkflowState.objects.filter(status="in_progress").count() == 2
    again = desk.post(address, {"item": items(page)}, follow=True).content.decode()
    assert "Nothing was done twice." in again
    assert WorkflowState.objects.count() == 2


def test_a_reviewer_approves_the_course_and_all_that_is_ready(
    desk: Client, begun: CoursePage, reviewer: Employee, employee: Employee
) -> None:
    submitted = desk.get(f"/write/course/{begun.pk}/submit/").content.decode()
    desk.post(f"/write/course/{begun.pk}/submit/", {"item": items(submitted)})
    address = f"/write/course/{begun.pk}/approve/"
    reader = Client()
    reader.force_login(fresh(reviewer))
    assert address in reader.get("/write/").content.decode()

    page = reader.get(address).content.decode()
    told = reader.post(address, {"item": items(page)}, follow=True).content.decode()

    assert "a draft that nobody has submitted" in page
    assert "“Years”, “Money” are approved." in told
    reading = Client()
    reading.force_login(fresh(employee))
    assert reading.get(f"/courses/{begun.slug}/years/").status_code == 200
    assert Published.objects.filter(course_slug=begun.slug).count() == 2


def test_nobody_approves_a_course_of_their_own_side(desk: Client, begun: CoursePage) -> None:
    submitted = desk.get(f"/write/course/{begun.pk}/submit/").content.decode()
    desk.post(f"/write/course/{begun.pk}/submit/", {"item": items(submitted)})
    for who in (hire("same-side", "Employee", "Reviewer", side="technology"), begun.owner):
        client = Client()
        client.force_login(fresh(who))

        told = client.post(f"/write/course/{begun.pk}/approve/", {"item": items(submitted)}, follow=True)

        assert "Nothing was done with" in told.content.decode()
    assert not CoursePage.objects.get(pk=begun.pk).live


def test_a_text_that_changed_meanwhile_is_not_approved_with_its_course(
    desk: Client, begun: CoursePage, reviewer: Employee, author: Any
) -> None:
    submitted = desk.get(f"/write/course/{begun.pk}/submit/").content.decode()
    desk.post(f"/write/course/{begun.pk}/submit/", {"item": items(submitted)})
    lesson = LessonPage.objects.child_of(begun).get(slug="years").get_latest_revision_as_object()
    lesson.title = "Years, changed"
    lesson.save_revision(user=author)
    reader = Client()
    reader.force_login(fresh(reviewer))

    told = reader.post(f"/write/course/{begun.pk}/approve/", {"item": items(submitted)}, follow=True)

    assert "Nothing was done with “Years, changed”" in told.content.decode()
    assert not LessonPage.objects.get(pk=lesson.pk).live
    assert CoursePage.objects.get(pk=begun.pk).live


def test_an_approved_lesson_of_a_draft_course_says_why_nobody_reads_it(
    desk: Client, begun: CoursePage, reviewer: Employee, author: Any
) -> None:
    lesson = LessonPage.objects.child_of(begun).get(slug="years")
    reviewing.submit(page=lesson, revision=lesson.latest_revision_id, by=author)
    reader = Client()
    reader.force_login(fresh(reviewer))

    page = reader.get(f"/write/review/{lesson.pk}/").content.decode()
    told = reader.post(
        f"/write/review/{lesson.pk}/",
        {"decision": "approve", "revision": lesson.latest_revision_id},
        follow=True,
    ).content.decode()

    assert "This is new: nothing of it is live" in page
    assert "The course “Money” is a draft" in page
    assert "Readers get it as soon as the course “Money” is live, too." in told
    assert "Readers get it when the course is live." in desk.get("/write/").content.decode()
    letter = mail.outbox[-1]
    assert letter.to == [author.email]
    assert "Readers get it as soon as its course is live." in letter.body
    assert letter.body.rstrip().endswith(f"/admin/pages/{lesson.pk}/edit/")


# The desk --------------------------------------------------------------------------------------------------


def test_a_live_lesson_with_a_newer_version_in_review_counts_as_live(
    desk: Client, own: SimpleNamespace, author: Any
) -> None:
    submit(own.one, author)

    (row,) = queries.desk(fresh(author))
    page = desk.get("/write/").content.decode()

    assert (row.live, row.in_review, row.ready) == (2, 1, 2)
    assert "Live, a newer version in review" in page
    assert "2 of 2 lessons ready" in page


def test_a_quiz_without_questions_is_named(desk: Client, own: SimpleNamespace) -> None:
    Question.objects.filter(bank=own.bank, purpose="quiz").update(live=False)

    assert "The quiz has no questions yet." in desk.get("/write/").content.decode()


def test_a_reviewer_chooses_which_courses_to_see(
    client: Client, own: SimpleNamespace, other: SimpleNamespace, author: Any, reviewer: Employee
) -> None:
    submit(own.one, author)
    client.force_login(fresh(reviewer))

    first, every = client.get("/write/").content.decode(), client.get("/write/?show=all").content.decode()

    assert "Waiting for me (1)" in first
    assert f'id="course-{other.page.pk}"' not in first
    assert f'id="course-{own.page.pk}"' in first
    assert f'id="course-{other.page.pk}"' in every


def test_an_author_of_all_courses_in_sight_needs_no_filter(desk: Client) -> None:
    assert "?show=" not in desk.get("/write/").content.decode()


def test_a_double_click_writes_one_lesson(desk: Client, own: SimpleNamespace) -> None:
    key = desk.get("/write/").content.decode().split('name="key" value="')[1].split('"')[0]
    address = f"/write/course/{own.page.pk}/lesson/"

    first, second = desk.post(address, {"key": key}), desk.post(address, {"key": key})

    assert first.headers["Location"] == second.headers["Location"]
    lesson = LessonPage.objects.get(translation_key=key)
    lesson.save_revision(user=own.author, clean=False)
    assert desk.post(address, {"key": key}).headers["Location"] != first.headers["Location"]


def test_releasing_the_only_author_asks_first(desk: Client, own: SimpleNamespace, author: Any) -> None:
    address = f"/write/course/{own.page.pk}/authors/"

    asked = desk.post(address, {"remove": author.pk}).content.decode()

    assert "is the only author of" in asked
    assert own.page in queries.courses_of(fresh(author))
    desk.post(address, {"remove": author.pk, "sure": "1"})
    assert own.page not in queries.courses_of(fresh(author))


def test_the_message_after_copying_leads_to_the_copy(desk: Client, own: SimpleNamespace) -> None:
    told = desk.post(f"/write/course/{own.page.pk}/copy/", {"title": "Again", "code": "T7"}, follow=True)

    copy = CoursePage.objects.get(code="T7")
    assert f'<a href="/admin/pages/{copy.pk}/edit/">Open the copy</a>' in told.content.decode()


# Home ------------------------------------------------------------------------------------------------------


@pytest.mark.sql
def test_home_shows_a_reviewer_what_waits_and_asks_nobody_else(
    client: Client, own: SimpleNamespace, author: Any, reviewer: Employee, employee: Employee
) -> None:
    page = submit(own.one, author)
    client.force_login(fresh(reviewer))
    home = client.get("/").content.decode()

    assert "One text waits for your review" in home
    assert f'href="/write/review/{page.pk}/"' in home
    client.force_login(fresh(employee))
    assert "for your review" not in client.get("/").content.decode()
