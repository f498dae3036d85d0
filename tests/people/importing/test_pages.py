"""/people/import/: a preview before anything is written, and nobody else's list."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jobs.models import Stage
from people.importing.actions import forget_old_uploads
from people.models import Employee, PeopleUpload
from tests.gates.xss_corpus import CORPUS, dangers
from tests.people.importing.lists import HEAD, NOW, SIX_FAULTY, people, three_hundred
from tests.underway import WAYS

pytestmark = pytest.mark.django_db
PAGE, NOBODYS = "/people/import/", "/people/import/4711/"


def send(client, text, **more):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(PAGE, {"file": SimpleUploadedFile("people.csv", data), **more})


def waiting():
    """The address of the list that was sent last."""
    return f"{PAGE}{PeopleUpload.objects.latest('pk').pk}/"


def answer(client, do="import", **more):
    found = client.get(waiting())
    return client.post(
        waiting(), {"do": do, "fingerprint": found.context["plan"].fingerprint}, follow=True, **more
    )


@pytest.fixture
def at_hr(client, hr):
    client.force_login(hr)
    return client


@pytest.mark.parametrize("role", ["employee", "author", "reviewer", "steward_business", "manager"])
@pytest.mark.parametrize("address", [PAGE, NOBODYS])
def test_only_hr_and_administrators_import_people(client, request, role, address):
    client.force_login(request.getfixturevalue(role))

    for answer in (client.get(address), client.post(address, {"do": "import"})):
        assert answer.status_code == 403
        assert "This page is for these roles only: HR, Administrator." in answer.content.decode()


def test_hr_without_the_role_of_an_employee_gets_in(client, hired):
    client.force_login(hired("personnel", "HR"))

    assert client.get(PAGE).status_code == 200


def test_hr_sees_what_a_list_would_do_before_it_is_done(at_hr):
    before = Employee.objects.count()

    assert send(at_hr, three_hundred(SIX_FAULTY)).url == waiting()
    text = at_hr.get(waiting()).content.decode()

    assert "Nothing has been written yet." in text
    assert "Import 300 people" in text
    assert "6 lines are not right as they stand" in text
    assert "There is no line manager with number K999." in text
    assert "11 new departments" in text
    assert Employee.objects.count() == before

    done = answer(at_hr).content.decode()
    assert "300 people are imported" in done
    assert "6 lines are not right as they stand" in done
    assert Employee.objects.count() == before + 300
    assert "300 people are imported" in at_hr.get(waiting()).content.decode()  # a reload shows it again
    kept = PeopleUpload.objects.get()
    assert (bytes(kept.content), bytes(kept.steps)) == (b"", b"")


def test_the_same_list_again_has_nothing_to_import(at_hr):
    send(at_hr, people(20))
    answer(at_hr)

    send(at_hr, people(20))
    text = at_hr.get(waiting()).content.decode()

    assert "nothing to import" in text
    assert 'value="import"' not in text


def test_a_list_is_its_uploaders_only(at_hr, hired, client):
    send(at_hr, people(20))
    other = hired("other-hr", "Employee", "HR")
    client.force_login(other)

    assert client.get(waiting()).url == PAGE
    assert client.post(waiting(), {"do": "import", "fingerprint": ""}).url == PAGE
    assert "You sent" not in client.get(PAGE).content.decode()
    assert PeopleUpload.objects.count() == 1


def test_a_list_can_be_put_away(at_hr):
    send(at_hr, people(20))

    assert answer(at_hr, do="forget").redirect_chain[-1][0] == PAGE
    assert not PeopleUpload.objects.exists()
    assert not Employee.objects.filter(employee_number="K1").exists()


def test_a_list_that_nobody_decided_about_goes_by_itself(at_hr):
    send(at_hr, people(20))

    assert forget_old_uploads(before=NOW.replace(year=2020)) == 0
    assert forget_old_uploads(before=NOW.replace(year=2100)) == 1


def test_what_has_changed_since_the_preview_is_looked_at_again(at_hr):
    send(at_hr, people(20))
    seen = at_hr.get(waiting()).context["plan"].fingerprint
    Employee.objects.filter(email="hr@example.com").update(employee_number="K7")

    again = at_hr.post(waiting(), {"do": "import", "fingerprint": seen}, follow=True)

    assert "Something has changed since you looked at this list" in again.content.decode()
    assert not Employee.objects.filter(employee_number="K1").exists()
    assert "One person changes" in again.content.decode()  # as it is now
    assert at_hr.post(waiting(), {"do": "import"}).url == waiting()
    assert not Employee.objects.filter(employee_number="K1").exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "This is an Excel workbook."),
        (b"a,b\n1,2", "Not found: number, name, e-mail"),
        (b"Number,Name,E-mail,Mail\n", "Two columns say the same"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(at_hr, data, words):
    refused = send(at_hr, data)

    assert refused.status_code == 400
    assert words in refused.content.decode()
    assert not PeopleUpload.objects.exists()


def test_a_file_that_is_too_large_is_refused(at_hr):
    refused = send(at_hr, b"x" * 10_000_001)

    assert refused.status_code == 400
    assert "larger than 10 MB" in refused.content.decode()


def test_the_page_says_so_when_no_file_was_chosen(at_hr):
    assert "Choose a file." in at_hr.post(PAGE, {}).content.decode()


def test_hr_cannot_take_over_an_administrator_by_a_list(at_hr, administrator, client):
    Employee.objects.filter(pk=administrator.pk).update(employee_number="ADM")
    line = f"{HEAD}\nADM,Ada Admin,mine@example.com,,,,,\n"

    send(at_hr, line)
    text = at_hr.get(waiting()).content.decode()
    assert "One line goes in without a part of it" in text
    assert "Stays as it is: e-mail address." in text
    assert "mine@example.com" not in text
    answer(at_hr)
    administrator.refresh_from_db()
    assert (administrator.email, administrator.display_name) == ("admin@example.com", "Ada Admin")

    client.force_login(administrator)
    send(client, line)
    answer(client)
    assert Employee.objects.get(pk=administrator.pk).email == "mine@example.com"


def test_nothing_in_a_list_becomes_markup(at_hr):
    """Names, numbers and departments of others are foreign text, in the preview too."""
    lines = [HEAD]
    for number, text in enumerate(CORPUS):
        cell = '"' + text.replace('"', '""').replace("\r", " ").replace("\n", " ")[:140] + '"'
        lines.append(f"X{number},{cell},x{number}@example.com,{cell},{cell},{cell},{cell},{cell}")
        lines.append(f"Y{number},{cell},y{number}@example.com,{cell},,,,")
    lines[0] = HEAD + ",<script>alert(1)</script>"

    def main(text):
        send(at_hr, text)
        page = at_hr.get(waiting()).content.decode()
        return page[page.index("<main") : page.index("</main>")]

    innocent = set(dangers(main(three_hundred(SIX_FAULTY) + "K400,Name,k400@example.com,,,,,\n")))
    page = main("\n".join(lines).encode(errors="replace"))

    assert "lines are not right as they stand" in page
    assert "people are new" in page
    assert "&lt;" in page
    assert set(dangers(page)) <= innocent | {"unprefixed id 'notes'"}
    assert "<script" not in page


def test_the_page_has_a_name():
    assert reverse("people:import") == PAGE


@pytest.mark.parametrize(("stage", "way"), WAYS.items())
def test_whoever_left_the_page_of_a_list_finds_the_way_back(at_hr: Any, stage: Stage, way: str) -> None:
    send(at_hr, three_hundred())
    PeopleUpload.objects.update(stage=stage, made_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    kept = PeopleUpload.objects.get()

    text = " ".join(at_hr.get(PAGE).content.decode().split())

    assert f"You sent {kept.name} on 20 Nov 2026, 10:30. " in text  # in the time of the company
    assert f'<a href="/people/import/{kept.pk}/">{way}</a>' in text


def test_figures_of_a_long_list_are_grouped_as_those_of_its_way(at_hr: Any) -> None:
    send(at_hr, three_hundred())
    kept = PeopleUpload.objects.get()
    kept.outcome["counts"] |= {"new": 1494, "departments": 1002}
    kept.save()
    address = f"/people/import/{kept.pk}/"

    preview = at_hr.get(address).content.decode()
    PeopleUpload.objects.update(stage=Stage.IMPORTED)
    done = at_hr.get(address).content.decode()

    assert "Import 1,494 people" in preview
    assert "1,494 people are new" in preview
    assert "1,002 new departments" in preview
    assert "<dd>1,494</dd>" in preview
    assert "1,494 people are imported" in done
    assert "1494" not in preview + done
