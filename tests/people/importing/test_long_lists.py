"""A long list is read and imported by the worker: its page says how far it is, and it comes to the same as a short one."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from audit.models import AuditEntry
from jobs.actions import record_heartbeat
from jobs.models import Stage
from jobs.worker import Worker
from people import tasks
from people.importing import actions, running
from people.models import Department, Employee, Membership, PeopleUpload
from tests.people.importing.lists import SIX_FAULTY, people

pytestmark = pytest.mark.django_db
COUNT = 520
FAULTY = [line.replace("K30", "X30") for line in SIX_FAULTY]


@pytest.fixture
def queue(settings: Any) -> None:
    """Tasks wait for the worker, as in production."""
    settings.TASKS = {"background": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["background"]}}
    settings.SCHEDULES = {}


@pytest.fixture
def at_hr(client: Any, hr: Any, queue: None) -> Any:
    client.force_login(hr)
    return client


def send(client: Any, text: str, **more: Any) -> str:
    sent = client.post("/people/import/", {"file": SimpleUploadedFile("people.csv", text.encode()), **more})
    return str(sent.url)


def confirm(client: Any, address: str, **more: Any) -> str:
    seen = client.get(address).context["plan"].fingerprint
    answer = client.post(address, {"do": "import", "fingerprint": seen, **more}, follow=True)
    return str(answer.content.decode())


def work() -> int:
    """The worker does all that waits; how many turns it took."""
    worker, turns = Worker(), 0
    while worker.turn():
        turns += 1
    return turns


def text_of(client: Any, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def in_hand(address: str, **values: Any) -> None:
    PeopleUpload.objects.filter(pk=address.split("/")[-2]).update(
        hand="worker", told_at=timezone.now(), **values
    )


def test_a_long_list_is_read_and_imported_by_the_worker_and_says_how_far_it_is(at_hr: Any) -> None:
    record_heartbeat(worker="w", started_at=timezone.now(), now=timezone.now())
    address = send(at_hr, people(COUNT, FAULTY))

    text = text_of(at_hr, address)
    assert "The list is being read" in text
    assert "Waits for its turn" in text
    assert "Nothing is imported before you have seen what the list would do." in text
    assert '<noscript><meta http-equiv="refresh"' in text
    in_hand(address, done=200)
    assert "200 of 526 lines" in text_of(at_hr, address)
    PeopleUpload.objects.update(hand="", done=0)

    assert work() == 1
    assert f"Import {COUNT} people" in text_of(at_hr, address)
    assert not Employee.objects.filter(employee_number="K1").exists()

    assert "The list is read once more" in confirm(at_hr, address)
    assert not Employee.objects.filter(employee_number="K1").exists()
    assert work() == 1
    text = text_of(at_hr, address)
    assert f"{COUNT} people are imported" in text
    assert "6 lines are not right as they stand" in text
    assert Employee.objects.filter(employee_number__startswith="K").count() == COUNT


def test_while_people_are_imported_people_are_counted_and_it_cannot_be_put_away(at_hr: Any) -> None:
    address = send(at_hr, people(COUNT))
    work()
    confirm(at_hr, address)
    assert "Put the list away" in text_of(at_hr, address)
    with mock.patch.object(tasks, "PIECES_IN_A_TURN", 2):
        assert Worker().turn()

    text = text_of(at_hr, address)
    assert "The people are being imported" in text
    assert "10 of 520 people" in text
    assert "Put the list away" not in text
    kept = at_hr.post(address, {"do": "forget"}, follow=True).content.decode()
    assert "is being imported already, so it could not be put away" in kept
    with mock.patch.object(tasks, "PIECES_IN_A_TURN", 2):
        assert work() > 1
    assert f"{COUNT} people are imported" in text_of(at_hr, address)
    assert DBTaskResult.objects.filter(status="FAILED").count() == 0
    assert AuditEntry.objects.filter(verb="people.imported").count() == 1


def test_its_page_says_when_no_worker_runs(at_hr: Any) -> None:
    address = send(at_hr, people(COUNT))

    assert "The background worker is not running. Ask whoever runs Bothways." in text_of(at_hr, address)


def test_it_comes_to_the_same_in_the_worker_as_in_the_request(
    at_hr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stored() -> list[list[tuple[Any, ...]]]:
        return [
            list(Employee.objects.exclude(employee_number=None).order_by("employee_number").values_list("employee_number", "email", "manager__employee_number", "side", "started_on")),
            list(Membership.objects.order_by("employee__employee_number").values_list("employee__employee_number", "department__name", "from_on", "until_on")),
            list(Department.objects.order_by("path").values_list("path", "name")),
        ]  # fmt: skip

    address = send(at_hr, people(60, SIX_FAULTY))
    short = [text_of(at_hr, address)]
    confirm(at_hr, address)
    short.append(text_of(at_hr, address))
    in_request = stored()
    Membership.objects.all().delete()
    Department.objects.all().delete()
    for employee in Employee.objects.exclude(employee_number=None).order_by("-pk"):
        employee.groups.clear()
        Employee.objects.filter(pk=employee.pk)._raw_delete("default")
    monkeypatch.setattr(actions, "LARGE", 0)

    other = send(at_hr, people(60, SIX_FAULTY))
    assert work() == 1
    long = [text_of(at_hr, other)]
    confirm(at_hr, other)
    assert work() == 1
    long.append(text_of(at_hr, other))

    assert stored() == in_request
    assert [main(text) for text in long] == [main(text) for text in short]


def main(text: str) -> str:
    """The page without what is another one each time."""
    found = text[text.index("<main") : text.index("</main>")]
    return "".join(part for part in found.split("<input") if "csrfmiddlewaretoken" not in part)


def test_a_list_is_decided_once_for_its_preview_and_once_for_its_import(at_hr: Any) -> None:
    with (
        mock.patch.object(actions, "plan_import", wraps=actions.plan_import) as asked,
        mock.patch.object(running, "plan_import", wraps=running.plan_import) as worked,
    ):
        short = send(at_hr, people(20))
        at_hr.get(short)
        at_hr.get(short)
        assert (asked.call_count, worked.call_count) == (1, 0)
        confirm(at_hr, short)
        assert (asked.call_count, worked.call_count) == (1, 1)
        long = send(at_hr, people(COUNT))
        work()
        confirm(at_hr, long)
        work()
        at_hr.get(long)
        assert (asked.call_count, worked.call_count) == (1, 3)


def test_what_has_changed_since_is_shown_anew_by_the_worker(at_hr: Any) -> None:
    address = send(at_hr, people(COUNT))
    work()
    confirm(at_hr, address)
    Employee.objects.filter(email="hr@example.com").update(employee_number="K7")
    work()

    text = text_of(at_hr, address)
    assert "Something has changed since you looked at this list. Nothing was imported." in text
    assert "One person changes" in text
    assert not Employee.objects.filter(employee_number="K1").exists()
    confirm(at_hr, address)
    work()
    assert f"{COUNT} people are imported" in text_of(at_hr, address)


def test_whoever_asks_twice_gets_it_once(at_hr: Any) -> None:
    address = send(at_hr, people(20))
    seen = at_hr.get(address).context["plan"].fingerprint

    for _click in range(2):
        assert at_hr.post(address, {"do": "import", "fingerprint": seen}).url == address

    assert AuditEntry.objects.filter(verb="people.imported").count() == 1
    long = send(at_hr, people(COUNT))
    work()
    seen = at_hr.get(long).context["plan"].fingerprint
    for _click in range(2):
        at_hr.post(long, {"do": "import", "fingerprint": seen})
    assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_somebody_elses_list_comes_after_the_one_that_is_imported(at_hr: Any, hired: Any) -> None:
    address = send(at_hr, people(COUNT))
    work()
    confirm(at_hr, address)
    at_hr.force_login(hired("other-hr", "HR"))
    other = send(at_hr, people(20))

    told = confirm(at_hr, other)

    assert "Another list of people is being imported just now, so this one was not begun." in told
    assert "Import 20 people" in told  # it waits
    assert not Employee.objects.filter(employee_number="K1").exists()


def test_a_worker_that_was_killed_is_followed_by_one_that_goes_on(at_hr: Any) -> None:
    address = send(at_hr, people(COUNT))
    work()
    confirm(at_hr, address)

    class Killed(BaseException):
        pass

    with mock.patch.object(running.Pauses, "__call__", side_effect=Killed), pytest.raises(Killed):
        Worker().turn()
    in_hand(address)  # it did not even say goodbye
    DBTaskResult.objects.all().delete()
    later = timezone.now() + timedelta(seconds=61)
    assert Department.objects.exists()

    tasks.take_up_lists(now=timezone.now())
    assert not DBTaskResult.objects.exists()
    PeopleUpload.objects.update(told_at=timezone.now() - timedelta(seconds=61))
    tasks.take_up_lists(now=later)
    work()

    assert f"{COUNT} people are imported" in text_of(at_hr, address)
    assert AuditEntry.objects.get(verb="people.imported").detail["new"] == COUNT


def test_what_goes_wrong_five_times_has_failed_and_says_so(at_hr: Any) -> None:
    address = send(at_hr, people(COUNT))
    with mock.patch.object(running, "plan_import", side_effect=RuntimeError):
        for _turn in range(5):
            DBTaskResult.objects.update(run_after=timezone.now() - timedelta(days=1))
            Worker().turn()
    assert PeopleUpload.objects.get().stage == Stage.READING

    tasks.take_up_lists(now=timezone.now())

    text = text_of(at_hr, address)
    assert "Nothing was imported</h1>" in text
    assert "Something went wrong five times in a row, so this list goes no further." in text
    assert bytes(PeopleUpload.objects.get().content) == b""


def test_a_long_list_that_is_none_is_refused_at_once_and_a_broken_line_by_the_worker(at_hr: Any) -> None:
    refused = at_hr.post("/people/import/", {"file": SimpleUploadedFile("people.csv", b"a,b\n" * 600)})
    assert refused.status_code == 400
    assert not PeopleUpload.objects.exists()

    address = send(at_hr, people(COUNT) + '"' + "x" * 200_000)
    work()

    text = text_of(at_hr, address)
    assert "Nothing was imported</h1>" in text
    assert "Often a quotation mark is missing" in text


def test_a_list_that_an_earlier_version_kept_is_read_after_the_upgrade(at_hr: Any, hr: Any) -> None:
    kept = PeopleUpload.objects.create(
        uploader=hr, name="old.csv", content=people(20).encode(), made_at=timezone.now()
    )

    tasks.take_up_lists(now=timezone.now())
    work()

    assert "Import 20 people" in text_of(at_hr, f"/people/import/{kept.pk}/")


def test_what_is_kept_of_an_import_has_a_format(at_hr: Any) -> None:
    """A field more or less is another format; see docs/decisions/0015."""
    send(at_hr, people(20, SIX_FAULTY))
    outcome = PeopleUpload.objects.get().outcome

    assert outcome["format"] == 2
    assert sorted(outcome) == sorted(
        "changed counts departments fingerprint format meanwhile new notes reported unknown withheld".split()
    )
    assert sorted(outcome["counts"]) == sorted(
        "changed departments joined meanwhile new notes only_leaving read reported unchanged withheld".split()
    )
    assert sorted(outcome["new"][0]) == sorted(
        "department email left_on manager name number side since started_on".split()
    )
    assert sorted(outcome["reported"][0]) == ["line", "number", "reason"]
