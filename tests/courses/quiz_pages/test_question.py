"""One question per page: asking it, and what is said about an answer."""

import uuid

import pytest

from quizzes.models import Answer, Attempt
from tests.courses.course import RIGHT_WHY, WRONG_WHY, publish
from tests.courses.learning import answer_check, read
from tests.courses.quiz_pages.acts import (
    answer,
    fields_of,
    keys_by_text,
    option,
    page,
    soup,
    start,
    start_with_multiple,
    text_of,
)


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


def test_not_sure_says_where_it_is_explained_and_not_what_is_right(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1, answer="unsure", confidence="3")

    shown = reader.get(page(attempt, 1))

    feedback = soup(shown).select_one("#feedback")
    assert feedback.select_one("h2").get_text() == "Not sure"
    words = " ".join(feedback.get_text(" ").split())
    assert "It is explained in lesson 1, “Hours”: after it you can count hours." in words
    assert (
        "Not counted as right, and nobody but you sees it. What is right is shown once you have passed."
        in words
    )
    assert feedback.select_one("a")["href"] == "/courses/always-on/hours/#from-per-cent-to-hours"
    assert "CANARY" not in shown.content.decode()
    stored = Answer.objects.get()
    assert (stored.chosen, stored.is_unsure, stored.is_correct, stored.confidence) == ([], True, False, None)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("1", "You said you would ask first."),
        ("2", "You said you would check it."),
        ("3", "You said you would act on it now."),
        ("", ""),
    ],
)
def test_how_sure_one_was_is_said_in_the_words_that_were_chosen(reader, course, level, words):
    attempt = start(reader)
    answer(reader, attempt, 1, correct=False, confidence=level)

    said = soup(reader.get(page(attempt, 1))).select_one(".check__do").get_text(" ")

    assert ("You said" in said) is bool(words)
    assert words in said


@pytest.mark.parametrize(
    ("rights", "ending"),
    [
        ((True, True, True), "That was the last question. You have passed."),
        (
            (True, False, False),
            "That was the last question. Not passed yet: your result says what to read first.",
        ),
    ],
)
def test_the_last_answer_brings_what_became_of_the_quiz(reader, course, rights, ending):
    attempt = start(reader)
    for position, correct in enumerate(rights[:2], start=1):
        answer(reader, attempt, position, correct)
    url = page(attempt, 3)
    assert soup(reader.get(page(attempt, 2))).select_one(".check__ending") is None
    fields = {**fields_of(reader.get(url)), "answer": option(attempt, 3, rights[2])}

    fragment = reader.post(url, fields, headers={"X-Fragment": "1"})

    for response in (fragment, reader.get(url)):
        said = soup(response).select_one(".check__ending")
        assert (said.get_text(), said["role"]) == (ending, "status")


def test_the_last_answer_says_that_the_course_is_complete(reader, course, employee):
    answer_check(employee, course, 0)
    answer_check(employee, course, 1)
    read(employee, course)

    attempt = start(reader)
    for position in (1, 2, 3):
        answer(reader, attempt, position)

    said = soup(reader.get(page(attempt, 3))).select_one(".check__ending").get_text()
    assert said == "That was the last question. You have passed, and the course is complete."


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
