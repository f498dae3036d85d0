"""An import is written in short pieces: what somebody else does meanwhile is kept, and one import comes after the other."""

import gc
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from audit.models import AuditEntry
from jobs.models import Stage
from people import actions as people_actions
from people.importing import AnotherImport, import_people, plan_import
from people.importing.actions import forget_old_uploads, forget_upload
from people.importing.rules.columns import PersonLine
from people.importing.rules.plans import Change
from people.importing.running import go_on
from people.importing.steps import Step, Steps, packed, unpacked
from people.importing.translation import reason_of
from people.models import Department, Employee, Membership, PeopleUpload
from post.models import OutboxMail
from tests.lock_times import measured
from tests.people.importing.lists import HEAD, NOW, people, stream
from tests.people.importing.rules.planning.company import line

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def crowd(count: int, **cells: str) -> list[str]:
    """Lines of people without managers, so that a piece is full."""
    values = {"name": "Person", "team": "Works / Team", **cells}
    return [
        f"N{one},{values['name']} {one},n{one}@example.com,{values['team']},business,,2024-03-01,"
        for one in range(count)
    ]


def load(lines: list[str], after: dict[int, Callable[[], object]] | None = None, **options: Any) -> Any:
    """Import; after so many lines somebody else does something."""
    what = dict(after or {})

    def said(done: int, total: int) -> None:
        for at in [at for at in what if done >= at]:
            what.pop(at)()

    plan = import_people(stream(*lines), **{"by": None, "now": NOW, "said": said, **options})
    assert not what, "nobody did anything meanwhile"
    return plan


def person(number: str) -> Employee:
    return Employee.objects.get(employee_number=number)


def writes() -> tuple[list[str], Any]:
    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE", "REPLACE")):
            seen.append(sql)
        return execute(sql, *rest)

    return seen, connection.execute_wrapper(note)


# --- Nothing is written, and nothing for long


def test_what_a_list_would_do_is_decided_without_a_transaction_and_without_a_write(tmp_path: Any) -> None:
    load(crowd(30))
    file = tmp_path / "list.csv"
    file.write_text("\n".join([HEAD, *crowd(60, name="Other")]))
    seen, watched = writes()

    with measured() as times, watched:
        plan_import(io.BytesIO(file.read_bytes()), now=NOW)
        call_command("import_people", str(file), "--dry-run", stdout=io.StringIO())

    assert (times.turns, seen) == ([], [])


@pytest.mark.sql
def test_no_transaction_of_an_import_holds_others_up() -> None:
    with measured() as hired:
        load(
            [*crowd(250), "M,Boss,m@example.com,Works / 1 / 2 / 3 / 4 / 5 / 6 / 7 / 8 / 9 / 10,,N1,,"],
            invite=False,
        )
    with measured() as changed:
        load(crowd(50, name="Other", team="Works / Else"))

    # The row, two of departments, three of people, one of who reports to one of them, the end, and the row goes.
    assert len(hired.turns) == 9
    # The row, one of departments, three of changes, the end, and the row goes.
    assert len(changed.turns) == 7
    assert [*hired.too_long(), *changed.too_long()] == []


def test_who_is_invited_comes_in_smaller_pieces(settings: Any) -> None:
    settings.EMAIL_BACKEND = "post.backends.OutboxBackend"
    with measured() as times:
        load(crowd(30), invite=True)

    assert len(times.turns) == 1 + 1 + 3 + 1 + 1
    assert OutboxMail.objects.count() == 30
    assert times.too_long() == []


def test_the_garbage_of_a_long_list_is_not_looked_for_while_others_wait() -> None:
    """A full search takes 0.15 seconds of CPU, and would fall into some transaction."""
    frozen: list[int] = []

    load(crowd(1001), said=lambda done, total: frozen.append(gc.get_freeze_count()))

    assert len(frozen) == 11
    assert min(frozen) > 10_000
    assert gc.get_freeze_count() == 0


# --- The order


def steps_of(*levels: int, changes: bool = False) -> Steps:
    lines = [line(f"K{place}", place) for place in range(len(levels))]
    return Steps(
        TODAY, True, [], [Step(level, one, Change(one, 1, ()) if changes else None) for level, one in zip(levels, lines, strict=True)]
    )  # fmt: skip


def test_nobody_stands_in_a_piece_with_their_manager() -> None:
    pieces = list(steps_of(0, 1, 1, 2).pieces(0, invite=False))

    assert [[step.line.number for step in piece] for piece in pieces] == [["K0"], ["K1", "K2"], ["K3"]]


