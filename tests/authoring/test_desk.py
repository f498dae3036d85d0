"""/write/: courses, copies, teams, previews and what readers report."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from authoring import actions, queries
from authoring.teams import NotAnAuthor, add_author, remove_author
from courses import actions as learning_actions
from courses.models import CoursePage, CourseRecord, Evidence, LessonPage, ProblemReport
from quizzes.models import Answer, Bank, Question
from tests.authoring.conftest import fresh
from tests.courses.course import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, own: SimpleNamespace, author: Any) -> Client:
    client.force_login(author)
    return client


def test_write_in_the_header_leads_an_author_to_the_desk(desk: Client, own: SimpleNamespace) -> None:
    assert 'href="/write/"' in desk.get("/courses/").content.decode()
    page = desk.get("/write/").content.decode()

    assert own.page.title in page
    assert "Write a lesson" in page


@pytest.mark.parametrize("who", ["employee", "hr", "manager", "outsider"])
def test_the_desk_is_for_people_who_write(
    client: Client, who: str, request: Any, own: SimpleNamespace
) -> None:
    client.force_login(request.getfixturevalue(who))

    for address in (
        "/write/",
        "/write/course/",
        f"/write/course/{own.page.pk}/authors/",
        f"/write/preview/{own.one.pk}/",
    ):
        assert client.get(address).status_code == 403


@pytest.mark.sql
def test_somebody_elses_course_is_not_there(desk: Client, other: SimpleNamespace) -> None:
    assert other.page.title not in desk.get("/write/").content.decode()
    for address in ("lesson", "copy", "authors"):
        assert (
            desk.post(f"/write/course/{other.page.pk}/{address}/", {"title": "x", "code": "X1"}).status_code
            == 404
        )
    assert desk.get(f"/write/preview/{other.one.pk}/").status_code == 404


@pytest.mark.sql
def test_states_and_what_is_missing_are_shown(own: SimpleNamespace, author: Any) -> None:
    actions.start_lesson(course=own.page, author=fresh(author))
    changed = LessonPage.objects.get(pk=own.two.pk)
    changed.title = "Reading, changed"
    changed.save_revision(user=author)

    (row,) = queries.desk(fresh(author))

    assert [lesson.state for lesson in row.lessons] == ["live", "changed", "draft"]
    assert [bool(lesson.needed) for lesson in row.lessons] == [False, False, True]
    assert (row.live, row.drafts, row.in_review) == (2, 2, 0)


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_takes_as_many_queries_for_three_courses_as_for_one(
    count: int, make_course: Any, hired: Any, django_assert_max_num_queries: Any
) -> None:
    writer = hired("writer", "Employee", "Author", side="technology")
    for number in range(count):
        made = make_course(f"D{number}", f"course-{number}")
        add_author(course=made.page, employee=writer)
        for _again in range(count):
            actions.start_lesson(course=made.page, author=writer)
    person = fresh(writer)

    with django_assert_max_num_queries(15):
        rows = queries.desk(person)

    assert [len(row.lessons) for row in rows] == [2 + count] * count


def test_the_desk_does_not_look_for_what_takes_long_and_is_not_shown(
    own: SimpleNamespace, author: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that could be linked: eight seconds for three hundred drafts."""
    own.one.save_revision(user=author)
    looked: list[str] = []
    monkeypatch.setattr("glossary.linking.Senses.words_in", lambda senses, text: looked.append(text) or [])

    assert queries.desk(fresh(author))

    assert looked == []


def test_starting_a_course_makes_its_bank_and_its_author(desk: Client, author: Any) -> None:
    sent = {"title": "Money for technicians", "code": "B9", "direction": "business-for-technicians"}

    page = desk.post("/write/course/", sent, follow=True).content.decode()

    course = CoursePage.objects.get(code="B9")
    assert "Money for technicians" in page
    assert not course.live
    assert course.bank.slug == "b9"
    assert course in queries.courses_of(fresh(author))
    again = desk.post("/write/course/", sent)
    assert again.status_code == 422
    assert "Another course has this code" in again.content.decode()


