"""The quiz as an employee meets it: start, answer, see why, pass; and what it must never tell."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from courses.models import CourseRecord, Evidence
from quizzes.models import Answer, Attempt, Drawn, Option, Question
from tests.courses.conftest import RIGHT_WHY, WRONG_WHY, publish

URL = "/courses/always-on/quiz/"
FRAGMENT = {"X-Fragment": "1"}


@pytest.fixture
def reader(client, employee):
    client.force_login(employee)
    return client


@pytest.fixture
def course(make_course):
    """Three of six questions; each has one right option, and its lesson and heading."""
    course = make_course()
    for question in Question.objects.filter(purpose="quiz"):
        question.lesson_slug, question.section = "hours", "From per cent to hours"
        question.outcome = "hours"
        publish(question)
    return course


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def text_of(response):
    return " ".join(soup(response).select_one("main").get_text(" ").split())


def start(reader):
    """The person's open attempt, begun by the form of the start card."""
    assert reader.post(URL).status_code == 302
    return Attempt.objects.get(finished_at__isnull=True)


def page(attempt, position):
    return f"{URL}{attempt.public_id}/{position}/"


def result_of(attempt):
    return f"{URL}{attempt.public_id}/result/"


def option(attempt, position, correct=True):
    payload = attempt.drawn.get(position=position).version.payload
    return next(option["key"] for option in payload["options"] if option["correct"] is correct)


def fields_of(response):
    """The form as a browser would send it, without an answer."""
    return {field["name"]: field["value"] for field in soup(response).select("#question input[type=hidden]")}


def answer(reader, attempt, position, correct=True, **fields):
    url = page(attempt, position)
    chosen = {"answer": option(attempt, position, correct)} | fields
    return reader.post(url, {**fields_of(reader.get(url)), **chosen})


def take(reader, *rights, **fields):
    """A whole attempt with these answers: True is right."""
    attempt = start(reader)
    for position, correct in enumerate(rights, start=1):
        answer(reader, attempt, position, correct, **fields)
    return Attempt.objects.get(pk=attempt.pk)


def everything():
    models = (Answer, Attempt, Drawn, CourseRecord, Evidence)
    return [list(model.objects.order_by("pk").values()) for model in models]


# --- The start card -----------------------------------------------------------------------------------


def test_the_start_card_says_what_to_expect_and_who_sees_what(reader, course):
    words = text_of(reader.get(URL))

    for sentence in ("Questions 3, about 2 minutes", "Pass mark 80", "No time limit", "As many as you like",
                     "Only whether you passed, and when. Never your answers", "Start the quiz"):  # fmt: skip
        assert sentence in words
    assert "Best so far" not in words
    assert everything() == [[]] * 5


def test_starting_is_a_post_that_leads_to_the_first_question_and_begins_the_course(reader, course, employee):
    response = reader.post(URL)

    attempt = Attempt.objects.get()
    assert response["Location"] == page(attempt, 1)
    assert (attempt.employee, attempt.question_count, attempt.pass_percent) == (employee, 3, 80)
    assert CourseRecord.objects.get().status == "in_progress"
    assert Evidence.objects.get().kind == "started"


def test_starting_again_resumes_at_the_first_question_without_an_answer(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1)

    words = text_of(reader.get(URL))
    response = reader.post(URL)

    assert "You stopped at question 2 of 3" in words
    assert "Resume at question 2" in words
    assert response["Location"] == page(attempt, 2)
    assert Attempt.objects.count() == 1


def test_a_second_device_resumes_the_same_attempt(reader, course, employee):
    attempt = start(reader)
    answer(reader, attempt, 1)
    phone = Client()
    phone.force_login(employee)

    response = phone.post(URL, follow=True)

    assert response.redirect_chain == [(page(attempt, 2), 302)]
    assert "Question 2 of 3" in text_of(response)


def test_the_best_result_and_earlier_attempts_stand_on_the_card(reader, course):
    first = take(reader, True, True, False)
    second = take(reader, True, False, False)

    words = text_of(reader.get(URL))

    assert "2 of 3, 66 % Not passed yet" in words
    assert "Start a new attempt" in words
    links = [link["href"] for link in soup(reader.get(URL)).select(".list-ruled a")]
    assert links == [result_of(second), result_of(first)]


