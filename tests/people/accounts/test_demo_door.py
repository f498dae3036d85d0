"""The door of a demo: its people, one button each, a word, and nobody else."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from people.models import Employee, Organisation
from people.queries import organisation as remembered
from tests.glossary.words import write_false_friend
from tests.people.accounts.door import ELSEWHERE, LOGIN, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(organisation: Organisation) -> Organisation:
    Organisation.objects.filter(pk=1).update(is_demo=True)
    remembered.cache_clear()
    return organisation


def test_a_demo_shows_its_people_with_one_button_each(client: Client, employee: Employee, demo: Any) -> None:
    page = client.get(LOGIN).content.decode()
    assert "Try it as one of these people" in page

    response = client.post("/accounts/demo/", {"person": employee.pk})

    assert response["Location"] == "/"
    assert is_signed_in(client)


def test_three_people_stand_on_the_page_and_the_others_and_the_form_are_folded(
    client: Client, employee: Employee, demo: Any, hired: Any
) -> None:
    for name, role in (("author", "Author"), ("hr", "HR"), ("reviewer", "Reviewer")):
        hired(name, "Employee", role)

    page = BeautifulSoup(client.get(LOGIN).content, "html.parser")

    on_top = [one for one in page.select("article.person") if one.find_parent("details") is None]
    assert [one.h3.text for one in on_top] == ["Employee, in the middle of a course", "Author, from IT", "HR"]
    assert len(page.select("details article.person")) == 2  # the reviewer, and the employee's manager
    (form,) = page.select(f'form[action="{LOGIN}"]')
    assert form.find_parent("details").get("open") is None
    assert all(
        one.select_one("input[name=csrfmiddlewaretoken]") for one in page.select("article.person form")
    )


def test_a_button_leads_to_what_this_person_would_do_first(
    client: Client, employee: Employee, demo: Any
) -> None:
    page = BeautifulSoup(client.get(LOGIN).content, "html.parser")
    fields = {
        field["name"]: field.get("value") for field in page.select_one("article.person form").select("input")
    }

    answer = client.post("/accounts/demo/", fields)

    assert fields["person"] == str(employee.pk)
    assert answer["Location"] == fields["next"] == "/courses/always-on/sla-slo/"


def test_who_was_on_the_way_to_a_page_comes_there_with_any_button(
    client: Client, employee: Employee, demo: Any
) -> None:
    page = BeautifulSoup(client.get(LOGIN, {"next": "/glossary/"}).content, "html.parser")

    places = {field["value"] for field in page.select("article.person input[name=next]")}

    assert places == {"/glossary/"}


@pytest.mark.parametrize("place", ELSEWHERE[:6])
def test_a_button_leads_nowhere_else(client: Client, employee: Employee, demo: Any, place: str) -> None:
    assert client.post("/accounts/demo/", {"person": employee.pk, "next": place})["Location"] == "/"


def test_a_missed_password_opens_the_folded_form(client: Client, employee: Employee, demo: Any) -> None:
    page = BeautifulSoup(sign_in(client, password="not this one").content, "html.parser")

    assert page.select_one("details#password").has_attr("open")
    assert "do not open an account" in page.select_one("details#password").text


def test_a_word_with_both_meanings_is_shown_at_the_door_of_a_demo_and_nowhere_else(
    client: Client, employee: Employee, organisation: Any
) -> None:
    for sense in write_false_friend():
        assert sense.live
    assert "Free or not." not in client.get(LOGIN).content.decode()

    organisation.is_demo = True
    organisation.save()
    remembered.cache_clear()

    page = client.get(LOGIN).content.decode()
    assert "Free or not." in page
    assert "Share of time." in page
    assert 'aria-label="availability"' in page


def test_the_buttons_exist_only_in_a_demo(client: Client, employee: Employee) -> None:
    assert "Try it as one" not in client.get(LOGIN).content.decode()

    assert client.post("/accounts/demo/", {"person": employee.pk}).status_code == 404
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("host", "url"), [("0.0.0.0", "http://127.0.0.1:8000"), ("127.0.0.1", "https://demo.example.com")]
)
@pytest.mark.usefixtures("demo")
def test_the_buttons_exist_only_where_nobody_else_comes(
    client: Client, employee: Employee, settings: Any, host: str, url: str
) -> None:
    settings.HOST, settings.BOTHWAYS_URL = host, url

    assert "Try it as one" not in client.get(LOGIN).content.decode()
    assert client.post("/accounts/demo/", {"person": employee.pk}).status_code == 404


def test_a_button_signs_in_nobody_but_the_people_of_the_demo(client: Client, hired: Any, demo: Any) -> None:
    real = hired("boss", "Employee", "Administrator")

    for person in (real.pk, "", "x", -1, "1 OR 1=1"):
        assert client.post("/accounts/demo/", {"person": person}).status_code == 404
    assert not is_signed_in(client)


def test_a_button_is_a_button(client: Client, employee: Employee, demo: Any) -> None:
    assert client.get("/accounts/demo/", {"person": employee.pk}).status_code == 405
    assert (
        Client(enforce_csrf_checks=True).post("/accounts/demo/", {"person": employee.pk}).status_code == 403
    )


def test_a_closed_account_of_the_demo_stays_closed(client: Client, employee: Employee, demo: Any) -> None:
    Employee.objects.filter(pk=employee.pk).update(is_active=False)

    shown = {person["id"] for person in client.get(LOGIN).context["demo_people"]}
    assert employee.manager_id in shown
    assert employee.pk not in shown
    assert client.post("/accounts/demo/", {"person": employee.pk}).status_code == 404
    assert not is_signed_in(client)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_a_name_is_text_on_every_page(client: Client, employee: Employee, demo: Any, name: str) -> None:
    Employee.objects.filter(pk=employee.pk).update(display_name=name)
    employee.refresh_from_db()

    pages = [client.get(LOGIN).content.decode()]
    client.force_login(employee)
    pages += [client.get("/me/").content.decode(), client.get("/accounts/password/change/").content.decode()]

    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert ">49<" not in page
