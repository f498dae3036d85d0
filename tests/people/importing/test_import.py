"""People in: 300 with six faulty rows, who is matched, what is reported, and the same file again."""

import io
from datetime import date, timedelta

import pytest

from audit.models import AuditEntry
from gates.csv_in import TableRefused
from people.importing import HeadingsRefused, PlanChanged, import_people, plan_import
from people.importing.translation import reason_of
from people.models import Department, Employee, Membership
from people.queries import department_of
from tests.people.importing.imported import ANNA, BEN, TODAY, load, person, reasons
from tests.people.importing.lists import NOW, SIX_FAULTY, stream, three_hundred

pytestmark = pytest.mark.django_db


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
        (["A,An\x00na,a@example.com,,,,,"], {2: "The name has a hidden sign (U+0000) after “An”. Remove it."}),
        (["A,\u202eanna,a@example.com,,,,,"], {
            2: "The name begins with a hidden sign that turns the direction of text (U+202E). Remove it."
        }),
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


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            ["A,Anna,nothing,,,B,,", "B,Ben,b@example.com,,,A,,"],
            {2: ["“nothing”", "in a circle: A → B → A."]},
        ),
        (
            ["A,Anna,nothing,,,B,,", "B,Ben,nothing,,,A,,"],
            {2: ["“nothing”", "in a circle: A → B → A."], 3: ["“nothing”", "in a circle: B → A → B."]},
        ),
        (["A,Anna,nothing,,,A,,"], {2: ["“nothing”", "Nobody is their own line manager."]}),
        (  # whom the list about the reported line does not name
            ["K,Known,nothing,,,L,,"],
            {2: ["“nothing”", "in a circle: K → L → K."]},
        ),
    ],
)
def test_a_circle_is_said_together_with_what_else_is_not_right_in_a_line(lines, found):
    load("K,Known,k@example.com,,,,,", "L,Leo,l@example.com,,,K,,")

    said = reasons(load(*lines))

    assert said.keys() == found.keys()
    for line, parts in found.items():
        assert [part in said[line] for part in parts] == [True, True]
        assert said[line].count(parts[1]) == 1


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


@pytest.mark.sql
def test_a_plan_that_would_now_do_something_else_is_not_carried_out():
    seen = plan_import(stream(ANNA, BEN), now=NOW).fingerprint(reason_of)
    load(ANNA)

    with pytest.raises(PlanChanged):
        load(ANNA, BEN, expected=seen)
    assert not Employee.objects.filter(employee_number="B2").exists()

    load(ANNA, BEN, expected=plan_import(stream(ANNA, BEN), now=NOW).fingerprint(reason_of))
    assert person("B2")


def test_a_file_that_is_no_table_writes_nothing():
    with pytest.raises(TableRefused, match="Excel workbook"):
        import_people(io.BytesIO(b"PK\x03\x04"), by=None, now=NOW)

    assert not AuditEntry.objects.exists()