def test_a_bank_that_is_too_small_gets_a_kind_sentence_and_starts_nothing(reader, course):
    for question in Question.objects.filter(purpose="quiz")[:4]:
        question.unpublish()

    response = reader.post(URL)

    assert response.status_code == 409
    assert "The quiz is not ready yet" in text_of(response)
    assert "Start the quiz" not in text_of(response)
    assert not Attempt.objects.exists()


def test_an_open_attempt_goes_on_when_the_bank_became_too_small(reader, course):
    attempt = start(reader)
    for question in Question.objects.filter(purpose="quiz"):
        question.unpublish()
    publish(course.page)

    assert "Resume at question 1" in text_of(reader.get(URL))
    assert reader.post(URL)["Location"] == page(attempt, 1)
    assert answer(reader, attempt, 1).status_code == 302


def test_a_course_without_a_quiz_has_no_quiz_page(reader, course):
    course.page.bank = None
    publish(course.page)

    assert reader.get(URL).status_code == 404
    assert reader.post(URL).status_code == 404


# --- A question ---------------------------------------------------------------------------------------


def test_a_question_page_asks_one_question(reader, course):
    attempt = start(reader)

    response = reader.get(page(attempt, 2))

    html = soup(response)
    stem = attempt.drawn.get(position=2).version.payload["stem"]
    assert html.select_one("legend h1").get_text() == stem
    assert len(html.select("h1")) == 1
    assert "Question 2 of 3" in html.title.get_text()
    keys = [field["value"] for field in html.select("input[name=answer]")]
    assert keys == [*attempt.drawn.get(position=2).option_order, "unsure"]
    assert not html.select("input[checked]")
    assert "Check answer" in text_of(response)
    assert "Stop here and return to" in text_of(response)
    assert [field["value"] for field in html.select("input[name=confidence]")] == ["1", "2", "3"]


def test_a_course_can_switch_the_question_of_confidence_off(reader, course):
    course.page.asks_confidence = False
    publish(course.page)
    attempt = start(reader)

    assert not soup(reader.get(page(attempt, 1))).select("input[name=confidence]")
    answer(reader, attempt, 1, confidence="3")
    assert Answer.objects.get().confidence is None


def test_a_right_answer_is_told_so_and_explained(reader, course):
    attempt = start(reader)

    response = answer(reader, attempt, 1, confidence="2")
    shown = reader.get(response["Location"])

    assert response["Location"] == f"{page(attempt, 1)}#feedback"
    feedback = soup(shown).select_one("#feedback")
    assert feedback.select_one("h2").get_text() == "Correct"
    assert RIGHT_WHY in feedback.get_text()
    assert feedback.select_one("a")["href"] == "/courses/always-on/hours/#from-per-cent-to-hours"
    assert soup(shown).select_one(".check__do a")["href"] == page(attempt, 2)
    assert "1 of 3 answers saved" in text_of(shown)
    assert (Answer.objects.get().is_correct, Answer.objects.get().confidence) == (True, 2)


def test_a_wrong_answer_explains_only_the_chosen_option(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1, correct=False)

    shown = reader.get(page(attempt, 1))

    feedback = soup(shown).select_one("#feedback").get_text()
    assert "Not quite" in feedback
    assert WRONG_WHY in feedback
    assert "What is right is shown once you have passed" in feedback
    assert RIGHT_WHY not in shown.content.decode()


def test_not_sure_is_met_kindly_and_explains_nothing_away(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1, answer="unsure", confidence="3")

    shown = reader.get(page(attempt, 1))

    assert "Not sure yet" in soup(shown).select_one("#feedback").get_text()
    assert "CANARY" not in shown.content.decode()
    assert "/courses/always-on/hours/#from-per-cent-to-hours" in shown.content.decode()
    stored = Answer.objects.get()
    assert (stored.chosen, stored.is_unsure, stored.is_correct, stored.confidence) == ([], True, False, None)


