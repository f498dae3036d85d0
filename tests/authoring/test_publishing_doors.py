"""What is missing stops submitting and publishing at every door; the other side publishes; drafts are never refused."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, Workflow

from authoring.actions import start_lesson
from authoring.readiness import NotReady
from bothways.tasks import SomeFailed, publish_scheduled
from courses.models import LessonPage, Published
from people.models import Employee
from publishing.reviewing import OwnText
from publishing.rules.may_publish import sides_meet
from quizzes.actions import WrittenOption, write_check
from quizzes.models import Question
from tests.authoring.conftest import fresh
from tests.authoring.forms import lesson_form

pytestmark = pytest.mark.django_db

WHY = "Because the rota says so, for this week and for the next one too."


@pytest.fixture
def lesson(own: SimpleNamespace, author: Any) -> LessonPage:
    """The skeleton, as "Write a lesson" makes it."""
    return start_lesson(course=own.page, author=fresh(author))


@pytest.fixture
def whole(own: SimpleNamespace, author: Any) -> LessonPage:
    """The author's changed lesson, in which nothing is missing."""
    page = LessonPage.objects.get(pk=own.one.pk)
    page.title = "Hours, told better"
    page.save_revision(user=author)
    return LessonPage.objects.get(pk=page.pk)


def test_a_new_lesson_has_the_skeleton_in_it(lesson: LessonPage, own: SimpleNamespace) -> None:
    assert [block.block_type for block in lesson.body] == ["hook", "text", "meeting", "checks", "say"]
    assert not lesson.live
    assert lesson.get_parent().pk == own.page.pk


def test_write_a_lesson_opens_the_editor_with_the_list_beside_it(
    client: Client, own: SimpleNamespace, author: Any
) -> None:
    client.force_login(author)

    opened = client.post(f"/write/course/{own.page.pk}/lesson/", follow=True)

    assert opened.status_code == 200
    assert "Hook: tell what went wrong." in opened.content.decode()
    assert client.get(f"/write/course/{own.page.pk}/lesson/").status_code == 405


def test_a_draft_is_saved_whatever_is_missing(client: Client, lesson: LessonPage, author: Any) -> None:
    client.force_login(author)
    form = lesson_form(lesson, image=0) | {"objective": "", "minutes": "", "body-0-value-image": ""}

    response = client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), form)

    assert response.status_code == 302
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert [block.block_type for block in draft.body] == ["figure"]
    assert draft.minutes >= 1


def test_the_address_follows_the_title_until_somebody_has_read_the_lesson(
    client: Client, lesson: LessonPage, author: Any
) -> None:
    client.force_login(author)
    form = lesson_form(lesson, image=0) | {"title": "Who is called", "body-0-value-image": ""}

    client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), form)

    assert LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().slug == "who-is-called"


def test_submitting_is_refused_with_the_list_and_the_draft_is_kept(
    client: Client, lesson: LessonPage, author: Any
) -> None:
    client.force_login(author)
    form = lesson_form(lesson, image=0) | {
        "title": "Kept", "objective": "read", "body-0-value-image": "", "action-submit": "1",
    }  # fmt: skip

    page = client.post(
        reverse("wagtailadmin_pages:edit", args=[lesson.pk]), form, follow=True
    ).content.decode()

    assert "choose a picture" in page
    assert not TaskState.objects.exists()
    assert LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().title == "Kept"


def test_no_door_publishes_what_is_not_ready(
    client: Client, lesson: LessonPage, hired: Any, author: Any
) -> None:
    boss = hired("boss", "Employee", "Administrator", is_superuser=True)
    client.force_login(boss)
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    form = lesson_form(lesson, image=0) | {"objective": "x", "body-0-value-image": "", "action-publish": "1"}

    by_form = client.post(edit, form, follow=True)
    by_bulk = client.post(f"/admin/bulk/wagtailcore/page/publish/?id={lesson.pk}&next=/admin/", follow=True)
    with pytest.raises(NotReady):
        lesson.latest_revision.publish()

    assert by_form.status_code == by_bulk.status_code == 200
    assert "choose a picture" in by_form.content.decode()
    assert not LessonPage.objects.get(pk=lesson.pk).live
    assert not Published.objects.filter(page_id=lesson.pk).exists()