def test_a_copy_has_keys_codes_and_questions_of_its_own(
    desk: Client, own: SimpleNamespace, author: Any, employee: Any
) -> None:
    before, theirs = Question.objects.count(), own.bank.questions.count()

    desk.post(f"/write/course/{own.page.pk}/copy/", {"title": "Always on, again", "code": "T7"})

    copy = CoursePage.objects.get(code="T7")
    lessons = list(LessonPage.objects.child_of(copy))
    questions = {
        question
        for block in lessons[0].body
        if block.block_type == "checks"
        for question in block.value["questions"]
    }
    assert copy.translation_key != own.page.translation_key
    assert {lesson.translation_key for lesson in lessons}.isdisjoint(
        {own.one.translation_key, own.two.translation_key}
    )
    assert copy.bank_id != own.bank.pk
    assert {question.bank_id for question in questions} == {copy.bank_id}
    assert {question.code for question in questions} == {"t7-c1-1", "t7-c1-2"}
    assert Question.objects.count() == before + theirs > before
    old_keys = set(own.checks[0].options.values_list("key", flat=True))
    new_keys = {option.key for question in questions for option in question.options.all()}
    assert old_keys.isdisjoint(new_keys)
    assert not copy.live
    assert not any(lesson.live for lesson in lessons)
    blocks = [
        {block.id for lesson in every for block in lesson.body} for every in (lessons, [own.one, own.two])
    ]
    assert len(blocks[0]) == len(blocks[1]) > 3
    assert blocks[0].isdisjoint(blocks[1])


def test_what_is_unfinished_is_copied_as_it_stands(desk: Client, own: SimpleNamespace) -> None:
    draft = own.two.get_latest_revision_as_object()
    draft.objective = ""
    draft.save_revision(clean=False)

    desk.post(f"/write/course/{own.page.pk}/copy/", {"title": "Again", "code": "T7"})

    lesson = LessonPage.objects.child_of(CoursePage.objects.get(code="T7")).get(slug=own.two.slug)
    assert lesson.get_latest_revision_as_object().objective == ""


def test_the_team_is_joined_and_left(desk: Client, own: SimpleNamespace, author: Any, hired: Any) -> None:
    colleague = hired("colleague", "Employee", "Author")
    address = f"/write/course/{own.page.pk}/authors/"

    desk.post(address, {"email": "COLLEAGUE@example.com"})
    assert own.page in queries.courses_of(fresh(colleague))
    desk.post(address, {"remove": colleague.pk})

    assert own.page not in queries.courses_of(fresh(colleague))


def test_only_authors_join_a_team(desk: Client, own: SimpleNamespace, employee: Any) -> None:
    told = desk.post(f"/write/course/{own.page.pk}/authors/", {"email": employee.email})

    assert told.status_code == 422
    with pytest.raises(NotAnAuthor):
        add_author(course=own.page, employee=employee)
    remove_author(course=own.page, employee=employee)  # leaving where one never was changes nothing


def test_changing_roles_leaves_teams_alone(own: SimpleNamespace, author: Any) -> None:
    from people.actions import set_roles

    set_roles(author, ["Employee", "Author", "Steward"])

    assert own.page in queries.courses_of(fresh(author))


# Preview ---------------------------------------------------------------------------------------------


def right_option(question: Question) -> str:
    return str(question.options.get(is_correct=True).key)


def test_a_preview_judges_answers_and_stores_nothing(desk: Client, own: SimpleNamespace) -> None:
    check = own.checks[0]
    address = f"/write/preview/{own.one.pk}/"
    assert f'action="{address}#check-1"' in desk.get(address).content.decode()
    sent = {"check": str(check.translation_key), "answer": right_option(check), "key": "k"}

    whole = desk.post(address, sent)
    part = desk.post(address, sent, headers={"X-Fragment": "1"})

    assert "CANARY-RIGHT" in whole.content.decode()
    assert "nothing was stored" in whole.content.decode()
    assert part.content.decode().strip().startswith("<check-form>")
    assert part["X-Saved"] == "k"
    assert not Answer.objects.exists()
    assert not Evidence.objects.exists()
    assert not CourseRecord.objects.exists()


def test_a_preview_shows_the_draft_of_a_check(desk: Client, own: SimpleNamespace, author: Any) -> None:
    check = own.checks[0]
    check.stem = "What does the draft ask?"
    check.save_revision(user=author)

    assert "What does the draft ask?" in desk.get(f"/write/preview/{own.one.pk}/").content.decode()


def test_a_preview_says_what_cannot_be_judged(desk: Client, own: SimpleNamespace) -> None:
    address = f"/write/preview/{own.one.pk}/"
    key = str(own.checks[0].translation_key)

    assert desk.post(address, {"check": key}).status_code == 200
    assert desk.post(address, {"check": key}, headers={"X-Fragment": "1"}).status_code == 422
    assert (
        desk.post(address, {"check": key, "answer": "nonsense"}, headers={"X-Fragment": "1"}).status_code
        == 422
    )
    assert desk.post(address, {"check": "nonsense"}).status_code == 400