def test_without_a_choice_the_page_says_what_is_missing_and_nothing_is_stored(reader, course):
    attempt = start(reader)
    url = page(attempt, 1)

    response = reader.post(url, {**fields_of(reader.get(url)), "confidence": "3"})

    html = soup(response)
    assert response.status_code == 422
    assert html.title.get_text().startswith("Error:")
    summary = html.select_one(".errors")
    assert "Choose an answer" in summary.get_text()
    assert summary.has_attr("autofocus")
    target = summary.select_one("a")["href"].lstrip("#")
    assert html.find(id=target) is not None
    assert html.select_one("fieldset")["aria-describedby"] == "question-error"
    assert html.select_one("input[name=confidence][value='3']").has_attr("checked")
    assert not Answer.objects.exists()


def test_an_option_of_another_question_is_refused_and_nothing_is_stored(reader, course):
    attempt = start(reader)
    url = page(attempt, 1)

    response = reader.post(url, {**fields_of(reader.get(url)), "answer": option(attempt, 2)})

    assert response.status_code == 422
    assert "Choose one of the options shown" in text_of(response)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"key": "not-a-key"}, {"key": ""}, {"confidence": "9"}, {"confidence": "sure"}]
)  # fmt: skip
def test_a_form_that_no_page_of_ours_sends_stores_nothing(reader, course, fields):
    attempt = start(reader)
    sent = {"key": str(uuid.uuid4()), "answer": option(attempt, 1), **fields}

    assert reader.post(page(attempt, 1), sent).status_code == 400
    assert not Answer.objects.exists()


def test_where_several_can_be_chosen_what_was_chosen_survives_an_error(reader, course):
    attempt = start_with_multiple(reader, course)
    url = page(attempt, 1)
    chosen = option(attempt, 1)

    response = reader.post(url, {**fields_of(reader.get(url)), "answer": [chosen, "unsure"]})

    assert response.status_code == 422
    assert "not both" in text_of(response)
    checked = [field["value"] for field in soup(response).select("input[name=answer][checked]")]
    assert checked == [chosen, "unsure"] or set(checked) == {chosen, "unsure"}


def start_with_multiple(reader, course):
    """An attempt at a quiz of one question with two right options of four."""
    Question.objects.filter(purpose="quiz").update(live=False)
    question = Question(bank=course.bank, locale=course.page.locale, code="t2-m", kind="multiple_choice", stem="Which?")
    question.options = [
        Option(sort_order=place, text=text, is_correct=place < 2, explanation=f"CANARY-{text.upper()} because {place}.")
        for place, text in enumerate(["right-one", "right-two", "wrong-one", "wrong-two"])
    ]
    question.save()
    question.save_revision().publish()
    course.page.quiz_questions = 1
    publish(course.page)
    return start(reader)


def keys_by_text(attempt):
    return {option["html"]: option["key"] for option in attempt.drawn.get().version.payload["options"]}


def test_some_right_and_some_wrong_explains_only_the_chosen_wrong_ones(reader, course):
    attempt = start_with_multiple(reader, course)
    keys = keys_by_text(attempt)

    answer(reader, attempt, 1, answer=[keys["right-one"], keys["wrong-two"]])

    html = reader.get(page(attempt, 1)).content.decode()
    assert "CANARY-WRONG-TWO" in html
    for hidden in ("CANARY-RIGHT-ONE", "CANARY-RIGHT-TWO", "CANARY-WRONG-ONE"):
        assert hidden not in html
    assert not Attempt.objects.get().passed


def test_too_few_of_the_right_ones_are_not_explained(reader, course):
    attempt = start_with_multiple(reader, course)

    answer(reader, attempt, 1, answer=[keys_by_text(attempt)["right-one"]])

    shown = reader.get(page(attempt, 1))
    assert "CANARY" not in shown.content.decode()
    assert "Every right option has to be chosen, and no other." in text_of(shown)


