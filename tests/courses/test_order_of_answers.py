"""Which of several answers to a check counts: the one that was given last, whenever it arrives."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from courses import queries
from courses.models import CourseRecord
from courses.rules import record_facts
from quizzes.models import Answer
from quizzes.rules import ordering
from tests.courses.test_lesson_page import URL, form_of, option, soup

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
FRAGMENT = {"X-Fragment": "1"}
HOUR = 60 * 60 * 1000


def at(minute):
    return START + timedelta(minutes=minute)


# The law -----------------------------------------------------------------------------------------


def row(number, given_at):
    return {
        "question_key": "q", "version_id": 1, "chosen": [str(number)], "is_unsure": False, "is_correct": True,
        "confidence": None, "answered_at": START, "key": f"key-{number}", "given_at": given_at,
    }  # fmt: skip


def counts(rows):
    kept = record_facts.rebuild(started=None, reads=[], answers=rows, results=[])
    return kept["latest"]["q"]


@st.composite
def histories(draw):
    """Answers by minute, each with the index of the one that its page showed, and two ways in which they arrive."""
    answers = []
    for index in range(draw(st.integers(1, 5))):
        knew = draw(st.none() | st.integers(0, index - 1)) if index else None
        # What a page shows had arrived before: an hour lies between, and nothing takes longer.
        earliest = answers[knew][0] + 60 if knew is not None else 0
        answers.append((earliest + draw(st.integers(0, 120)), knew))
    delays = st.lists(st.integers(0, 60), min_size=len(answers), max_size=len(answers))
    return answers, draw(delays), draw(delays)


def arrived(answers, delays):
    """The rows that the server makes of them, in the order of their arrival."""
    stored = {}
    order = sorted(range(len(answers)), key=lambda index: (answers[index][0] + delays[index], index))
    for index in order:
        minute, knew = answers[index]
        stored[index] = ordering.given_at(
            now=at(minute + delays[index]),
            age=timedelta(minutes=delays[index]),
            knew=None if knew is None else stored[knew],
        )
    return [row(index, moment) for index, moment in stored.items()]


@given(histories())
def test_whatever_the_order_of_arrival_the_same_answer_counts(history):
    answers, one_way, other_way = history

    assert counts(arrived(answers, one_way)) == counts(arrived(answers, other_way))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=5))
def test_rows_in_any_order_say_the_same(minutes):
    """Recomputing needs no order of the rows, not even for answers of the same instant."""
    rows = [row(number, at(minute)) for number, minute in enumerate(minutes)]

    assert len({str(counts(some)) for some in itertools.permutations(rows)}) == 1


@given(st.integers(-(10**5), 10**5), st.integers(-(10**5), 10**5), st.integers(-(10**6), 10**6))
def test_who_saw_an_answer_answered_later_whatever_the_clock_says(first, second, age):
    seen = ordering.given_at(now=at(first), age=timedelta(0), knew=None)
    later = ordering.given_at(now=at(second), age=timedelta(minutes=age), knew=seen)

    assert counts([row(2, later), row(1, seen)])["chosen"] == ["2"]


@pytest.mark.parametrize(
    ("age", "expected"),
    [(0, 0), (5, -5), (-5, 0), (60 * 24 * 30, -60 * 24 * 30), (60 * 24 * 31, -60 * 24 * 30)],
)
def test_an_age_is_neither_negative_nor_more_than_a_month(age, expected):
    assert ordering.given_at(now=START, age=timedelta(minutes=age), knew=None) == at(expected)


def test_answers_of_an_earlier_version_count_by_arrival_and_before_all_others():
    old, newer, new = row(1, None), row(2, None), row(3, at(-(10**6)))

    assert counts([old, newer])["chosen"] == ["2"]
    assert counts([newer, old])["chosen"] == ["1"]
    assert counts([new, old])["chosen"] == counts([old, new])["chosen"] == ["3"]
    assert set(counts([old])) == {"version", "chosen", "unsure", "correct", "confidence"}


# On the page -------------------------------------------------------------------------------------


@pytest.fixture
def laptop(client, employee):
    client.force_login(employee)
    return client


@pytest.fixture
def phone(employee):
    other = Client()
    other.force_login(employee)
    return other


def send(device, fields, choice, **more):
    return device.post(URL, {**fields, "answer": choice, **more}, headers=FRAGMENT)


def shown(device):
    """What the page shows as chosen for the first check."""
    return [field["value"] for field in soup(device.get(URL)).select("#check-1 input[checked]")]


@pytest.mark.sql
def test_an_older_answer_that_comes_late_does_not_replace_the_newer_one(laptop, phone, course):
    offline = form_of(laptop.get(URL))
    send(phone, form_of(phone.get(URL)), option(course, 2), age=0)

    late = send(laptop, offline, option(course, 1), age=HOUR)

    assert (late.status_code, late["X-Saved"]) == (200, offline["key"])  # stored all the same
    assert Answer.objects.count() == 2
    assert "A newer answer of yours" in late.content.decode()
    assert shown(laptop) == [option(course, 2)]
    assert list(queries.record_differences()) == []


@pytest.mark.sql
def test_a_retry_of_the_older_one_changes_nothing_either(laptop, phone, course):
    offline = form_of(laptop.get(URL))
    send(laptop, offline, option(course, 1), age=HOUR)
    send(phone, form_of(phone.get(URL)), option(course, 2), age=0)

    again = send(laptop, offline, option(course, 1), age=HOUR)

    assert again["X-Saved"] == offline["key"]
    assert shown(laptop) == [option(course, 2)]


@pytest.mark.sql
def test_who_saw_the_newer_answer_replaces_it_even_if_the_clock_was_put_back(laptop, course):
    send(laptop, form_of(laptop.get(URL)), option(course, 1), age=0)
    again = form_of(laptop.get(f"{URL}?again={course.checks[0].translation_key}"))
    assert again["seen"] == str(Answer.objects.get().key)

    # By its age it was given before: only what the page knew says that it was given later.
    send(laptop, again, option(course, 0), age=HOUR)

    assert shown(laptop) == [option(course, 0)]
    assert list(queries.record_differences()) == []


@pytest.mark.sql
def test_an_answer_that_knew_a_late_one_is_newer_than_that_one_only(laptop, phone, course):
    """The page showed the first answer; meanwhile the phone gave a newer one."""
    send(laptop, form_of(laptop.get(URL)), option(course, 1), age=2 * HOUR)
    offline = form_of(laptop.get(f"{URL}?again={course.checks[0].translation_key}"))
    send(phone, form_of(phone.get(URL)), option(course, 2), age=0)

    send(laptop, offline, option(course, 0), age=HOUR)

    assert shown(laptop) == [option(course, 2)]
    assert list(queries.record_differences()) == []


def test_without_a_script_what_arrives_last_was_given_last(laptop, phone, course):
    first, second = form_of(laptop.get(URL)), form_of(phone.get(URL))
    send(phone, second, option(course, 2), age=0)

    laptop.post(URL, {**first, "answer": option(course, 1)})

    assert shown(laptop) == [option(course, 1)]


@pytest.mark.parametrize("age", ["-5", str(10**30), ""])
def test_an_impossible_age_loses_no_answer(laptop, course, age):
    assert send(laptop, form_of(laptop.get(URL)), option(course, 1), age=age).status_code == 200

    assert shown(laptop) == [option(course, 1)]


def test_the_key_of_somebody_elses_answer_is_known_to_nobody(laptop, course, technician):
    other = Client()
    other.force_login(technician)
    fields = form_of(other.get(URL))
    send(other, fields, option(course, 2), age=0)

    send(laptop, form_of(laptop.get(URL)), option(course, 1), age=HOUR, seen=fields["key"])

    theirs, mine = Answer.objects.order_by("pk")
    assert mine.given_at < theirs.given_at


# The same key, another choice --------------------------------------------------------------------


@pytest.mark.sql
@pytest.mark.parametrize("changed", [{"answer": 0}, {"confidence": "3"}, {"answer": "unsure"}])
def test_another_choice_with_the_same_key_is_never_called_saved(laptop, course, changed):
    fields = form_of(laptop.get(URL)) | {"answer": option(course, 1), "age": 0}
    laptop.post(URL, fields, headers=FRAGMENT)
    before = CourseRecord.objects.get().progress
    other = fields | changed | ({"answer": option(course, 0)} if changed.get("answer") == 0 else {})

    response = laptop.post(URL, other, headers=FRAGMENT)

    assert (response.status_code, response["X-Final"]) == (409, "1")
    assert "X-Saved" not in response
    assert "sent before with another choice" in response.content.decode()
    assert [one["value"] for one in soup(response).select("input[name=answer][checked]")] == [
        option(course, 1)
    ]
    assert "again=" in soup(response).select_one("a.btn")["href"]  # anew, with a new key
    assert CourseRecord.objects.get().progress == before


@pytest.mark.sql
def test_back_to_the_form_without_a_script_another_choice_is_a_new_answer(laptop, course):
    fields = form_of(laptop.get(URL))
    laptop.post(URL, {**fields, "answer": option(course, 1)})

    for _twice in range(2):
        changed = laptop.post(URL, {**fields, "answer": option(course, 0)}, follow=True)

    assert Answer.objects.count() == 2
    assert "What you chose now is saved and counts." in soup(changed).select_one("main").get_text()
    assert shown(laptop) == [option(course, 0)]
    assert "X-Saved" not in changed


def test_the_first_choice_sent_again_after_that_says_what_counts(laptop, course):
    fields = form_of(laptop.get(URL))
    first = {**fields, "answer": option(course, 1)}
    laptop.post(URL, first)
    laptop.post(URL, {**fields, "answer": option(course, 0)})

    again = laptop.post(URL, first, follow=True)

    assert "A newer answer of yours" in soup(again).select_one("main").get_text()
    assert shown(laptop) == [option(course, 0)]


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_a_key_of_another_question_stores_nothing_and_asks_anew(laptop, course, headers):
    page = laptop.get(URL)
    used = form_of(page)
    laptop.post(URL, {**used, "answer": option(course, 1)})
    second = form_of(page, 2) | {"key": used["key"], "answer": option(course, 1, check=1)}

    response = laptop.post(URL, second, headers=headers)

    assert response.status_code == 422
    assert "X-Saved" not in response
    assert "out of date" in soup(response).select_one("#check-2").get_text()
    assert form_of(response, 2)["key"] not in {used["key"], str(uuid.UUID(int=0))}
    assert Answer.objects.count() == 1


# What is final, and what is not --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"answer": "not-a-key"}, 422),
        ({"version": "999999"}, 422),
        ({"answer": []}, 422),
        ({"key": "x"}, 400),
    ],
)
def test_what_can_never_be_taken_is_said_to_be_final(laptop, course, changed, status):
    fields = form_of(laptop.get(URL)) | {"answer": option(course, 1)} | changed

    response = laptop.post(URL, fields, headers=FRAGMENT)

    assert (response.status_code, response["X-Final"]) == (status, "1")


def test_a_lesson_or_a_question_that_is_away_is_not_final(laptop, course):
    fields = form_of(laptop.get(URL)) | {"answer": option(course, 1)}
    gone = laptop.post(URL, fields | {"check": str(uuid.uuid4())}, headers=FRAGMENT)
    course.one.unpublish()

    away = laptop.post(URL, fields, headers=FRAGMENT)

    assert (gone.status_code, away.status_code) == (400, 404)
    assert "X-Final" not in gone and "X-Final" not in away
    course.one.save_revision().publish()
    assert laptop.post(URL, fields, headers=FRAGMENT)["X-Saved"] == fields["key"]
