"""The reader that judges upgrades finds what was planted, names it, and finds nothing where nothing is."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.upgrades.comparing import checksums, differences, file_differences, sqlite_tables

MADE = """
CREATE TABLE quizzes_answer (id integer PRIMARY KEY, chosen text, is_correct bool);
INSERT INTO quizzes_answer VALUES (1, '["a", "b"]', 1), (2, '[]', 0);
CREATE TABLE auth_permission (id integer PRIMARY KEY, codename varchar(9));
INSERT INTO auth_permission VALUES (1, 'add_page');
CREATE TABLE courses_published (id integer PRIMARY KEY, slug varchar(9), data text);
INSERT INTO courses_published VALUES (1, 'hours', '{}');
CREATE TABLE django_session (id integer PRIMARY KEY, session_data text);
INSERT INTO django_session VALUES (1, 'x');
"""


@pytest.fixture
def before(tmp_path: Path) -> Path:
    path = tmp_path / "before.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(MADE)
    return path


def found(before: Path, change: str) -> list[str]:
    """The differences after a change."""
    after = before.with_name("after.sqlite3")
    shutil.copy(before, after)
    with closing(sqlite3.connect(after)) as database:
        database.executescript(change)
    return [str(one) for one in differences(sqlite_tables(before), sqlite_tables(after))]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE quizzes_answer SET is_correct = 0 WHERE id = 1", "quizzes_answer, 1, is_correct, 1, 0"),
        ("UPDATE quizzes_answer SET chosen = NULL WHERE id = 2", "quizzes_answer, 2, chosen, [], None"),
        ("DELETE FROM quizzes_answer WHERE id = 2", "quizzes_answer, 2, , id=2 chosen=[] is_correct=0, (gone)"),
        (
            "INSERT INTO quizzes_answer VALUES (3, '[]', 1)",
            "quizzes_answer, 3, , (nothing), id=3 chosen=[] is_correct=1",
        ),
        ("ALTER TABLE quizzes_answer DROP COLUMN chosen", "quizzes_answer, , chosen, a column, (gone)"),
        ("DROP TABLE quizzes_answer", "quizzes_answer, , , 2 rows, (gone)"),
        ("DELETE FROM auth_permission", "auth_permission, 1, , id=1 codename=add_page, (gone)"),
        ("UPDATE courses_published SET slug = 'days'", "courses_published, 1, slug, hours, days"),
    ],
)  # fmt: skip
def test_what_was_changed_taken_or_added_is_named(before: Path, change: str, said: str) -> None:
    assert found(before, change) == [said]


@pytest.mark.parametrize(
    "change",
    [
        "",
        "CREATE TABLE brownbags_seat (id integer PRIMARY KEY); INSERT INTO brownbags_seat VALUES (1)",
        "ALTER TABLE quizzes_answer ADD COLUMN seconds integer NOT NULL DEFAULT 0",
        "INSERT INTO auth_permission VALUES (2, 'add_seat')",
        "UPDATE courses_published SET data = '{\"format\": 2}'",
        "UPDATE quizzes_answer SET chosen = '[\"a\",\"b\"]' WHERE id = 1",
        "DELETE FROM django_session",
    ],
)  # fmt: skip
def test_what_an_upgrade_may_bring_is_no_difference(before: Path, change: str) -> None:
    assert found(before, change) == []


def test_a_changed_a_missing_and_an_extra_file_are_named(tmp_path: Path) -> None:
    for name in ("a/plan.png", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\x89PNG 1")
    before = checksums(tmp_path)
    assert list(file_differences(before, checksums(tmp_path))) == []

    (tmp_path / "a" / "plan.png").write_bytes(b"\x89PNG 2")
    (tmp_path / "notes.txt").rename(tmp_path / "renamed.txt")

    found = list(file_differences(before, checksums(tmp_path)))
    assert [(one.table, one.key) for one in found] == [
        ("files", "a/plan.png"), ("files", "notes.txt"), ("files", "renamed.txt"),
    ]  # fmt: skip
    assert found[0].before == before["a/plan.png"]
    assert [one.after == "(gone)" for one in found] == [False, True, False]