def test_all_of_the_right_ones_are_right_and_explained(reader, course):
    attempt = start_with_multiple(reader, course)
    keys = keys_by_text(attempt)

    answer(reader, attempt, 1, answer=[keys["right-two"], keys["right-one"]])

    html = reader.get(page(attempt, 1)).content.decode()
    assert "CANARY-RIGHT-ONE" in html and "CANARY-RIGHT-TWO" in html
    assert "CANARY-WRONG" not in html
    assert Attempt.objects.get().passed


# --- Saved once ---------------------------------------------------------------------------------------


def test_the_same_form_again_moves_nothing(reader, course):
    attempt = start(reader)
    url = page(attempt, 1)
    fields = {**fields_of(reader.get(url)), "answer": option(attempt, 1, correct=False)}
    first = reader.post(url, fields)
    before = everything()

    again = reader.post(url, {**fields, "answer": option(attempt, 1), "confidence": "3"})

    assert again["Location"] == first["Location"]
    assert again["X-Saved"] == first["X-Saved"] == fields["key"]
    assert everything() == before


def test_another_device_is_told_that_the_first_answer_counts(reader, course, employee):
    attempt = start(reader)
    phone = Client()
    phone.force_login(employee)
    on_the_phone = fields_of(phone.get(page(attempt, 1)))
    answer(reader, attempt, 1, correct=False)
    before = everything()

    response = phone.post(page(attempt, 1), {**on_the_phone, "answer": option(attempt, 1)}, follow=True)

    assert "The first answer counts" in text_of(response)
    assert "Not quite" in text_of(response)
    assert everything() == before


def test_an_answer_to_a_finished_attempt_is_told_the_same_and_stores_nothing(reader, course):
    attempt = start(reader)
    stale = fields_of(reader.get(page(attempt, 3)))
    for position in (1, 2, 3):
        answer(reader, attempt, position, correct=False)
    before = everything()

    response = reader.post(page(attempt, 3), {**stale, "answer": option(attempt, 3)})

    assert "X-Saved" not in response
    assert everything() == before


def test_a_version_published_meanwhile_changes_nothing_for_this_attempt(reader, course):
    attempt = start(reader)
    drawn = attempt.drawn.get(position=1)
    keys = {option["correct"]: option["key"] for option in drawn.version.payload["options"]}
    question = drawn.version.question
    options = list(question.options.all())
    for place, changed in enumerate(options):
        changed.is_correct = place == 1
        changed.text = f"Changed {place}"
    question.options, question.stem = options, "Changed?"
    publish(question)

    html = reader.get(page(attempt, 1)).content.decode()
    assert drawn.version.payload["stem"] in html
    assert "Changed" not in html
    answer(reader, attempt, 1, answer=keys[True])
    assert Answer.objects.get().is_correct


def test_fields_that_are_not_asked_for_change_nothing(reader, course, technician):
    attempt = start(reader)
    forged = {
        "is_correct": "true", "right": "1", "score": "100", "score_percent": "100", "passed": "true", "pass_percent": "1",
        "employee": technician.pk, "employee_id": technician.pk, "attempt_id": "1", "version": "1", "finished_at": "2026-01-01",
        "question_count": "1", "answered_at": "2020-01-01", "completed_at": "2020-01-01", "is_staff": "on", "check": "x",
        "place": "1", "status": "completed", "seed": "1", "number": "9",
    }  # fmt: skip

    reader.post(URL, forged)
    for position in (1, 2, 3):
        answer(reader, attempt, position, correct=False, **forged)

    stored = Attempt.objects.get()
    assert (stored.score_percent, stored.passed, stored.pass_percent, stored.question_count) == (0, False, 80, 3)
    assert stored.employee == attempt.employee
    assert not Answer.objects.filter(is_correct=True).exists()
    assert not Answer.objects.filter(employee=technician).exists()
    assert all(timezone.now() - row.answered_at < timedelta(minutes=5) for row in Answer.objects.all())
    assert CourseRecord.objects.get().status == "in_progress"


# --- With JavaScript ----------------------------------------------------------------------------------


