"""What nobody may see: other people's attempts, and the right answers before passing."""

import uuid

import pytest
from django.test import Client

from quizzes.models import Answer, Question
from tests.courses.quiz_pages.acts import (
    FRAGMENT,
    URL,
    answer,
    option,
    page,
    result_of,
    soup,
    start,
    take,
)


@pytest.mark.sql
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


@pytest.mark.parametrize("position", [0, 4, 999, 10**30])
def test_a_question_that_was_not_drawn_does_not_exist(reader, course, position):
    attempt = start(reader)

    assert reader.get(page(attempt, position)).status_code == 404
    assert (
        reader.post(page(attempt, position), {"key": str(uuid.uuid4()), "answer": "unsure"}).status_code
        == 404
    )


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
            reader.post(
                page(attempt, position),
                {"key": str(uuid.uuid4()), "answer": option(attempt, position % 3 + 1)},
            ),
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
        return {
            (str(sorted(label.attrs.items())), str(sorted(set(label.input.attrs) - {"value", "id"})))
            for label in labels
        }

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
