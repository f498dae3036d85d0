"""Wagtail's editor as our authors meet it: what it offers, whom it tells, and the way back."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authoring.actions import start_lesson
from authoring.page_forms import CourseForm
from authoring.readiness import missing, sentence
from authoring.teams import files_of
from courses.models import CoursePage, LessonPage
from courses.rendering import render_lesson
from people import roles
from quizzes.actions import WrittenOption, write_check
from quizzes.models import Question, plain
from tests.conftest import hire
from tests.courses.course import publish
from tests.glossary.words import write_sense

pytestmark = pytest.mark.django_db


def edit(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@pytest.fixture
def desk(client: Client, author: Any) -> Client:
    client.force_login(author)
    return client


def test_the_editor_leads_back_to_write_and_carries_our_name(desk: Client, own: SimpleNamespace) -> None:
    html = desk.get(edit(own.one)).content.decode()

    assert '<a href="/write/">' in html
    assert "Back to Write" in html
    assert "<title>" in html
    assert "- Bothways</title>" in html
    assert "brand__mark" in html
    assert "What&#x27;s new in Wagtail" not in html
    assert "new in Wagtail" not in html
    assert html.index('"Write"') < html.index('"Images"')


def test_a_new_lesson_has_no_minutes_of_its_own_and_offers_the_outcomes_of_its_course(
    desk: Client, own: SimpleNamespace, author: Any
) -> None:
    course = CoursePage.objects.get(pk=own.page.pk)
    course.outcomes = [("outcome", {"key": "nights", "text": "say who is called"})]
    course.save_revision(user=author)
    lesson = start_lesson(course=own.page, author=author)

    form = desk.get(edit(lesson)).context["form"]

    assert form["minutes"].value() is None
    assert ("nights", "say who is called") in form.fields["outcome"].widget.choices
    assert "today 1" in form.fields["minutes"].help_text


def test_only_stewards_of_a_side_are_offered_for_it(own: SimpleNamespace, author: Any) -> None:
    steward = hire("keeper", roles.EMPLOYEE, roles.STEWARD, side="technology")
    course = CoursePage.objects.get(pk=own.page.pk)
    form_class: Any = CoursePage.get_edit_handler().get_form_class()
    assert issubclass(form_class, CourseForm)

    form = form_class(instance=course, for_user=author, parent_page=course.get_parent())

    assert steward in form.fields["steward_technology"].queryset
    assert author not in form.fields["steward_technology"].queryset
    assert steward not in form.fields["steward_business"].queryset


@pytest.mark.parametrize("door", ["delete", "unpublish"])
def test_an_author_who_may_not_is_told_who_may(desk: Client, own: SimpleNamespace, door: str) -> None:
    told = desk.get(reverse(f"wagtailadmin_pages:{door}", args=[own.one.pk]), follow=True)

    assert told.redirect_chain[-1][0] == edit(own.one)
    assert "only a reviewer or an administrator can unpublish or delete" in told.content.decode()
    assert LessonPage.objects.get(pk=own.one.pk).live


def test_a_stranger_is_told_nothing(desk: Client, other: SimpleNamespace) -> None:
    answer = desk.get(reverse("wagtailadmin_pages:delete", args=[other.one.pk]), follow=True)

    assert "CANARY" not in answer.content.decode()


def test_the_preview_of_a_course_lists_its_drafts_and_marks_them(
    rf: Any, own: SimpleNamespace, author: Any
) -> None:
    lesson = start_lesson(course=own.page, author=author)
    lesson.title = "At night"
    lesson.save_revision(user=author, clean=False)
    request = rf.get("/")
    request.user = author

    html = CoursePage.objects.get(pk=own.page.pk).serve_preview(request, "").content.decode()

    assert "At night" in html
    assert html.count("A draft: people do not see this lesson yet") == 1


def test_a_new_picture_goes_to_the_collection_of_the_course(desk: Client, own: SimpleNamespace) -> None:
    files = files_of(own.page)
    for address in ("/admin/images/chooser/", "/admin/documents/chooser/"):
        answer = desk.get(address, headers={"referer": f"http://testserver{edit(own.one)}"})
        form = answer.context["creation_form"]
        assert form.initial["collection"] == files.pk, address


def test_questions_of_the_course_come_first_and_their_titles_are_whole(
    client: Client, administrator: Any, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    client.force_login(administrator)
    chooser = reverse("wagtailsnippetchoosers_quizzes_question:choose_results")

    for course in (own, other):
        answer = client.get(chooser, headers={"referer": f"http://testserver{edit(course.one)}"})
        first = answer.context["results"][0]
        assert first.bank_id == course.bank.pk


def test_a_title_has_no_signs_of_markdown() -> None:
    assert plain("Who **decides** in `prod` *today*, with snake_case and 3 * 4?") == (
        "Who decides in prod today, with snake_case and 3 * 4?"
    )
    question = Question(code="t2-c1", stem="Which **hours** count? " + "It was down on Tuesday. " * 4)
    assert str(question).endswith("It was down on Tuesday.")


def test_what_an_option_lacks_names_the_option(own: SimpleNamespace, author: Any) -> None:
    options = [WrittenOption("Whoever is on call", True, "x" * 40), WrittenOption("The board", False, "No.")]
    check = write_check(bank=own.bank, stem="Who decides?", options=options, author=author)
    lesson = LessonPage.objects.get(pk=own.one.pk)
    lesson.body = [("checks", {"questions": [check]})]

    told = " ".join(map(sentence, missing(lesson)))

    assert "Check 1: option 2 (“The board”): Say why this option is right or not" in told


def test_notes_and_cells_know_glossary_words(own: SimpleNamespace) -> None:
    write_sense("downtime")
    lesson = LessonPage.objects.get(pk=own.one.pk)
    lesson.body = [
        (
            "exhibit",
            {"title": "A clause", "kind": "clause", "text": "It is [1].", "notes": ["See [[downtime]]."]},
        ),
        ("callout", {"kind": "note", "title": "", "text": "## Else"}),
        ("table", {"caption": "Words", "head": ["a", "b"], "rows": [["x", "[[downtime]]"]], "numbers": []}),
    ]

    html = "".join(part.html or "" for part in render_lesson(lesson).parts)

    assert html.count('class="term"') == 2
    assert "[[" not in html


def test_the_second_step_of_an_import_of_redirects_leads_to_the_first(
    client: Client, administrator: Any
) -> None:
    client.force_login(administrator)

    answer = client.get("/admin/redirects/import/process/")

    assert answer.status_code == 302
    assert answer["Location"] == reverse("wagtailredirects:start_import")


def test_a_table_that_is_only_opened_is_saved_as_it_was(desk: Client, own: SimpleNamespace) -> None:
    """The grid sends each cell under the name that Wagtail's lists give it: read, it is what was stored."""
    stream = LessonPage._meta.get_field("body").stream_block
    block = stream.child_blocks["table"]
    item = lambda value, number: {"type": "item", "value": value, "id": f"id-{number}"}  # noqa: E731
    stored = {
        "caption": "Allowed",
        "head": [item("Promise", 1), item("Allowed", 2)],
        "rows": [item([item("99 %", 3), item("7 h", 4)], 5), item([item("99.9 %", 6)], 7)],
        "numbers": [item(2, 8)],
    }
    sent = {"t-caption": "Allowed"} | _sent("t-head", stored["head"]) | _sent("t-rows", stored["rows"])
    sent |= _sent("t-numbers", stored["numbers"])

    assert block.get_prep_value(block.clean(block.value_from_datadict(sent, {}, "t"))) == stored
    lesson = LessonPage.objects.get(pk=own.one.pk)
    lesson.body = [("table", block.to_python(stored))]
    publish(lesson)
    html = desk.get(edit(lesson)).content.decode()
    assert "authoring.TableBlock" in html
    assert "table-grid.js" in html


def _sent(prefix: str, items: Any) -> dict[str, str]:
    fields = {f"{prefix}-count": str(len(items))}
    for number, item in enumerate(items):
        at = f"{prefix}-{number}"
        fields |= {
            f"{at}-deleted": "",
            f"{at}-order": str(number),
            f"{at}-id": item["id"],
            f"{at}-type": "item",
        }
        if isinstance(item["value"], list):
            fields |= _sent(f"{at}-value", item["value"])
        else:
            fields[f"{at}-value"] = str(item["value"])
    return fields