def test_a_fragment_acknowledges_what_was_stored(reader, course):
    attempt = start(reader)
    url = page(attempt, 1)
    fields = {**fields_of(reader.get(url)), "answer": option(attempt, 1)}

    response = reader.post(url, fields, headers=FRAGMENT)

    assert response.status_code == 200
    assert response["X-Saved"] == fields["key"]
    html = soup(response)
    assert html.select_one("html, header, main, check-form") is None
    assert html.select_one("form #feedback h2").get_text() == "Correct"
    assert str(Answer.objects.get().key) == fields["key"]
    again = reader.post(url, fields, headers=FRAGMENT)
    assert (again.status_code, again["X-Saved"]) == (200, fields["key"])


@pytest.mark.parametrize("chosen", [{}, {"answer": str(uuid.uuid4())}])
def test_a_fragment_that_stores_nothing_acknowledges_nothing(reader, course, chosen):
    attempt = start(reader)
    url = page(attempt, 1)

    response = reader.post(url, {**fields_of(reader.get(url)), **chosen}, headers=FRAGMENT)

    assert response.status_code == 422
    assert "X-Saved" not in response
    assert response["X-Fragment"] == "1"  # tells the sender that waiting and sending again is of no use
    assert soup(response).select_one("form .field__error")


def test_a_fragment_tells_the_other_device_and_acknowledges_nothing(reader, course):
    attempt = start(reader)
    fields = fields_of(reader.get(page(attempt, 1)))
    answer(reader, attempt, 1, correct=False)

    response = reader.post(page(attempt, 1), {**fields, "answer": option(attempt, 1)}, headers=FRAGMENT)

    assert (response.status_code, response["X-Fragment"]) == (409, "1")
    assert "X-Saved" not in response
    assert "The first answer counts" in response.content.decode()
    assert RIGHT_WHY not in response.content.decode()


# --- The result ---------------------------------------------------------------------------------------


def test_not_passed_yet_shows_what_to_read_and_not_what_is_right(reader, course):
    attempt = take(reader, True, False, False)

    response = reader.get(result_of(attempt))

    words = text_of(response)
    assert "Not passed yet" in words
    assert "1 of 3" in words
    assert "That is 33 %. The pass mark is 80 %." in words
    assert "Try again" in words
    assert "Read again: Hours" in words
    assert "What is right is shown once you have passed." in words
    assert WRONG_WHY in words
    missed = [attempt.drawn.get(position=position).version.payload for position in (2, 3)]
    for payload in missed:
        right = next(option for option in payload["options"] if option["correct"])
        assert right["html"] not in words  # its own words, which differ from question to question
        assert right["key"] not in response.content.decode()
    assert words.count(RIGHT_WHY) == 1  # of the one question that was answered right


def test_passing_shows_what_is_right_and_leads_back(reader, course):
    attempt = take(reader, True, True, True)

    words = text_of(reader.get(result_of(attempt)))

    assert attempt.passed
    assert "Passed" in words
    assert "3 of 3" in words
    assert "HR sees: passed" in words
    assert "Try again" not in words


def test_after_passing_the_right_options_show_in_earlier_attempts_too(reader, course):
    failed = take(reader, False, False, False)
    assert RIGHT_WHY not in reader.get(result_of(failed)).content.decode()

    take(reader, True, True, True)

    assert RIGHT_WHY in reader.get(result_of(failed)).content.decode()
    # The question pages keep to what was chosen, whatever was passed since.
    assert RIGHT_WHY not in reader.get(page(failed, 1)).content.decode()


def test_passing_another_quiz_or_somebody_else_passing_shows_nothing(reader, course, make_course, technician):
    attempt = take(reader, False, False, False)
    Attempt.objects.create(
        employee=technician, bank=attempt.bank, quiz_key=attempt.quiz_key, number=1, seed=1, pass_percent=80,
        question_count=1, started_at=timezone.now(), finished_at=timezone.now(), correct_count=1, score_percent=100, passed=True,
    )  # fmt: skip
    Attempt.objects.create(
        employee=attempt.employee, bank=attempt.bank, quiz_key=uuid.uuid4(), number=1, seed=1, pass_percent=80,
        question_count=1, started_at=timezone.now(), finished_at=timezone.now(), correct_count=1, score_percent=100, passed=True,
    )  # fmt: skip

    assert RIGHT_WHY not in reader.get(result_of(attempt)).content.decode()


