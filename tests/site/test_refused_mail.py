"""HR and administrators see whose address the mail server refuses, where they correct it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from people.models import Employee
from people.queries import refused_addresses
from post.models import OutboxMail
from tests.conftest import hire

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SAID = (
    "Mail to this address was refused on 27 Nov 2026: 550 no &lt;such&gt; user. "
    "Once the address is right, this person asks for a new link on the sign-in page."
)


@pytest.fixture
def refused(employee: Employee) -> Employee:
    mail(employee, "refused", refused_at=NOW, error="550 no <such> user")
    return employee


def mail(person: Employee, state: str, **fields: Any) -> None:
    OutboxMail.objects.create(
        to=person.email, subject="x", body="", made_at=NOW, try_at=NOW, state=state, **fields
    )


def text(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_hr_reads_it_on_the_page_of_the_person(client: Any, hr: Employee, refused: Employee) -> None:
    client.force_login(hr)
    address = f"/reports/completion/people/{refused.pk}/"
    assert SAID in text(client, address)

    Employee.objects.filter(pk=refused.pk).update(email="right@example.com")

    assert "was refused" not in text(client, address)


def test_a_line_manager_does_not_read_it(client: Any, refused: Employee) -> None:
    lead = hire("lead", "Employee")
    Employee.objects.filter(pk=refused.pk).update(manager=lead)
    client.force_login(lead)

    assert "was refused" not in text(client, f"/team/{refused.pk}/")


def test_an_administrator_reads_it_beside_the_field_where_the_address_is_corrected(
    client: Any, administrator: Employee, refused: Employee, technician: Employee
) -> None:
    client.force_login(administrator)

    assert SAID in text(client, f"/admin/users/edit/{refused.pk}/")
    assert "was refused" not in text(client, f"/admin/users/edit/{technician.pk}/")


@pytest.fixture
def made_meanwhile(technician: Employee) -> Employee:
    """Somebody whose mailbox was made after a mail had been refused."""
    mail(technician, "refused", refused_at=NOW, error="550 no")
    mail(technician, "sent", sent_at=NOW)
    return technician


@pytest.mark.sql
def test_the_list_of_people_marks_them_and_puts_them_first_when_asked(
    client: Any, administrator: Employee, refused: Employee, made_meanwhile: Employee
) -> None:
    client.force_login(administrator)

    listed = text(client, "/admin/users/?ordering=-mail_refused")

    assert listed.count("Refused: wrong address") == 1
    assert listed.index(refused.email) < listed.index(made_meanwhile.email)


@pytest.mark.sql
@pytest.mark.parametrize("role", ["hr", "administrator"])
def test_where_hr_imports_people_stands_whose_address_is_wrong(
    client: Any, role: str, refused: Employee, made_meanwhile: Employee, request: pytest.FixtureRequest
) -> None:
    gone = hire("gone", "Employee")
    Employee.objects.filter(pk=gone.pk).update(is_active=False)
    mail(gone, "refused", refused_at=NOW, error="550 no")
    client.force_login(request.getfixturevalue(role))

    page = text(client, "/people/import/")

    assert f"{refused}, {refused.email}: refused on 27 Nov 2026: 550 no &lt;such&gt; user" in page
    assert made_meanwhile.email not in page
    assert gone.email not in page


def test_where_no_address_is_wrong_nothing_is_said_of_it(client: Any, hr: Employee) -> None:
    client.force_login(hr)

    assert "Addresses that refuse mail" not in text(client, "/people/import/")


@pytest.mark.sql
def test_many_wrong_addresses_cost_three_queries(refused: Employee, django_assert_num_queries: Any) -> None:
    for number in range(3):
        mail(hire(f"wrong{number}", "Employee"), "refused", refused_at=NOW, error="550 no")

    with django_assert_num_queries(3):
        assert len(refused_addresses(most=3)) == 3
    assert [one.email for one in refused_addresses(most=10)] == [
        refused.email, *(f"wrong{number}@example.com" for number in range(3)),
    ]  # fmt: skip
