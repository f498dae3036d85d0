"""A lesson as an employee meets it: read, answer, see why."""

import uuid

import pytest
from bs4 import BeautifulSoup

from courses.models import CourseRecord, Evidence
from quizzes.models import Answer
from tests.courses.course import RIGHT_WHY, WRONG_WHY

URL = "/courses/always-on/hours/"


@pytest.fixture
def reader(client, employee):
    client.force_login(employee)
    return client


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def form_of(response, number=1):
    """The fields of a check's form as a browser would send them, without an answer."""
    form = soup(response).select_one(f"#check-{number}")
    return {field["name"]: field["value"] for field in form.select("input[type=hidden]")}


def option(course, number, check=0):
    return str(course.checks[check].options.order_by("sort_order")[number].key)


def test_reading_a_lesson_stores_nothing(reader, course):
    response = reader.get(URL)

    assert "In March the <em>shop</em> was closed." in response.content.decode()
    assert not (Answer.objects.exists() or Evidence.objects.exists() or CourseRecord.objects.exists())


def test_no_explanation_and_no_key_is_sent_before_answering(reader, course):
    html = reader.get(URL).content.decode()

    assert "What does t2-c1-1 allow?" in html  # the question is there, so something could have leaked
    assert "CANARY" not in html
    assert "is_correct" not in html


def test_a_wrong_answer_explains_the_chosen_and_the_right_option(reader, course):
    fields = form_of(reader.get(URL))

    response = reader.post(URL, {**fields, "answer": option(course, 1)}, follow=True)

    text = soup(response).select_one("#check-1").get_text()
    assert "Not quite" in text
    assert WRONG_WHY in text and RIGHT_WHY in text
    assert response.redirect_chain == [(f"{URL}#check-1", 302)]


def test_a_right_answer_explains_itself_once(reader, course):
    fields = form_of(reader.get(URL))

    response = reader.post(URL, {**fields, "answer": option(course, 0)}, follow=True)

    text = soup(response).select_one("#check-1").get_text()
    assert "Correct" in text and text.count(RIGHT_WHY) == 1 and WRONG_WHY not in text


def test_not_sure_is_an_answer_that_shows_the_right_one(reader, course):
    fields = form_of(reader.get(URL))

    response = reader.post(URL, {**fields, "answer": "unsure"}, follow=True)

    answer = Answer.objects.get()
    assert answer.is_unsure and not answer.is_correct and answer.chosen == []
    assert RIGHT_WHY in soup(response).select_one("#check-1").get_text()


@pytest.mark.sql
def test_sending_the_same_form_twice_stores_one_answer(reader, course):
    fields = form_of(reader.get(URL)) | {"answer": option(course, 1)}

    first = reader.post(URL, fields)
    record = CourseRecord.objects.get().progress
    second = reader.post(URL, fields)

    assert first["X-Saved"] == second["X-Saved"] == fields["key"]
    assert Answer.objects.count() == 1
    assert CourseRecord.objects.get().progress == record


def test_without_a_choice_nothing_is_stored_and_the_page_says_what_to_do(reader, course):
    fields = form_of(reader.get(URL))

    response = reader.post(URL, fields)

    assert response.status_code == 422
    assert "Choose an answer" in soup(response).select_one("#check-1").get_text()
    assert soup(response).title.get_text().startswith("Error:")
    assert not Answer.objects.exists()


def test_a_fragment_is_the_check_alone(reader, course):
    fields = form_of(reader.get(URL))

    response = reader.post(URL, {**fields, "answer": option(course, 1)}, headers={"X-Fragment": "1"})

    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    assert soup(response).select_one("#check-1 .feedback") is not None


@pytest.mark.parametrize(
    "forged",
    [
        {"answer": "not-a-key"},
        {"answer": str(uuid.uuid4())},
        {"version": "999999"},
        {"check": str(uuid.uuid4())},
        {"key": "nonsense"},
        {"version": "abc"},
        {"confidence": "7"},
    ],
)
def test_a_forged_answer_is_refused_and_stores_nothing(reader, course, forged):
    fields = form_of(reader.get(URL)) | {"answer": option(course, 1)} | forged

    response = reader.post(URL, fields)

    assert response.status_code in {400, 422}
    assert not Answer.objects.exists()


def test_extra_fields_change_nothing(reader, course, technician):
    fields = form_of(reader.get(URL)) | {"answer": option(course, 1)}
    forged = {"is_correct": "1", "employee": technician.pk, "score_percent": "100", "status": "completed"}

    reader.post(URL, fields | forged)

    answer = Answer.objects.get()
    assert (answer.employee.display_name, answer.is_correct) == ("Employee", False)
    assert CourseRecord.objects.get().status == "in_progress"