@pytest.mark.parametrize(
    ("changes", "invite", "sizes"),
    [(False, False, [100, 100, 5]), (True, False, [20] * 10 + [5]), (False, True, [10] * 20 + [5])],
)
def test_a_piece_is_as_large_as_what_it_costs(changes: bool, invite: bool, sizes: list[int]) -> None:
    steps = steps_of(*[0] * 205, changes=changes)

    assert [len(piece) for piece in steps.pieces(0, invite=invite)] == sizes
    assert next(steps.pieces(200, invite=invite))[0].line.number == "K200"


def test_steps_are_kept_as_they_are() -> None:
    one = PersonLine(
        7,
        "K7",
        "Zoë 😀",
        "z@example.com",
        "both",
        ("Werk", "Prüfung"),
        "K1",
        date(2024, 1, 2),
        None,
        date(2026, 1, 1),
    )
    other = line("K8", 8, left_on=TODAY)
    steps = Steps(
        TODAY, False, [("Werk",), ("Werk", "Prüfung")],
        [Step(0, one, None), Step(1, other, Change(other, 5, (("left_on", "", "2026-11-20"),), "mark"))],
    )  # fmt: skip

    assert unpacked(packed(steps)) == steps


@pytest.mark.sql
def test_two_who_change_places_above_each_other_are_written_from_the_top() -> None:
    head = "Number,Name,E-mail,Manager"
    first = stream("T,Top,t@example.com,", "A,Anna,a@example.com,T", "B,Ben,b@example.com,A", head=head)
    then = stream("A,Anna,a@example.com,B", "B,Ben,b@example.com,T", head=head)
    import_people(first, by=None, now=NOW)

    plan = import_people(then, by=None, now=NOW)

    assert not plan.reported
    assert (person("A").manager, person("B").manager) == (person("B"), person("T"))


# --- What somebody else does meanwhile


def is_told(plan: Any, number: str) -> bool:
    told = [one for one in plan.reported if one.number == number]
    return [reason_of(one) for one in told] == [
        "Changed meanwhile, so it was left out. Import the list again."
    ]


def counts() -> dict[str, int]:
    return AuditEntry.objects.filter(verb="people.imported").order_by("-number")[0].detail


def test_who_was_changed_meanwhile_stays_as_somebody_else_wrote() -> None:
    load(crowd(40))
    rename = lambda: Employee.objects.filter(employee_number="N39").update(display_name="Married")  # noqa: E731

    plan = load(crowd(40, name="Other"), {20: rename})

    assert is_told(plan, "N39")
    assert (person("N39").display_name, person("N38").display_name) == ("Married", "Other 38")
    assert (counts()["changed"], counts()["left_out"]) == (39, 1)
    assert len(load(crowd(40, name="Other")).changed) == 1


@pytest.mark.parametrize("taken", [{"employee_number": "N149"}, {"email": "N149@example.com"}])
@pytest.mark.sql
def test_a_number_or_an_address_that_was_taken_meanwhile_is_left_to_who_has_it(taken: dict[str, str]) -> None:
    somebody = {"email": "first@example.com", "display_name": "First", **taken}

    plan = load(crowd(150), {100: lambda: Employee.objects.create(**somebody)})

    assert is_told(plan, "N149")
    assert (
        Employee.objects.filter(employee_number__startswith="N").exclude(display_name="First").count() == 149
    )
    assert (counts()["new"], counts()["left_out"]) == (149, 1)


def test_a_department_that_is_gone_meanwhile_is_not_made_in_secret() -> None:
    lines = [*crowd(100), "Z,Last,z@example.com,Works / Other,,,,"]

    plan = load(
        lines,
        {100: Department.objects.get_or_create and (lambda: Department.objects.get(name="Other").delete())},
    )

    assert is_told(plan, "Z")
    assert not Department.objects.filter(name="Other").exists()


def test_no_circle_comes_of_what_somebody_else_does_meanwhile() -> None:
    load([*crowd(20), "A,Anna,a@example.com,,,,,", "C,Cleo,c@example.com,,,,,"])
    under = lambda: Employee.objects.filter(employee_number="C").update(manager=person("A"))  # noqa: E731

    plan = load([*crowd(20, name="Other"), "A,Anna,a@example.com,,,C,,"], {20: under})

    assert is_told(plan, "A")
    assert (person("A").manager, person("C").manager) == (None, person("A"))


def test_the_last_administrator_stays_whatever_others_do_meanwhile(hired: Any) -> None:
    for name in ("one", "two"):
        Employee.objects.filter(pk=hired(name, "Administrator").pk).update(employee_number=name.upper())
    load(crowd(20))
    goes = lambda: people_actions.leave(person("TWO"), TODAY - timedelta(days=1), NOW)  # noqa: E731

    plan = load(
        [*crowd(20, name="Other"), f"ONE,One,one@example.com,,,,,{TODAY}"],
        {20: goes},
        may_change_guarded=True,
    )

    assert is_told(plan, "ONE")
    assert person("ONE").left_on is None