def test_what_you_were_sure_of_stands_first(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1, correct=False, confidence="1")
    answer(reader, attempt, 2, correct=False, confidence="3")
    answer(reader, attempt, 3, correct=True, confidence="3")

    html = soup(reader.get(result_of(attempt)))

    sure = html.select_one("section[aria-labelledby=sure]")
    assert [line.get_text()[:10] for line in sure.select("h3")] == ["Question 2"]
    everything_after = html.select_one("section[aria-labelledby=every]")
    assert sure.sourceline < everything_after.sourceline


def test_passing_with_all_lessons_done_completes_the_course(reader, course, employee):
    take(reader, True, True, True)
    assert "One lesson" in text_of(reader.get(result_of(Attempt.objects.get()))) or "lessons are left" in text_of(
        reader.get(result_of(Attempt.objects.get()))
    )
    for check in course.checks:
        version = check.versions.get()
        reader.post(
            "/courses/always-on/hours/",
            {"key": str(uuid.uuid4()), "check": str(check.translation_key), "version": version.pk,
             "answer": version.payload["options"][0]["key"]},
        )  # fmt: skip
    reader.post("/courses/always-on/reading/", {"read": "1"})

    words = text_of(reader.get(result_of(Attempt.objects.get())))

    assert CourseRecord.objects.get().status == "completed"
    assert "Passed, and the course is complete" in words
    assert "Back to your courses" in words


def test_the_result_of_an_open_attempt_leads_to_its_next_question(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1)

    assert reader.get(result_of(attempt))["Location"] == page(attempt, 2)


def test_the_last_question_leads_to_the_result(reader, course):
    attempt = take(reader, True, False, True)

    link = soup(reader.get(page(attempt, 3))).select_one(".check__do a")

    assert (link["href"], link.get_text().strip()) == (result_of(attempt), "See your result")


def test_a_question_that_was_left_out_is_asked_before_the_result(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 2)

    response = answer(reader, attempt, 3)

    assert soup(reader.get(response["Location"])).select_one(".check__do a")["href"] == page(attempt, 1)


# --- Nobody else's business ---------------------------------------------------------------------------


def test_somebody_elses_attempt_does_not_exist(reader, course, technician, hr, manager, administrator):
    attempt = take(reader, True, True, False)
    other = Client()

    for person in (technician, hr, manager, administrator):
        other.force_login(person)
        assert other.get(page(attempt, 1)).status_code == 404
        assert other.get(result_of(attempt)).status_code == 404
        sent = {"key": str(uuid.uuid4()), "answer": option(attempt, 1)}
        assert other.post(page(attempt, 1), sent).status_code == 404
    assert Answer.objects.count() == 3


def test_an_attempt_belongs_to_the_address_of_its_course(reader, course, make_course):
    make_course("T3", "other")
    attempt = start(reader)

    assert reader.get(page(attempt, 1).replace("always-on", "other")).status_code == 404
    assert reader.get(result_of(attempt).replace("always-on", "other")).status_code == 404


@pytest.mark.parametrize("position", [0, 4, 999])
def test_a_question_that_was_not_drawn_does_not_exist(reader, course, position):
    attempt = start(reader)

    assert reader.get(page(attempt, position)).status_code == 404
    assert reader.post(page(attempt, position), {"key": str(uuid.uuid4()), "answer": "unsure"}).status_code == 404


def test_an_attempt_that_never_was_does_not_exist(reader, course):
    assert reader.get(f"{URL}{uuid.uuid4()}/1/").status_code == 404
    assert reader.get(f"{URL}{uuid.uuid4()}/result/").status_code == 404


def test_nothing_is_shown_to_who_is_signed_out_or_takes_no_courses(client, reader, course, outsider):
    attempt = start(reader)
    addresses = [URL, page(attempt, 1), result_of(attempt)]
    stranger = Client()

    for address in addresses:
        assert stranger.get(address)["Location"].startswith("/accounts/login/")
    stranger.force_login(outsider)
    for address in addresses:
        assert stranger.get(address).status_code == 403


