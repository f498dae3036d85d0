"""People in: 300 with six faulty rows, moves, leavings, managers, and the same file again."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import AuditEntry
from gates.csv_in import TableRefused
from people import actions
from people.accounts.backends import may_sign_in
from people.importing import HeadingsRefused, PlanChanged, import_people, plan_import
from people.importing.words import reason_of
from people.models import Department, Employee, Membership
from people.queries import department_of
from post.models import OutboxMail
from tests.people.importing.lists import HEAD, NOW, SIX_FAULTY, stream, three_hundred

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def load(*lines, now=NOW, head=HEAD, **options):
    return import_people(stream(*lines, head=head), by=None, now=now, **options)


def person(number):
    return Employee.objects.get(employee_number=number)


def reasons(plan):
    return {told.line: reason_of(told) for told in plan.reported}


ANNA = "A1,Anna Ash,anna@example.com,Works / IT,technology,,2024-03-01,"
BEN = "B2,Ben Birch,ben@example.com,Works > IT > Data,business,A1,2025-01-15,"


@pytest.mark.sql
def test_three_hundred_people_come_in_and_six_faulty_rows_are_reported():
    data = three_hundred(SIX_FAULTY).encode()

    plan = import_people(io.BytesIO(data), by=None, now=NOW)

    assert (len(plan.new), len(plan.changed), len(plan.unchanged), len(plan.reported)) == (300, 0, 0, 6)
    assert reasons(plan) == {
        302: "The name is missing.",
        303: "“not an address” is not an e-mail address.",
        304: "The start date “31.02.2024” is not a day. Write it like 2026-11-30.",
        305: "There is no line manager with number K999.",
        306: "“sales” is no side. Write business, technology or both.",
        307: "The leave date is before the start date.",
    }
    assert Employee.objects.filter(employee_number__startswith="K").count() == 300
    assert Department.objects.count() == 11
    assert person("K25").manager == person("K6")
    assert person("K25").side == "business"
    assert person("K25").roles == {"Employee"}
    assert not person("K25").has_usable_password()
    assert department_of(person("K25"), TODAY).name == "Team 5"


@pytest.mark.parametrize(
    ("left_on", "until_on"),
    [("2027-06-30", date(2027, 6, 30)), ("2026-11-20", date(2026, 11, 20)), ("", None)],
)
def test_who_comes_with_a_day_of_leaving_stays_in_the_department_until_then(left_on, until_on):
    load(ANNA + left_on)

    stay = Membership.objects.get(employee=person("A1"))
    assert (stay.from_on, stay.until_on) == (date(2024, 3, 1), until_on)


@pytest.mark.sql
def test_the_same_file_again_changes_nothing():
    data = three_hundred(SIX_FAULTY).encode()
    import_people(io.BytesIO(data), by=None, now=NOW)
    before = [list(model.objects.order_by("pk").values()) for model in (Employee, Membership, Department)]

    plan = import_people(io.BytesIO(data), by=None, now=NOW + timedelta(days=3))

    assert (plan.imported_count, len(plan.unchanged), len(plan.reported)) == (0, 300, 6)
    after = [list(model.objects.order_by("pk").values()) for model in (Employee, Membership, Department)]
    assert after == before


@pytest.mark.sql
def test_a_plan_writes_nothing(django_assert_max_num_queries):
    with django_assert_max_num_queries(4 + 1):  # the organisation, once in half a minute
        plan = plan_import(stream(ANNA, BEN), now=NOW)

    assert len(plan.new) == 2
    assert plan.departments == [("Works",), ("Works", "IT"), ("Works", "IT", "Data")]
    assert not Employee.objects.filter(employee_number__isnull=False).exists()
    assert not Department.objects.exists()


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 3])
def test_planning_takes_four_queries_for_any_number_of_people(django_assert_num_queries, count):
    lines = [f"N{i},Name {i},n{i}@example.com,Works,business,,2024-03-01," for i in range(count)]
    load(*lines)

    with django_assert_num_queries(4):
        plan_import(stream(*lines), now=NOW)


@pytest.mark.sql
def test_people_are_matched_by_number_and_what_differs_is_changed():
    load(ANNA, BEN)

    plan = load("B2,Benjamin Birch,benjamin@example.com,Works / IT / Data,both,,2025-01-16,")

    ((_line, _pk, what),) = [(change.line, change.pk, change.what) for change in plan.changed]
    assert what == (
        ("name", "Ben Birch", "Benjamin Birch"),
        ("email", "ben@example.com", "benjamin@example.com"),
        ("side", "business", "both"),
        ("manager", "A1", ""),
        ("started_on", "2025-01-15", "2025-01-16"),
    )
    ben = person("B2")
    assert (ben.display_name, ben.email, ben.side, ben.manager) == (
        "Benjamin Birch",
        "benjamin@example.com",
        "both",
        None,
    )


def test_a_column_that_is_not_there_changes_nothing():
    load(ANNA, BEN)

    plan = load("B2,Ben Birch,ben@example.com", head="Number,Name,E-mail")

    assert len(plan.unchanged) == 1
    assert person("B2").manager == person("A1")


def test_somebody_without_a_number_is_found_by_the_address(employee):
    plan = load(f"E7,{employee.display_name},EMPLOYEE@example.com,,,,,")

    assert plan.changed[0].what[0] == ("number", "", "E7")
    assert person("E7").pk == employee.pk


def test_a_move_is_dated_and_the_past_stays():
    load(ANNA, BEN)

    load("B2,Ben Birch,ben@example.com,Works / Sales,business,A1,2025-01-15,", now=NOW + timedelta(days=10))

    moved = TODAY + timedelta(days=10)
    assert department_of(person("B2"), moved - timedelta(days=1)).name == "Data"
    assert department_of(person("B2"), moved).name == "Sales"


def test_a_move_may_say_its_own_day():
    head = f"{HEAD},Department since"
    load(ANNA, BEN)

    load("B2,Ben Birch,ben@example.com,Works / Sales,business,A1,2025-01-15,,2026-06-01", head=head)
    again = load("B2,Ben Birch,ben@example.com,Works / Sales,business,A1,2025-01-15,,2026-06-01", head=head)
    too_early = load("B2,Ben Birch,ben@example.com,Works / IT,business,A1,2025-01-15,,2026-05-01", head=head)

    assert department_of(person("B2"), date(2026, 5, 31)).name == "Data"
    assert department_of(person("B2"), date(2026, 6, 1)).name == "Sales"
    assert len(again.unchanged) == 1
    assert "2026-06-01" in reasons(too_early)[2]


def test_who_has_left_cannot_sign_in_from_that_second(client):
    load(ANNA, BEN)
    ben = person("B2")
    client.force_login(ben)
    now = datetime.now(UTC)
    yesterday = (now - timedelta(days=2)).date()
    assert client.get("/me/").status_code == 200

    load(f"B2,Ben Birch,ben@example.com,Works / IT / Data,business,A1,2025-01-15,{yesterday}", now=now)

    assert not may_sign_in(person("B2"), now)
    assert client.get("/me/").status_code == 302
    assert Membership.objects.get(employee=ben).until_on == yesterday


def test_a_leave_date_that_was_corrected_or_taken_back():
    load(ANNA, BEN)
    line = "B2,Ben Birch,ben@example.com,Works / IT / Data,business,A1,2025-01-15,"

    load(line + "2026-12-31")
    assert Membership.objects.get(employee=person("B2")).until_on == date(2026, 12, 31)
    load(line + "2027-01-31")
    assert Membership.objects.get(employee=person("B2")).until_on == date(2027, 1, 31)
    plan = load(line + "2027-01-31")
    assert len(plan.unchanged) == 1
    load(line)

    assert person("B2").left_on is None
    assert Membership.objects.get(employee=person("B2")).until_on is None


@pytest.mark.sql
def test_who_comes_back_belongs_again_from_that_day():
    load(ANNA, BEN)
    line = "B2,Ben Birch,ben@example.com,{},business,A1,2025-01-15,{}"
    load(line.format("Works / IT / Data", "2026-10-31"))

    load(line.format("Works / Sales", ""))

    spans = list(
        Membership.objects.filter(employee=person("B2")).values_list(
            "department__name", "from_on", "until_on"
        )
    )
    assert spans == [("Data", date(2025, 1, 15), date(2026, 10, 31)), ("Sales", TODAY, None)]


def test_a_move_before_the_last_day():
    load(ANNA, "B2,Ben Birch,ben@example.com,Works / IT / Data,business,A1,2025-01-15,2026-12-31")

    load("B2,Ben Birch,ben@example.com,Works / Sales,business,A1,2025-01-15,2026-12-31")

    spans = list(Membership.objects.filter(employee=person("B2")).values_list("department__name", "until_on"))
    assert spans == [("Data", TODAY - timedelta(days=1)), ("Sales", date(2026, 12, 31))]


def test_who_left_before_anybody_imported_them_gets_no_account():
    plan = load("L1,Long Gone,gone@example.com,Works,business,,2020-01-01,2021-01-01")

    assert [reason_of(told) for told in plan.notes] == ["Has left already, so no account was made."]
    assert len(plan.unchanged) == 1
    assert not Employee.objects.filter(employee_number="L1").exists()


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["A,Anna,a@example.com,,,A,,"], {2: "Nobody is their own line manager."}),
        (
            ["A,Anna,a@example.com,,,B,,", "B,Ben,b@example.com,,,A,,"],
            {
                2: "The line managers go round in a circle: A → B → A.",
                3: "The line managers go round in a circle: B → A → B.",
            },
        ),
        (
            ["A,Anna,a@example.com,,,,,", "A,Ben,b@example.com,,,,,"],
            {2: "The number stands on line 3 too.", 3: "The number stands on line 2 too."},
        ),
        (
            ["A,Anna,a@example.com,,,,,", "B,Ben,A@Example.com,,,,,"],
            {2: "The e-mail address stands on line 3 too.", 3: "The e-mail address stands on line 2 too."},
        ),
        (['A,"=HYPERLINK(""x"")",a@example.com,,,,,'], {2: "The name begins with “=”, as a formula does."}),
        (["A,An\x00na,a@example.com,,,,,"], {2: "The name has a character that cannot be stored."}),
        (["A,\u202eanna,a@example.com,,,,,"], {2: "The name has a character that cannot be stored."}),
        (["A," + "x" * 151 + ",a@example.com,,,,,"], {2: "The name is longer than 150 characters."}),
        (["A,Anna,a@example.com,,,,03/04/2026,"], {2: "The start date “03/04/2026” can be read in two ways. Write it like 2026-11-30."}),
        (["A,Anna,a@example.com,,,,,,more"], {2: "The line has more cells than there are headings."}),
        (["A,Anna,a@example.com," + "/".join("abcdefghijklm") + ",,,,"], {2: "The department has more than 12 levels."}),
    ],
)  # fmt: skip
def test_a_faulty_line_is_reported_and_not_imported(lines, found):
    plan = load(*lines)

    assert reasons(plan) == found
    assert not Employee.objects.filter(employee_number__in=["A", "B"]).exists()


def test_a_circle_through_people_who_are_here_already():
    load("A,Anna,a@example.com,,,,,", "B,Ben,b@example.com,,,A,,", "C,Cleo,c@example.com,,,B,,")

    plan = load("A,Anna,a@example.com,,,C,,")

    assert reasons(plan) == {2: "The line managers go round in a circle: A → C → B → A."}
    assert person("A").manager is None


def test_a_line_manager_whose_own_line_is_faulty_comes_with_the_next_import():
    boss, report = "A,Anna,{},,,,,", "B,Ben,b@example.com,,,A,,"
    plan = load(boss.format("nothing"), report)

    assert reasons(plan).keys() == {2}
    assert "Without the line manager A" in reason_of(plan.notes[0])
    assert person("B").manager is None

    plan = load(boss.format("a@example.com"), report)
    assert person("B").manager == person("A")
    assert [len(plan.new), len(plan.changed)] == [1, 1]


def test_nobody_takes_an_address_that_somebody_keeps():
    load(ANNA)

    plan = load("B2,Ben Birch,Anna@Example.com,,,,,")

    assert "belongs to number A1" in reasons(plan)[2]


@pytest.mark.sql
@pytest.mark.parametrize(
    "role", ["administrator", "reviewer", "author", "steward_business", "hr", "team_of_a_course", "superuser"]
)
def test_hr_takes_over_no_account_that_has_rights(request, hired, role):
    if role == "team_of_a_course":
        person = hired("writer", "Employee", "course: T2")
    elif role == "superuser":
        person = hired("root", "Employee", is_superuser=True)
    else:
        person = request.getfixturevalue(role)
    Employee.objects.filter(pk=person.pk).update(employee_number="KL-1016")
    hired("another", "Administrator")  # so that this one may leave
    line = f"KL-1016,Malik Ostrowski,hr.private@example.com,Works,both,,,{TODAY.replace(year=2030)}"

    plan = load(line)

    assert not plan.reported
    assert [told.line for told in plan.withheld] == [2]
    stored = person_of(person)
    assert (stored.email, stored.side) == (person.email, person.side)
    assert (stored.display_name, stored.left_on) == ("Malik Ostrowski", TODAY.replace(year=2030))
    assert not OutboxMail.objects.exists()

    load(line, may_change_guarded=True)
    assert (person_of(person).email, person_of(person).side) == ("hr.private@example.com", "both")


def person_of(row):
    return Employee.objects.get(pk=row.pk)


def test_the_door_itself_refuses_what_a_list_did_not_withhold(reviewer):
    with pytest.raises(actions.GuardedAccount):
        actions.change_details(
            reviewer, {"email": "mine@example.com", "display_name": "X"}, may_change_guarded=False, now=NOW
        )

    assert person_of(reviewer).display_name == "Reviewer"


@pytest.mark.sql
def test_every_person_that_a_list_changes_stands_in_the_log_with_fields_and_no_values(hr):
    load(ANNA, BEN)

    import_people(
        stream(
            "A1,Anna Meyer,anna.new@example.com,Works / IT,business,,2024-03-01,",
            "B2,Ben Birch,ben@example.com,Works / IT / Data,technology,A1,2025-01-15,2030-12-31",
        ),
        by=hr,
        now=NOW,
    )

    entries = AuditEntry.objects.filter(actor=hr).order_by("number")
    assert [(entry.verb, entry.about, entry.detail.get("fields")) for entry in entries] == [
        ("person.changed", f"employee:{person('A1').pk}", ["display_name", "email", "side"]),
        ("person.changed", f"employee:{person('B2').pk}", ["left_on", "side"]),
        ("people.imported", "", None),
    ]
    assert "@" not in str(list(AuditEntry.objects.values("detail", "about", "origin")))


def test_a_new_address_is_told_to_both_and_a_new_number_where_it_opens_the_account(settings):
    settings.EMAIL_BACKEND = "post.mail.OutboxBackend"
    load(ANNA)
    before = person("A1").email
    assert not OutboxMail.objects.exists()

    load(ANNA.replace(before, "anna.new@example.com"))

    assert list(OutboxMail.objects.order_by("pk").values_list("to", flat=True)) == [
        "anna.new@example.com",
        before,
    ]
    OutboxMail.objects.all().delete()
    Employee.objects.filter(employee_number="A1").update(employee_number=None)
    load(ANNA.replace(before, "anna.new@example.com"))
    assert not OutboxMail.objects.exists()

    settings.OIDC_NUMBER_CLAIM = "employee_number"
    Employee.objects.filter(employee_number="A1").update(employee_number=None)
    load(ANNA.replace(before, "anna.new@example.com"))
    told = OutboxMail.objects.get()
    assert (told.to, told.subject) == ("anna.new@example.com", "Bothways: your employee number was changed")


def test_the_last_administrator_does_not_leave_by_a_file(administrator):
    Employee.objects.filter(pk=administrator.pk).update(employee_number="ADM")

    plan = load("ADM,Admin,admin@example.com,,,,,2026-11-01")

    assert "last administrator" in reasons(plan)[2]
    assert person("ADM").left_on is None


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("Number,Name", "Not found: e-mail"),
        ("a,b,c", "Not found: number, name, e-mail"),
        ("Number,Name,E-mail,Mail", "Two columns say the same: “E-mail” and “Mail”"),
        ("Number,Number,Name,E-mail", "Two columns say the same"),
    ],
)
def test_headings_that_do_not_say_what_the_columns_are_refuse_the_file(head, words):
    with pytest.raises(HeadingsRefused, match=words):
        load("1,2,3", head=head)

    assert not AuditEntry.objects.exists()


def test_german_headings_in_any_order_with_semicolons_in_windows_1252():
    text = (
        "Austrittsdatum;Führungskraft;Vorname;Nachname;E-Mail-Adresse;Abteilung;Seite;Eintrittsdatum;Personalnummer;Gehalt\r\n"
        ";;Jörg;Müller;joerg@example.com;Werk\\Prüfung;Technik;01.03.2024;007;1\r\n"
        "31.12.2027;007;Zoë;Groß;zoe@example.com;Werk\\Prüfung;Fachbereich;;008;2\r\n"
    )

    plan = import_people(io.BytesIO(text.encode("cp1252")), by=None, now=NOW)

    assert not plan.reported
    assert plan.columns.unknown == ("Gehalt",)
    assert person("007").display_name == "Jörg Müller"
    assert (person("008").manager, person("008").left_on) == (person("007"), date(2027, 12, 31))
    assert department_of(person("007"), TODAY).name == "Prüfung"


@pytest.mark.sql
def test_departments_are_found_whatever_their_case():
    load(ANNA)

    plan = load(ANNA.replace("Works / IT", "works >  it"))

    assert len(plan.unchanged) == 1
    assert Department.objects.count() == 2


def test_somebody_new_is_invited_when_hr_says_so(mailoutbox):
    load(ANNA)
    assert not mailoutbox

    load(ANNA, BEN, invite=True)
    assert [mail.to for mail in mailoutbox] == [["ben@example.com"]]


@pytest.mark.sql
def test_a_plan_that_would_now_do_something_else_is_not_carried_out():
    seen = plan_import(stream(ANNA, BEN), now=NOW).fingerprint(reason_of)
    load(ANNA)

    with pytest.raises(PlanChanged):
        load(ANNA, BEN, expected=seen)
    assert not Employee.objects.filter(employee_number="B2").exists()

    load(ANNA, BEN, expected=plan_import(stream(ANNA, BEN), now=NOW).fingerprint(reason_of))
    assert person("B2")


def test_the_audit_log_says_that_people_were_imported(hr):
    import_people(stream(ANNA, BEN, "C,,x,,,,,"), by=hr, now=NOW)

    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor) == ("people.imported", hr)
    facts = {name: entry.detail[name] for name in ("new", "changed", "unchanged", "reported", "departments")}
    assert facts == {"new": 2, "changed": 0, "unchanged": 0, "reported": 1, "departments": 3}


def test_a_file_that_is_no_table_writes_nothing():
    with pytest.raises(TableRefused, match="Excel workbook"):
        import_people(io.BytesIO(b"PK\x03\x04"), by=None, now=NOW)

    assert not AuditEntry.objects.exists()