def test_the_schedule_publishes_nothing_that_is_not_ready(lesson: LessonPage) -> None:
    lesson.latest_revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    lesson.latest_revision.save()

    with pytest.raises(SomeFailed):
        publish_scheduled(now=timezone.now())

    assert not LessonPage.objects.get(pk=lesson.pk).live


def test_a_lesson_goes_live_with_the_checks_written_in_it(
    own: SimpleNamespace, whole: LessonPage, author: Any, reviewer: Any
) -> None:
    options = [WrittenOption("Whoever is on call", True, WHY), WrittenOption("Nobody", False, WHY)]
    check = write_check(bank=own.bank, stem="Who decides?", options=options, author=author)
    draft = whole.get_latest_revision_as_object()
    draft.body.append(("checks", {"questions": [check]}))
    draft.save_revision(user=author)

    LessonPage.objects.get(pk=whole.pk).latest_revision.publish(user=reviewer)

    row = Published.objects.get(page_id=whole.pk)
    assert Question.objects.get(pk=check.pk).live
    assert str(check.translation_key) in row.data["questions"]


def test_a_check_without_reasons_stops_its_lesson(
    own: SimpleNamespace, whole: LessonPage, author: Any, reviewer: Any
) -> None:
    check = write_check(bank=own.bank, stem="Who decides?", options=[], author=author)
    draft = whole.get_latest_revision_as_object()
    draft.body.append(("checks", {"questions": [check]}))
    draft.save_revision(user=author)

    with pytest.raises(NotReady, match="at least two options"):
        LessonPage.objects.get(pk=whole.pk).latest_revision.publish(user=reviewer)


# The two sides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("business", "technology", True),
        ("technology", "business", True),
        ("business", "business", False),
        ("both", "both", True),
        ("both", "business", True),
    ],
)
def test_two_people_of_two_sides_meet(one: str, other: str, meet: bool) -> None:
    assert sides_meet(SimpleNamespace(pk=1, side=one), SimpleNamespace(pk=2, side=other)) is meet
    assert not sides_meet(SimpleNamespace(pk=1, side=one), SimpleNamespace(pk=1, side=other))


def test_the_other_side_publishes_and_the_own_side_does_not(
    whole: LessonPage, reviewer: Any, hired: Any
) -> None:
    same = hired("same-side", "Employee", "Reviewer", side="technology")

    assert whole.permissions_for_user(reviewer).can_publish()
    assert not whole.permissions_for_user(same).can_publish()
    with pytest.raises(OwnText):
        whole.latest_revision.publish(user=same)
    whole.latest_revision.publish(user=reviewer)

    assert LessonPage.objects.get(pk=whole.pk).title == "Hours, told better"


def test_a_reviewer_does_not_publish_the_own_change(client: Client, whole: LessonPage, reviewer: Any) -> None:
    client.force_login(reviewer)
    form = lesson_form(whole, question=whole.body[-1].value["questions"][0].pk)
    form |= {"title": "Changed by the reviewer", "action-publish": "1"}

    page = client.post(
        reverse("wagtailadmin_pages:edit", args=[whole.pk]), form, follow=True
    ).content.decode()

    after = LessonPage.objects.get(pk=whole.pk)
    assert "you changed this text last" in page
    assert after.title == "Hours"
    assert after.get_latest_revision_as_object().title == "Changed by the reviewer"


def test_publishing_in_the_editor_writes_what_people_see(
    client: Client, whole: LessonPage, reviewer: Any
) -> None:
    """Wagtail's own view would go past the model's publish()."""
    client.force_login(reviewer)
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[whole.pk]))
    assert edit.status_code == 200

    client.post(f"/admin/bulk/wagtailcore/page/publish/?id={whole.pk}&next=/admin/")

    assert Published.objects.get(page_id=whole.pk).data["title"] == "Hours, told better"