def test_confidence_is_kept_only_where_the_course_asks_for_it(reader, make_course):
    course = make_course("T3", "never-on", asks_confidence=False)
    url = "/courses/never-on/hours/"
    response = reader.get(url)
    assert soup(response).select_one("input[name=confidence]") is None

    reader.post(url, form_of(response) | {"answer": option(course, 1), "confidence": "3"})

    assert Answer.objects.get().confidence is None


def test_answering_all_checks_completes_the_lesson(reader, course):
    for number in (1, 2):
        response = reader.get(URL)
        reader.post(URL, form_of(response, number) | {"answer": option(course, 2, number - 1)})

    assert "You have completed this lesson." in reader.get(URL).content.decode()
    assert CourseRecord.objects.get().lessons_done == 1


def test_a_lesson_without_checks_is_completed_by_saying_so(reader, course):
    url = "/courses/always-on/reading/"
    assert "I have read this" in reader.get(url).content.decode()

    reader.post(url, {"read": "1"})
    reader.post(url, {"read": "1"})

    assert Evidence.objects.filter(kind="read").count() == 1
    assert "You have completed this lesson." in reader.get(url).content.decode()


def test_a_lesson_with_checks_cannot_be_read_off(reader, course):
    response = reader.post(URL, {"read": "1"})

    assert response.status_code == 400
    assert not Evidence.objects.exists()


def test_a_check_can_be_answered_again_and_the_latest_is_shown(reader, course):
    reader.post(URL, form_of(reader.get(URL)) | {"answer": option(course, 1)})
    again = reader.get(f"{URL}?again={course.checks[0].translation_key}")

    reader.post(URL, form_of(again) | {"answer": option(course, 0)})

    assert Answer.objects.count() == 2
    assert "Correct" in soup(reader.get(URL)).select_one("#check-1").get_text()


def test_feedback_links_to_the_paragraph(reader, course):
    question = course.checks[0]
    question.lesson_slug, question.section = "hours", "From per cent to hours"
    question.save_revision().publish()

    response = reader.post(URL, form_of(reader.get(URL)) | {"answer": option(course, 1)}, follow=True)

    link = soup(response).select_one("#check-1 .feedback a")["href"]
    assert link == "#from-per-cent-to-hours"
    assert soup(response).select_one(link) is not None


@pytest.mark.sql
@pytest.mark.parametrize("answered", [0, 1, 2])
def test_a_lesson_takes_at_most_four_queries(reader, course, employee, answered, django_assert_num_queries):
    reader.get(URL)  # the organisation is remembered for half a minute
    for number in range(answered):
        reader.post(URL, form_of(reader.get(URL), number + 1) | {"answer": option(course, 1, number)})

    with django_assert_num_queries(4):  # session, person, what publishing wrote, what the person did
        reader.get(URL)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(reader, course, method):
    assert getattr(reader, method)(URL).status_code == 405


@pytest.mark.sql
def test_an_unpublished_lesson_is_gone_at_once(reader, course):
    course.one.unpublish()

    assert reader.get(URL).status_code == 404


@pytest.mark.sql
def test_a_restricted_course_opens_only_for_its_group(reader, course, client, employee):
    from django.contrib.auth.models import Group
    from wagtail.models import PageViewRestriction

    restriction = PageViewRestriction.objects.create(page=course.page, restriction_type="groups")
    restriction.groups.add(Group.objects.get_or_create(name="Pilot")[0])
    assert reader.get(URL).status_code == 404

    employee.groups.add(Group.objects.get(name="Pilot"))

    assert reader.get(URL).status_code == 200


@pytest.mark.sql
def test_an_answer_from_a_page_of_somebody_else_changes_nothing(reader, course, employee, technician):
    fields = form_of(reader.get(URL))
    reader.force_login(technician)  # in another tab of the same browser

    response = reader.post(
        URL, {**fields, "answer": option(course, 1)}, headers={"X-Person": str(employee.pk)}
    )

    assert response.status_code == 412
    assert "Nothing was saved." in response.content.decode()
    assert not Answer.objects.exists()
    assert reader.post(URL, fields, headers={"X-Person": str(technician.pk)}).status_code != 412


def test_the_neighbours_stand_above_a_lesson_and_the_crumbs_say_which_it_is(reader, course):
    page = soup(reader.get(URL))

    (turn,) = page.select("nav.guide a")
    assert (turn["rel"], turn["href"]) == (["next"], "/courses/always-on/reading/")
    assert turn.get_text(" ", strip=True) == "Next lesson: Reading"
    assert page.select_one(".crumbs [aria-current=page]").get_text(strip=True) == "Lesson 1"
