"""What the tags of the look and the pages of operators decide, made of values: no database."""

import pytest

from audit.models import AuditEntry
from bothways.operations.health import RED, STATEMENTS, WARNING, WELL
from bothways.templatetags import look
from bothways.templatetags.look import OfficePage, Turn
from bothways.views import audit


@pytest.mark.parametrize(
    ("side", "sides"),
    [
        ("technology", ["technology", "business"]),
        ("business", ["business", "technology"]),
        ("", ["business", "technology"]),
    ],
)
def test_in_a_meeting_the_other_side_hears_what_one_side_says(side: str, sides: list[str]) -> None:
    speaks, hears = look.meeting(side, "Ann", "It is up.", "Ben", "It works.")

    assert [speaks, hears] == [
        Turn(sides[0], "Ann says", "It is up."),
        Turn(sides[1], "Ben hears", "It works."),
    ]
    assert {"business": "b", "technology": "t"}[speaks.side] == speaks.code


@pytest.mark.parametrize(
    ("held", "labels"),
    [
        ({"HR", "Employee"}, ["Completion", "Find a person", "Audiences", "Import people", "Audit log"]),
        ({"Administrator"}, ["Import people", "Audit log", "Administration"]),
        ("", ["Import people", "Audit log"]),
    ],
)
def test_the_office_has_reports_and_audiences_for_hr_only(held: set[str], labels: list[str]) -> None:
    pages = look.office("audit", held)

    assert [page.label for page in pages] == labels
    assert [page for page in pages if page.is_current] == [OfficePage("/audit/", "Audit log", True)]


@pytest.mark.parametrize(
    ("state", "css", "icon", "word", "statement"),
    [
        (WELL, "ok", "check", "Well", "Everything is well"),
        (WARNING, "warn", "alert", "To know", "Running, with something to know"),
        (RED, "no", "alert", "Red", "Something needs an operator"),
    ],
)
def test_each_state_of_health_has_its_words(
    state: str, css: str, icon: str, word: str, statement: str
) -> None:
    html = look.status(state)

    assert f'class="status status--{css}"' in html
    assert f"#i-{icon}" in html
    assert f"<span>{word}</span>" in html
    assert str(STATEMENTS[state]) == statement


def test_an_entry_of_the_log_about_nobody_shows_a_dash() -> None:
    row = audit._row(AuditEntry(verb="session.signed_in", about="", origin="page"), {})

    assert (row.about, row.who, row.origin) == ("–", "Nobody signed in", "Page")
