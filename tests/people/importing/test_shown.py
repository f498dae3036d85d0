"""What the pages of a list show: made of its stored outcome, without a database."""

from typing import Any

import pytest
from django.template.loader import render_to_string

from people.importing.shown import Difference, Line, NewPerson, Part, plan_of
from people.models import PeopleUpload

KINDS = ("new", "changed", "unchanged", "reported", "withheld", "notes", "departments", "meanwhile")
LINE = {"line": 7, "number": "K7", "reason": "No such department."}


def upload(counts: dict[str, int] | None = None, *, invite: bool = False, **rows: Any) -> PeopleUpload:
    outcome: dict[str, Any] = {kind: [] for kind in KINDS} | {"fingerprint": "f", "unknown": []} | rows
    return PeopleUpload(
        invite=invite, outcome={**outcome, "counts": dict.fromkeys(KINDS, 0) | (counts or {})}
    )


def shown(*args: Any, **kwargs: Any) -> Any:
    plan = plan_of(upload(*args, **kwargs))
    assert plan is not None
    return plan


def test_a_list_that_was_not_read_has_no_plan() -> None:
    assert plan_of(PeopleUpload(outcome={})) is None


def test_who_is_new_and_who_changes_is_imported() -> None:
    assert shown({"new": 2, "changed": 3, "unchanged": 5, "reported": 7}).imported == 5


@pytest.mark.parametrize(("invite", "new", "invites"), [(True, 1, True), (True, 0, False), (False, 1, False)])
def test_a_link_is_announced_where_somebody_is_new(invite: bool, new: int, invites: bool) -> None:
    assert shown({"new": new}, invite=invite).invites is invites


def test_what_is_empty_is_a_dash() -> None:
    person = {"name": "Anna", "number": "K1", "email": "anna@example.org", "department": ""}
    change = {"name": "Ben", "number": "K2", "what": [["department", "", "Works"], ["left_on", "2026-11-30", None]]}  # fmt: skip
    plan = shown(new=[person], changed=[change], reported=[{**LINE, "number": ""}])

    assert plan.new.rows == [
        NewPerson(
            "Anna", "K1", "anna@example.org", "–", "Business, as the list names none", "–", "starts today"
        )
    ]
    assert plan.changed.rows[0].differences == [
        Difference("department", "–", "Works"),
        Difference("leaves on", "30 Nov 2026", "–"),
    ]
    assert plan.reported.rows == [Line(7, "–", "No such department.")]


def test_who_was_changed_meanwhile_is_counted_only_where_there_is_somebody() -> None:
    assert [label for _count, label in shown().figures] == [
        "new people", "with a change", "unchanged", "lines reported",
    ]  # fmt: skip
    assert shown({"meanwhile": 1}).figures[-1] == (1, "person changed meanwhile")


@pytest.mark.parametrize(("total", "is_cut"), [(2, False), (3, True)])
def test_a_long_list_says_that_it_is_cut(total: int, is_cut: bool) -> None:
    part = Part(total, ["a", "b"], shown=2)

    assert part.is_cut is is_cut
    assert ("The first 2 are shown." in render_to_string("people/cut.html", {"part": part})) is is_cut


@pytest.mark.parametrize(("reasons", "columns"), [("", 2), ("Reason", 3)])
def test_a_table_of_lines_has_a_column_for_reasons_where_it_has_a_heading(reasons: str, columns: int) -> None:
    html = render_to_string(
        "people/lines.html", {"part": Part(1, [Line(7, "K7", "why")]), "reasons": reasons}
    )

    assert html.count('<th scope="col">') == columns
    assert ("why" in html) is bool(reasons)


@pytest.mark.parametrize("kind", ["meanwhile", "reported", "withheld", "notes"])
def test_each_kind_of_lines_stands_in_its_own_section(kind: str) -> None:
    plan = shown({kind: 1}, **{kind: [LINE]})
    html = render_to_string("people/plan.html", {"plan": plan})

    assert f'<h2 id="{kind}">' in html
    assert html.count("<h2") == 1
    assert "K7" in html