def test_nothing_about_right_and_wrong_leaves_before_an_answer(reader, course):
    attempt = start(reader)
    for question in Question.objects.filter(purpose="quiz"):
        payload = question.current_version.payload
        assert "CANARY-RIGHT" in str(payload)  # there is something that could leak

    pages = [reader.get(URL)]
    for position in (1, 2, 3):
        pages += [
            reader.get(page(attempt, position)),
            reader.get(page(attempt, position), headers=FRAGMENT),
            reader.head(page(attempt, position)),
            reader.post(page(attempt, position), {"key": str(uuid.uuid4())}),
            reader.post(page(attempt, position), {"key": str(uuid.uuid4())}, headers=FRAGMENT),
            reader.post(page(attempt, position), {"key": str(uuid.uuid4()), "answer": option(attempt, position % 3 + 1)}),
        ]

    for response in pages:
        sent = response.content.decode() + str(response.headers)
        for secret in ("CANARY", "is_correct", '"correct"', "correct=", "data-correct", str(attempt.seed)):
            assert secret not in sent
    assert not Answer.objects.exists()


def test_options_look_the_same_whichever_is_right(reader, course):
    attempt = start(reader)

    def shape(html):
        """The options without their words, keys and places."""
        labels = html.select(".option:not(.option--unsure)")
        return {(str(sorted(label.attrs.items())), str(sorted(set(label.input.attrs) - {"value", "id"}))) for label in labels}

    assert len(shape(soup(reader.get(page(attempt, 1))))) == 1
    answer(reader, attempt, 1, answer="unsure")
    assert len(shape(soup(reader.get(page(attempt, 1))))) == 1


def test_after_a_wrong_answer_the_other_options_look_the_same(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1, correct=False)
    chosen = Answer.objects.get().chosen[0]

    labels = soup(reader.get(page(attempt, 1))).select(".option:not(.option--unsure)")

    others = [label for label in labels if label.input["value"] != chosen]
    for label in others:
        label.input["value"] = ""
        label.input.attrs.pop("id", None)
        label.span.clear()
    assert len(others) == 2
    assert len({str(label) for label in others}) == 1


# --- Few queries --------------------------------------------------------------------------------------


def test_query_counts_do_not_depend_on_people_or_attempts(reader, course, employee, technician, manager, django_assert_num_queries):
    attempt = start(reader)
    answer(reader, attempt, 1)

    def look(number):
        # Session, person, course, then:
        with django_assert_num_queries(3 + 1):  # attempts
            reader.get(URL)
        with django_assert_num_queries(3 + 2):  # drawn questions with answers, this version
            reader.get(page(attempt, 1))
        with django_assert_num_queries(3 + 2):
            reader.get(page(attempt, 2))
        with django_assert_num_queries(3 + 3):  # attempt, its questions, record
            reader.get(result_of(finished))

    answer(reader, attempt, 2)
    answer(reader, attempt, 3)
    finished = attempt
    attempt = start(reader)
    answer(reader, attempt, 1)
    look(1)
    for person in (technician, manager):
        other = Client()
        other.force_login(person)
        take_all(other, person)
    for position in (2, 3):
        answer(reader, attempt, position)
    take(reader, True, False, True)
    attempt = start(reader)
    answer(reader, attempt, 1)
    look(3)


def take_all(reader, person):
    reader.post(URL)
    attempt = Attempt.objects.get(employee=person, finished_at__isnull=True)
    for position in (1, 2, 3):
        answer(reader, attempt, position)


def test_saving_an_answer_takes_few_queries(reader, course, django_assert_num_queries):
    attempt = start(reader)
    sent = [
        {**fields_of(reader.get(page(attempt, position))), "answer": option(attempt, position)} for position in (1, 2, 3)
    ]

    for position in (1, 2):
        # Session, person, course, attempt; BEGIN, record, then in a savepoint: attempt, question, INSERT in a
        # savepoint, results; attempt, COMMIT. Ten statements that read or write.
        with django_assert_num_queries(16):
            reader.post(page(attempt, position), sent[position - 1])