def test_a_preview_in_print_and_without_javascript(desk: Client, own: SimpleNamespace) -> None:
    address = f"/write/preview/{own.one.pk}/"

    assert 'media="print"' in desk.get(address).content.decode()
    assert 'media="all"' in desk.get(f"{address}?mode=print").content.decode()
    plain = desk.get(f"{address}?mode=plain").content.decode()
    assert "<script" not in plain
    assert "mode=plain#check-1" in plain


def test_a_preview_of_the_bare_skeleton_opens(desk: Client, own: SimpleNamespace, author: Any) -> None:
    lesson = actions.start_lesson(course=own.page, author=fresh(author))

    assert desk.get(f"/write/preview/{lesson.pk}/").status_code == 200


# Reports of readers ----------------------------------------------------------------------------------


def test_a_report_reaches_the_author_and_the_reader_hears_back(
    client: Client, own: SimpleNamespace, author: Any, employee: Any
) -> None:
    client.force_login(employee)
    lesson = own.row_one.data["url"]
    assert f'href="{lesson}problem/"' in client.get(lesson).content.decode()
    client.post(f"{lesson}problem/", {"text": "  The figure is <b>wrong</b>. "})
    client.post(f"{lesson}problem/", {"text": "The figure is <b>wrong</b>."})
    report = ProblemReport.objects.get()

    client.force_login(author)
    page = client.get("/write/").content.decode()
    assert "The figure is &lt;b&gt;wrong&lt;/b&gt;." in page
    assert [lesson.reports for lesson in queries.desk(fresh(author))[0].lessons] == [1, 0]
    client.post(f"/write/report/{report.pk}/", {"answer": "Corrected, thank you."})

    assert [sent.to for sent in mail.outbox] == [[employee.email]]
    assert "Corrected, thank you." in mail.outbox[0].body
    client.force_login(employee)
    assert "Corrected, thank you." in client.get("/").content.decode()
    client.post(f"/courses/reports/{report.pk}/away/")
    assert "Corrected, thank you." not in client.get("/").content.decode()


@pytest.mark.sql
def test_an_answer_stands(own: SimpleNamespace, author: Any, employee: Any) -> None:
    report = learning_actions.report_problem(lesson_id=own.one.pk, reporter=employee, text="Wrong.", now=NOW)
    actions.answer_report(report=report, author=author, answer="No.", now=NOW)
    actions.answer_report(report=report, author=author, answer="No.", now=NOW)

    with pytest.raises(actions.AlreadyAnswered):
        actions.answer_report(report=report, author=author, answer="Yes.", now=NOW)
    assert len(mail.outbox) == 1


def test_reports_are_for_the_authors_of_the_course_and_answers_for_the_reader(
    client: Client, own: SimpleNamespace, other: SimpleNamespace, employee: Any, technician: Any
) -> None:
    report = learning_actions.report_problem(
        lesson_id=own.one.pk, reporter=employee, text="Wrong.", now=timezone.now()
    )

    client.force_login(other.author)
    assert client.get(f"/write/report/{report.pk}/").status_code == 404
    client.force_login(technician)
    assert client.get(f"/write/report/{report.pk}/").status_code == 403
    assert client.post(f"/courses/reports/{report.pk}/away/").status_code == 404


def test_an_empty_report_says_what_to_do(client: Client, own: SimpleNamespace, employee: Any) -> None:
    client.force_login(employee)

    response = client.post(f"{own.row_one.data['url']}problem/", {"text": "  "})

    assert response.status_code == 422
    assert "Nothing was sent yet" in response.content.decode()


def test_one_door_to_sign_in(client: Client, employee: Any) -> None:
    assert client.get("/_util/login/")["Location"].startswith("/accounts/login/")
    client.force_login(employee)
    assert client.get("/_util/login/?next=/courses/")["Location"] == "/courses/"


def test_the_bank_of_a_course_is_listed_for_its_writers_only(
    desk: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    page = desk.get("/admin/snippets/quizzes/bank/").content.decode()

    assert Bank.objects.count() == 2, "there was another one to be named"
    assert own.bank.name in page
    assert other.bank.name not in page


def test_questions_are_filtered_by_the_own_banks_only(
    desk: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    page = desk.get("/admin/snippets/quizzes/question/").content.decode()

    assert own.bank.name in page
    assert other.bank.name not in page