def test_who_gets_more_rights_meanwhile_is_not_changed_by_hr() -> None:
    load(crowd(21))
    author = Group.objects.get_or_create(name="Author")[0]

    plan = load(crowd(21, name="Other"), {20: lambda: person("N20").groups.add(author)})

    assert is_told(plan, "N20")
    assert person("N20").display_name == "Person 20"


# --- Whoever imports


@pytest.mark.sql
def test_whoever_may_not_import_any_more_imports_no_further(hr: Any) -> None:
    import_people(stream(*crowd(150)), by=hr, now=NOW, said=lambda done, total: hr.groups.clear())

    assert Employee.objects.filter(employee_number__startswith="N").count() == 100
    entry = AuditEntry.objects.get(verb="people.imported")
    assert (entry.actor, entry.detail["new"], entry.detail["stopped"]) == (hr, 100, True)
    stopped = PeopleUpload.objects.get()
    assert (stopped.stage, bytes(stopped.steps), stopped.outcome["counts"]["new"]) == (Stage.FAILED, b"", 100)
    assert "may not import people any more. What is in stays" in stopped.error
    assert len(import_people(stream(*crowd(150)), by=None, now=NOW).new) == 50


@pytest.mark.parametrize(
    "gone", [{"left_on": TODAY - timedelta(days=1)}, {"is_active": False}], ids=["left", "closed"]
)
def test_whoever_has_left_imports_no_further(hr: Any, gone: dict[str, Any]) -> None:
    def goes(done: int, total: int) -> None:
        Employee.objects.filter(pk=hr.pk).update(**gone)

    import_people(stream(*crowd(150)), by=hr, now=NOW, said=goes)

    assert Employee.objects.filter(employee_number__startswith="N").count() == 100


# --- One after the other


def being_imported(**values: Any) -> PeopleUpload:
    return PeopleUpload.objects.create(
        **{
            "stage": Stage.IMPORTING,
            "hand": "somebody",
            "made_at": NOW,
            "told_at": NOW,
            "total": 10,
            **values,
        }
    )


@pytest.mark.sql
def test_two_lists_are_not_imported_at_once(tmp_path: Any) -> None:
    other = being_imported(told_at=NOW)
    file = tmp_path / "list.csv"
    file.write_text(people(20))

    with pytest.raises(AnotherImport):
        load(crowd(20))
    PeopleUpload.objects.filter(pk=other.pk).update(
        told_at=timezone.now()
    )  # the command's clock is the real one
    with pytest.raises(CommandError, match=r"This one was not begun\. Try again when it is done\."):
        call_command("import_people", str(file))
    assert not Employee.objects.filter(employee_number__isnull=False).exists()


def test_an_import_that_was_killed_is_finished_before_another_begins() -> None:
    class Killed(BaseException):
        pass

    def kill(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        import_people(stream(*crowd(150)), by=None, now=NOW, said=kill)
    left = PeopleUpload.objects.get()
    assert (left.done, left.total, left.hand) == (100, 150, "")

    load(["Z,Last,z@example.com,,,,,"])

    assert Employee.objects.filter(employee_number__startswith="N").count() == 150
    assert [
        entry.detail["new"] for entry in AuditEntry.objects.filter(verb="people.imported").order_by("number")
    ] == [150, 1]
    assert not PeopleUpload.objects.exists()


def test_whoever_was_overtaken_stops_before_anything_is_written_twice() -> None:
    def overtake(done: int, total: int) -> None:
        other = PeopleUpload.objects.get()
        PeopleUpload.objects.update(hand="other")
        other.hand = "other"
        go_on(other, clock=lambda: NOW)

    with pytest.raises(AnotherImport):
        import_people(stream(*crowd(150)), by=None, now=NOW, said=overtake)

    assert Employee.objects.filter(employee_number__startswith="N").count() == 150
    assert Membership.objects.count() == 150
    assert AuditEntry.objects.filter(verb="people.imported").count() == 1


# --- What is kept


@pytest.mark.parametrize("stage", Stage.values)
def test_a_list_is_forgotten_after_a_day_but_never_while_it_is_imported(stage: str) -> None:
    being_imported(stage=stage)

    assert forget_old_uploads(before=NOW) == 0
    assert forget_old_uploads(before=NOW + timedelta(seconds=1)) == (0 if stage == Stage.IMPORTING else 1)


@pytest.mark.parametrize(
    ("values", "goes"),
    [({}, False), ({"hand": ""}, True), ({"hand": "", "steps": b"x"}, False), ({"stage": "read"}, True)],
)
def test_a_list_is_put_away_until_it_is_begun(values: dict[str, Any], goes: bool) -> None:
    kept = being_imported(**values)

    assert forget_upload(kept) is goes
    assert not forget_upload(kept) or not goes
    assert PeopleUpload.objects.exists() is not goes
