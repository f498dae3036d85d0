"""Without JavaScript, a choice that was sent with an expired sign-in is there again after signing in."""

import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from quizzes.models import Answer
from tests.courses.learning import answer_check, start_quiz

LESSON = "/courses/always-on/hours/"


@pytest.fixture
def stranger() -> Client:
    """A browser whose sign-in has expired."""
    return Client()


def way_back(stranger: Client, page: str, fields: dict[str, Any], **headers: str) -> str:
    """Where the sign-in leads after this form was sent."""
    response = stranger.post(page, fields, headers={"referer": f"http://testserver{page}", **headers})
    assert response.status_code == 403
    (door,) = BeautifulSoup(response.content, "html.parser").select("main a.btn")
    return parse_qs(urlsplit(str(door["href"])).query)["next"][0]


def checked(client: Client, address: str, form: str) -> list[str]:
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return [str(field["value"]) for field in page.select(f"{form} input[checked]")]


@pytest.mark.parametrize("confidence", ["2", ""])
def test_the_choice_of_a_quiz_is_there_again(
    client: Client, stranger: Client, employee: Any, course: Any, confidence: str
) -> None:
    attempt = start_quiz(employee, course)
    page = f"/courses/always-on/quiz/{attempt.public_id}/1/"
    option = attempt.drawn.get(position=1).option_order[1]
    client.force_login(employee)

    address = way_back(stranger, page, {"key": str(uuid.uuid4()), "answer": option, "confidence": confidence})

    assert address.startswith(f"{page}?")
    assert checked(client, address, "#question") == [option, *([confidence] if confidence else [])]
    assert checked(client, f"{page}?answer=unsure", "#question") == ["unsure"]
    assert checked(client, f"{page}?answer=forged", "#question") == []
    assert not Answer.objects.exists()


def test_the_choice_of_a_check_is_there_again_and_of_no_other(
    client: Client, stranger: Client, employee: Any, course: Any
) -> None:
    check = course.checks[0]
    option = str(check.options.order_by("sort_order")[1].key)
    client.force_login(employee)

    address = way_back(stranger, LESSON, {"check": str(check.translation_key), "answer": option})

    assert checked(client, address, "#check-1") == [option]
    assert checked(client, address, "#check-2") == []
    assert "CANARY" not in client.get(address).content.decode()
    assert client.get(address).content.decode().count("option__mark") == 0


def test_what_is_answered_meanwhile_stays_as_it_was_answered(
    client: Client, employee: Any, course: Any
) -> None:
    check = course.checks[0]
    options = [str(option.key) for option in check.options.order_by("sort_order")]
    answer_check(employee, course, 0, choice=0)
    client.force_login(employee)

    assert checked(client, f"{LESSON}?check={check.translation_key}&answer={options[1]}", "#check-1") == [
        options[0]
    ]


def test_a_form_without_an_answer_leads_back_as_before(stranger: Client, course: Any) -> None:
    assert way_back(stranger, f"{LESSON}?again=1", {"read": "1"}) == f"{LESSON}?again=1"
