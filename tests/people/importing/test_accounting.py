"""Where every line of a list goes, every fault of a line, and every fact of the preview."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from people.importing.translation import reason_of
from people.models import Employee, PeopleUpload
from tests.people.importing.imported import ANNA, BEN, load, reasons
from tests.people.importing.lists import HEAD, SIX_FAULTY, people

pytestmark = pytest.mark.django_db
PAGE = "/people/import/"


@pytest.fixture
def preview(client: Any, hr: Any) -> Any:
    """A function: HR sends lines, and reads the page of what they would do as one text."""

    def read(*lines: str, head: str = HEAD) -> str:
        client.force_login(hr)
        file = SimpleUploadedFile("people.csv", "\n".join([head, *lines]).encode())
        answer = client.post(PAGE, {"file": file}, follow=True)
        return " ".join(answer.content.decode().split())

    return read


@pytest.mark.parametrize(
    "lines",
    [
        [ANNA, BEN],
        [ANNA, ANNA],
        people(20, SIX_FAULTY).split("\n")[1:],
        [ANNA, '"K2","Ben', 'Birch","ben@example.com",,,,,'],
        [ANNA, "", ",,,,,,,", "K2,Ben,nothing,,,,,"],
    ],
)
def test_every_line_that_was_read_is_imported_unchanged_or_reported(lines: list[str]) -> None:
    for _time in range(2):
        plan = load(*lines)

        whose = {line.line for line in plan.new} | {change.line.line for change in plan.changed}
        whose |= {line for line, _number in plan.unchanged} | {told.line for told in plan.reported}
        assert len(whose) == plan.read
        parts = (
            len(plan.new) + len(plan.changed) - plan.only_leaving + len(plan.unchanged) + len(plan.reported)
        )
        assert parts == plan.read
        filled = [line for line in lines if line.strip(",")]
        assert plan.read + plan.joined == len(filled)


def test_lines_that_were_read_as_one_are_named() -> None:
    plan = load(ANNA, '"K2","Ben', 'Birch","birch@example.com",,,,,', BEN)

    (told,) = plan.reported
    assert reason_of(told) == (
        "The name has a line break after “Ben”. Remove it. Lines 3 to 4 of the file were read as one, because a cell "
        "has a line break. Often a quotation mark is missing or too many."
    )
    assert plan.joined == 1


def test_a_line_break_in_a_column_that_is_not_read_holds_nobody_back() -> None:
    plan = load('K7,Ida,ida@example.com,"Main Street 1', 'Berlin"', head="Number,Name,E-mail,Home")

    assert (len(plan.new), plan.reported, plan.joined) == (1, [], 1)


def test_all_faults_of_a_line_are_said_at_once() -> None:
    load(ANNA)
    plan = load("K7,=Ida,anna@example.com,,sales,K999,2026-05-01,2026-04-01", ANNA)

    (_anna, said) = sorted(reasons(plan).items(), reverse=True)
    for words in (
        "begins with “=”",
        "“sales” is no side",
        "stands on line 3 too",
        "The leave date is before the start date.",
        "The e-mail address belongs to number A1.",
        "There is no line manager with number K999.",
    ):
        assert said[1].count(words) == 1, (words, said)


def test_the_preview_shows_every_fact_of_somebody_new(preview: Any) -> None:
    page = preview(
        "A1,Anna Alder,anna@example.com,Works / IT,technology,,2026-12-01,,",
        "K7,Ida Iris,ida@example.com,Works,,A1,,2030-01-31,2026-12-15",
        head=HEAD + ",Since",
    )

    for words in ("starts on 1 Dec 2026", "leaves on 31 Jan 2030", "in the department from 15 Dec 2026"):
        assert words in page
    assert "Anna Alder (A1)" in page
    assert "Business, as the list names none" in page
    assert "2 lines were read: 2 imported + 0 unchanged + 0 reported." in page


def test_the_preview_shows_what_changes_from_what_to_what(preview: Any) -> None:
    load(
        "A1,Anna Alder,anna@example.com,Works,,,2024-01-01,",
        "K7,Ida Iris,ida@example.com,Works,,,2024-01-01,",
    )
    page = preview(
        "K7,Ida Rose,rose@example.com,Works / IT,both,A1,2024-02-01,2030-01-31,2026-12-15",
        head=HEAD + ",Since",
    )

    for words in (
        "name: Ida Iris → Ida Rose",
        "e-mail: ida@example.com → rose@example.com",
        "side: Business → Business and technology",
        "line manager: – → Anna Alder (A1)",
        "start: 1 Jan 2024 → 1 Feb 2024",
        "leaves on: – → 31 Jan 2030",
        "department: Works → Works / IT",
        "in the new department from: – → 15 Dec 2026",
    ):
        assert words in page, words


def test_a_list_of_wrong_lines_only_says_so(preview: Any) -> None:
    page = preview("K7,Ida,nothing,,,,,")

    assert "Nothing can be imported as the list stands" in page
    assert "is new or different" not in page


def test_departments_are_read_before_an_import_and_not_after_it(client: Any, preview: Any) -> None:
    assert "put the list away, correct the name in your file" in preview("K7,Ida,ida@example.com,Wroks,,,,")
    upload = PeopleUpload.objects.get()

    done = client.post(
        f"{PAGE}{upload.pk}/", {"do": "import", "fingerprint": upload.outcome["fingerprint"]}, follow=True
    ).content.decode()

    assert "Wroks" in done
    assert "They are made" in done
    assert "put the list away" not in done


def test_two_windows_have_each_their_own_list(client: Any, preview: Any) -> None:
    preview("K7,Ida,ida@example.com,,,,,")
    first = PeopleUpload.objects.get()
    preview("K8,Jan,jan@example.com,,,,,")

    page = client.get(f"{PAGE}{first.pk}/").content.decode()
    assert "ida@example.com" in page
    assert client.get(PAGE).content.decode().count("You sent people.csv") == 2
    client.post(f"{PAGE}{first.pk}/", {"do": "import", "fingerprint": first.outcome["fingerprint"]})
    assert Employee.objects.filter(employee_number="K7").exists()
    assert not Employee.objects.filter(employee_number="K8").exists()

    for number in range(5):
        preview(f"L{number},Max,max{number}@example.com,,,,,")
    assert PeopleUpload.objects.filter(stage="read").count() == 3, "no more than these are kept"
