"""Every door of Wagtail, tried by the author of another course: reliability.md 2."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, Revision

from authoring.teams import files_of
from courses.models import LessonPage
from quizzes.models import Question
from tests.authoring.conftest import fresh
from tests.authoring.forms import lesson_form
from tests.site.estate import PIXEL

pytestmark = pytest.mark.django_db

# Wagtail leaves the file of a picture open when it draws a thumbnail of it in memory.
QUIET = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)
CANARIES = ("CANARY-DRAFT", "CANARY-QUESTION", "CANARY-RIGHT")


@pytest.fixture
def visitor(client: Client, own: SimpleNamespace, other: SimpleNamespace, author: Any) -> Client:
    """The author of the first course."""
    client.force_login(author)
    return client


def shut(response: Any) -> bool:
    """Refused, not there, or led away with Wagtail's sentence; and nothing of the other course in it."""
    text = response.content.decode(errors="replace")
    assert not [canary for canary in CANARIES if canary in text]
    return response.status_code in {403, 404} or (
        response.status_code == 302 and not response["Location"].startswith("/admin/pages/add")
    )


PAGE_DOORS = [
    "edit", "history", "history_results", "preview_on_edit", "view_draft", "copy", "delete", "unpublish",
    "move", "usage", "workflow_history", "lock", "unlock", "set_privacy", "convert_alias",
    "confirm_workflow_cancellation",
]  # fmt: skip
# Answers that say nothing: the state of a review that is not there, and who may open a public lesson.
SILENT = {"usage", "confirm_workflow_cancellation"}


# All doors in one test, since making two courses takes a hundred times as long as knocking.
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_of_another_course_stay_shut(visitor: Client, other: SimpleNamespace, method: str) -> None:
    before = standing(other.one.pk)
    wrong = []

    for door in PAGE_DOORS:
        response = getattr(visitor, method)(reverse(f"wagtailadmin_pages:{door}", args=[other.one.pk]))
        if not (shut(response) or door in SILENT or response.status_code == 405):
            wrong.append(f"{door} is open")
        if standing(other.one.pk) != before:
            wrong.append(f"{door} changed the lesson")

    assert wrong == []


def standing(pk: int) -> tuple[Any, ...]:
    lesson = LessonPage.objects.get(pk=pk)
    return lesson.live, lesson.locked, lesson.latest_revision_id, lesson.get_parent().pk


def test_the_own_course_is_open(visitor: Client, own: SimpleNamespace) -> None:
    for door in ("edit", "history", "copy", "usage"):
        assert visitor.get(reverse(f"wagtailadmin_pages:{door}", args=[own.one.pk])).status_code == 200


def test_revisions_of_another_course_are_not_shown_compared_or_restored(
    visitor: Client, other: SimpleNamespace
) -> None:
    first, last = Revision.objects.for_instance(other.one).order_by("pk").values_list("pk", flat=True)[:2]
    pk = other.one.pk
    for address in (
        reverse("wagtailadmin_pages:revisions_view", args=[pk, last]),
        reverse("wagtailadmin_pages:revisions_compare", args=[pk, first, last]),
        reverse("wagtailadmin_pages:revisions_compare", args=[pk, "earliest", "latest"]),
        reverse("wagtailadmin_pages:revisions_revert", args=[pk, first]),
        reverse("wagtailadmin_pages:revisions_unschedule", args=[pk, last]),
    ):
        assert shut(visitor.get(address)), address