def start_review(page: LessonPage, author: Employee) -> Any:
    return Workflow.objects.get(name="Reviewed by the other side").start(page, author)


def test_a_review_ends_with_the_other_side_only(
    client: Client, whole: LessonPage, author: Any, reviewer: Any, hired: Any
) -> None:
    same = hired("same-side", "Employee", "Reviewer", side="technology")
    state = start_review(whole, author)
    task = state.current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[whole.pk, "approve", task.pk])

    client.force_login(same)
    client.post(address)
    assert not Published.objects.filter(page_id=whole.pk, data__title="Hours, told better").exists()
    client.force_login(reviewer)
    client.post(address)

    assert Published.objects.get(page_id=whole.pk).data["title"] == "Hours, told better"
    state.refresh_from_db()
    assert state.status == "approved"


def test_what_waits_stands_on_the_desk_of_who_can_publish_it(
    client: Client, whole: LessonPage, author: Any, reviewer: Any, hired: Any
) -> None:
    same = hired("same-side", "Employee", "Reviewer", side="technology")
    task = start_review(whole, author).current_task_state

    def desk_of(person: Any) -> str:
        client.force_login(person)
        return client.get("/write/").content.decode()

    page = desk_of(reviewer)
    assert "One text waits for your review" in page
    assert "Hours, told better" in page
    assert f"asked by {author.display_name}" in page
    for other in (same, author):
        assert "waits for your review" not in desk_of(other)
    client.force_login(reviewer)
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[whole.pk, "approve", task.pk]))
    assert "waits for your review" not in desk_of(reviewer)


def test_the_author_of_the_text_approves_nothing(whole: LessonPage, author: Any, hired: Any) -> None:
    both = hired("both-roles", "Employee", "Author", "Reviewer", side="both")
    page = whole.get_latest_revision_as_object()
    page.title = "By somebody with both roles"
    page.save_revision(user=both)
    page = LessonPage.objects.get(pk=whole.pk)
    state = start_review(page, both)

    actions = {
        name for name, _label, _modal in state.current_task_state.task.specific.get_actions(page, both)
    }

    assert actions == {"reject"}


def test_a_setting_lets_authors_publish_alone(whole: LessonPage, author: Any, settings: Any) -> None:
    assert not whole.permissions_for_user(fresh(author)).can_publish()
    settings.AUTHORS_PUBLISH_ALONE = True

    assert whole.permissions_for_user(fresh(author)).can_publish()
    whole.latest_revision.publish(user=fresh(author))

    assert Published.objects.get(page_id=whole.pk).data["title"] == "Hours, told better"


# Deleting --------------------------------------------------------------------------------------------


def test_what_was_live_is_not_deleted_through_any_door(
    client: Client, own: SimpleNamespace, hired: Any
) -> None:
    client.force_login(hired("boss", "Employee", "Administrator", is_superuser=True))
    course = own.page

    single = client.post(reverse("wagtailadmin_pages:delete", args=[course.pk]), follow=True)
    bulk = client.post(f"/admin/bulk/wagtailcore/page/delete/?id={course.pk}&next=/admin/", follow=True)
    api = client.post(f"/admin/api/main/pages/{course.pk}/action/delete/", content_type="application/json")

    assert "Unpublish it instead" in single.content.decode()
    assert "unpublish them instead" in bulk.content.decode()
    assert api.status_code in {404, 405, 409}
    assert type(course).objects.filter(pk=course.pk).exists()


def test_a_lesson_that_was_reported_is_not_deleted_and_no_error_is_shown(
    client: Client, own: SimpleNamespace, hired: Any, employee: Any
) -> None:
    from courses.actions import report_problem

    report_problem(lesson_id=own.two.pk, reporter=employee, text="A word is wrong.", now=timezone.now())
    client.force_login(hired("boss", "Employee", "Administrator", is_superuser=True))

    response = client.post(reverse("wagtailadmin_pages:delete", args=[own.two.pk]), follow=True)

    assert response.status_code == 200
    assert LessonPage.objects.filter(pk=own.two.pk).exists()