def test_a_revision_of_another_course_is_not_shown_under_the_own_page(
    visitor: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    foreign = Revision.objects.for_instance(other.one).latest("pk").pk
    mine = Revision.objects.for_instance(own.one).latest("pk").pk

    for address in (
        reverse("wagtailadmin_pages:revisions_view", args=[own.one.pk, foreign]),
        reverse("wagtailadmin_pages:revisions_compare", args=[own.one.pk, mine, foreign]),
    ):
        assert shut(visitor.get(address)), address


def test_lists_searches_and_reports_name_no_draft_of_another_course(
    visitor: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    catalogue = other.page.get_parent().pk
    for address in (
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[catalogue]),
        reverse("wagtailadmin_explore", args=[other.page.pk]),
        reverse("wagtailadmin_pages:search") + "?q=CANARY",
        reverse("wagtailadmin_choose_page") + "?q=CANARY",
        reverse("wagtailadmin_choose_page_child", args=[other.page.pk]),
        reverse("wagtailadmin_choose_page_child", args=[other.one.pk]),
        reverse("wagtailadmin_choose_page_chosen_multiple") + f"?id={other.one.pk}",
        reverse("wagtailadmin_choose_page_search") + "?q=CANARY",
        f"/admin/api/main/pages/?child_of={other.page.pk}",
        f"/admin/api/main/pages/{other.one.pk}/",
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_reports:workflow_tasks"),
        reverse("wagtailadmin_reports:locked_pages"),
        reverse("wagtailadmin_reports:aging_pages"),
        reverse("wagtailsnippets_quizzes_question:list"),
        reverse("wagtailsnippets_quizzes_bank:list"),
    ):
        text = visitor.get(address).content.decode()
        assert not [canary for canary in CANARIES if canary in text], address


def test_the_history_of_the_site_names_the_own_course_and_no_other(
    visitor: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    text = visitor.get(reverse("wagtailadmin_reports:site_history")).content.decode()

    assert own.page.title in text
    assert other.page.title not in text


QUESTION_DOORS = [
    "edit",
    "history",
    "history_results",
    "copy",
    "usage",
    "delete",
    "workflow_history",
    "unpublish",
    "lock",
]


@pytest.mark.parametrize("method", ["get", "post"])
def test_questions_of_another_course_stay_shut(visitor: Client, other: SimpleNamespace, method: str) -> None:
    addresses = [
        reverse(f"wagtailsnippets_quizzes_question:{door}", args=[other.checks[0].pk])
        for door in QUESTION_DOORS
    ]

    assert [address for address in addresses if not shut(getattr(visitor, method)(address))] == []


def test_revisions_of_another_courses_question_stay_shut(visitor: Client, other: SimpleNamespace) -> None:
    question = other.checks[0]
    first, last = Revision.objects.for_instance(question).order_by("pk").values_list("pk", flat=True)[:2]
    for name, arguments in (
        ("revisions_compare", [question.pk, first, last]),
        ("revisions_revert", [question.pk, first]),
        ("revisions_unschedule", [question.pk, last]),
    ):
        assert shut(visitor.get(reverse(f"wagtailsnippets_quizzes_question:{name}", args=arguments))), name


def test_the_own_questions_are_open(visitor: Client, own: SimpleNamespace) -> None:
    for door in ("edit", "history", "copy", "usage"):
        address = reverse(f"wagtailsnippets_quizzes_question:{door}", args=[own.checks[0].pk])
        assert visitor.get(address).status_code == 200, door
    assert (
        own.checks[0].code in visitor.get(reverse("wagtailsnippets_quizzes_question:list")).content.decode()
    )


CHOOSER = "wagtailsnippetchoosers_quizzes_question"


def chooser_doors(pk: int) -> Iterator[str]:
    yield reverse(f"{CHOOSER}:choose") + "?q=CANARY"
    yield reverse(f"{CHOOSER}:choose_results") + "?q=CANARY"
    yield reverse(f"{CHOOSER}:chosen", args=[pk])
    yield reverse(f"{CHOOSER}:chosen_multiple") + f"?id={pk}"
    yield reverse(f"{CHOOSER}:write", args=[pk])


def test_the_chooser_knows_no_question_of_another_course(visitor: Client, other: SimpleNamespace) -> None:
    for address in chooser_doors(other.checks[0].pk):
        text = visitor.get(address).content.decode()
        assert not [canary for canary in CANARIES if canary in text], address
        assert "b1-c1-1" not in text, address


def test_a_check_of_another_course_is_not_changed_in_the_dialog(
    visitor: Client, other: SimpleNamespace
) -> None:
    before = Question.objects.get(pk=other.checks[0].pk).latest_revision_id

    response = visitor.post(reverse(f"{CHOOSER}:write", args=[other.checks[0].pk]), {"stem": "Mine now?"})

    assert shut(response)
    assert Question.objects.get(pk=other.checks[0].pk).latest_revision_id == before


def test_no_check_is_written_into_another_courses_bank(visitor: Client, other: SimpleNamespace) -> None:
    before = Question.objects.count()

    visitor.post(reverse(f"{CHOOSER}:create"), {"stem": "Mine?", "bank": other.bank.pk})

    assert Question.objects.count() == before


@pytest.mark.parametrize("action", ["delete", "publish", "unpublish", "move"])
def test_bulk_actions_leave_another_courses_pages_alone(
    visitor: Client, other: SimpleNamespace, action: str
) -> None:
    address = f"/admin/bulk/wagtailcore/page/{action}/?id={other.one.pk}&next=/admin/"

    text = visitor.get(address).content.decode()
    visitor.post(address, {"chooser": str(other.page.pk)})

    assert "CANARY-DRAFT in the text" not in text
    after = LessonPage.objects.get(pk=other.one.pk)
    assert after.live
    assert after.has_unpublished_changes


def test_bulk_actions_leave_another_courses_questions_alone(visitor: Client, other: SimpleNamespace) -> None:
    address = f"/admin/bulk/quizzes/question/delete/?id={other.checks[0].pk}&next=/admin/"

    visitor.get(address)
    visitor.post(address)

    assert Question.objects.filter(pk=other.checks[0].pk).exists()


def test_nothing_is_created_moved_or_copied_into_another_course(
    visitor: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    before = set(Page.objects.values_list("pk", "path"))
    add = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", other.page.pk])
    move = reverse("wagtailadmin_pages:move_confirm", args=[own.two.pk, other.page.pk])
    copy = reverse("wagtailadmin_pages:copy", args=[own.two.pk])

    assert shut(visitor.get(add))
    assert shut(visitor.post(add, {"title": "Mine", "slug": "mine"}))
    visitor.post(move)
    visitor.post(copy, {"new_title": "X", "new_slug": "x", "new_parent_page": other.page.pk})

    assert set(Page.objects.values_list("pk", "path")) == before


def test_a_forged_preview_shows_no_question_of_another_course(
    visitor: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[own.one.pk])

    told = visitor.post(address, lesson_form(own.one, question=other.checks[0].pk)).json()
    shown = visitor.get(address).content.decode()

    assert told["is_valid"] is False
    assert "CANARY-QUESTION" not in shown
    assert visitor.post(address, lesson_form(own.one, question=own.checks[0].pk)).json()["is_valid"]


@QUIET
def test_a_forged_draft_names_no_question_or_picture_of_another_course(
    visitor: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    picture = Image.objects.create(
        title="CANARY-DRAFT", file=ContentFile(PIXEL, name="theirs.png"), collection=files_of(other.page)
    )
    paper = Document.objects.create(
        title="CANARY-DRAFT", file=ContentFile(b"x", name="theirs.txt"), collection=files_of(other.page)
    )
    before = LessonPage.objects.get(pk=own.one.pk).latest_revision_id
    address = reverse("wagtailadmin_pages:edit", args=[own.one.pk])

    for form in (
        lesson_form(own.one, question=other.checks[0].pk),
        lesson_form(own.one, image=picture.pk),
        lesson_form(own.one, image=picture.pk, folded=True),
        lesson_form(own.one, document=paper.pk),
    ):
        page = visitor.post(address, form).content.decode()
        assert "belongs to another course" in page

    assert LessonPage.objects.get(pk=own.one.pk).latest_revision_id == before


@QUIET
def test_pictures_and_documents_of_another_course_are_neither_listed_nor_changed(
    visitor: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    theirs, mine = files_of(other.page), files_of(own.page)
    nested = theirs.add_child(name="Contracts")
    picture = Image.objects.create(
        title="CANARY-DRAFT p", file=ContentFile(PIXEL, name="a.png"), collection=nested
    )
    paper = Document.objects.create(
        title="CANARY-DRAFT d", file=ContentFile(b"x", name="a.txt"), collection=nested
    )
    Image.objects.create(title="Our picture", file=ContentFile(PIXEL, name="b.png"), collection=mine)

    for name in (
        "wagtailimages:index",
        "wagtailimages_chooser:choose",
        "wagtaildocs:index",
        "wagtaildocs_chooser:choose",
    ):
        text = visitor.get(reverse(name)).content.decode()
        assert "CANARY-DRAFT" not in text, name
    assert "Our picture" in visitor.get(reverse("wagtailimages:index")).content.decode()
    for address in (
        reverse("wagtailimages:edit", args=[picture.pk]),
        reverse("wagtailimages:delete", args=[picture.pk]),
        reverse("wagtaildocs:edit", args=[paper.pk]),
        reverse("wagtaildocs:delete", args=[paper.pk]),
    ):
        assert shut(visitor.get(address)), address


def test_a_bank_of_another_course_cannot_be_taken_over(
    visitor: Client, own: SimpleNamespace, other: SimpleNamespace, author: Any
) -> None:
    chooser = "wagtailsnippetchoosers_quizzes_bank"
    page = own.page.get_latest_revision_as_object()
    form_class = page.get_edit_handler().get_form_class()
    form = form_class(instance=page, for_user=fresh(author), parent_page=page.get_parent())

    assert set(form.fields["bank"].queryset) == {own.bank}
    assert other.page.title not in visitor.get(reverse(f"{chooser}:choose")).content.decode()
    for address in (
        reverse(f"{chooser}:chosen", args=[other.bank.pk]),
        reverse(f"{chooser}:chosen_multiple") + f"?id={other.bank.pk}",
    ):
        assert other.bank.name not in visitor.get(address).content.decode()
    mine = visitor.get(reverse(f"{chooser}:chosen", args=[own.bank.pk])).content.decode()
    assert own.bank.name in mine, "there was something to find"


def test_an_author_sees_nobodys_answers(visitor: Client, own: SimpleNamespace) -> None:
    for address in (
        "/admin/snippets/quizzes/answer/",
        "/admin/snippets/quizzes/attempt/",
        "/admin/snippets/courses/courserecord/",
    ):
        assert visitor.get(address).status_code == 404


def test_an_author_without_a_course_finds_the_desk_and_nothing_else(
    client: Client, hired: Any, other: SimpleNamespace
) -> None:
    client.force_login(hired("newcomer", "Employee", "Author"))

    assert client.get("/write/").status_code == 200
    assert shut(client.get(reverse("wagtailadmin_pages:edit", args=[other.one.pk])))
    assert shut(client.get(reverse("wagtailsnippets_quizzes_question:list")))
