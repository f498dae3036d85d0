"""Tables out: typed, streamed, and without a cell that starts a formula."""

import csv
import io
import shutil
import subprocess
import unicodedata
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gates.tables import csv_parts, safe_text, xlsx_parts

HOSTILE = (
    "=1+1", "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", " =1+1", "\t=1+1", "\r=1+1", "\n=1", "＝1+1",
    '=HYPERLINK("http://example.com")', "|calc", "%0A=1", "\x00=1", "\x0b=2", "\u200b=1", "\ufeff=1",
)  # fmt: skip
HARMLESS = ("Ada", "O'Brien", "a=b", 'say "no"', "a,b;c", "two\nlines", "", "日本", "😀", "<b>&</b>")


def read_csv(rows):
    text = b"".join(csv_parts(rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def read_xlsx(rows, **options):
    data = b"".join(xlsx_parts(rows, title="Table", **options))
    return data, openpyxl.load_workbook(io.BytesIO(data)).active


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_starts_a_formula(text):
    [[cell]] = read_csv([[text]])

    assert cell[:1] == "'"


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_left_as_it_is(text):
    assert read_csv([[text, "end"]]) == [[text, "end"]]


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS])
def test_every_text_of_an_xlsx_is_text(text):
    data, sheet = read_xlsx([[text, "end"]])

    assert sheet["A1"].data_type != "f"
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_numbers_and_dates_keep_their_type():
    row = [7, date(2026, 11, 2), datetime(2026, 11, 2, 9, 30, tzinfo=UTC), None, 1.5]

    assert read_csv([row]) == [["7", "2026-11-02", "2026-11-02 09:30+00:00", "", "1.5"]]
    _data, sheet = read_xlsx([row])
    assert [cell.value for cell in sheet[1]] == [
        7,
        datetime(2026, 11, 2),  # noqa: DTZ001 - XLSX knows no zones
        datetime(2026, 11, 2, 9, 30),  # noqa: DTZ001
        None,
        1.5,
    ]
    assert sheet["B1"].is_date
    assert sheet["B1"].number_format == "yyyy-mm-dd"


def test_a_csv_begins_before_its_rows_are_all_there():
    seen = []

    def rows():
        for number in range(100_000):
            seen.append(number)
            yield [number, "x" * 50]

    parts = csv_parts(rows())
    next(parts), next(parts)

    assert len(seen) == 1
    next(parts)
    assert len(seen) < 1000


@given(st.text(max_size=50) | st.text(alphabet="=+-@ \t\u200b\ufeff\u00ad1a", max_size=6))
def test_no_text_whatsoever_starts_a_formula(text):
    safe = safe_text(text)

    seen = "".join(sign for sign in safe if not sign.isspace() and unicodedata.category(sign) != "Cf")
    assert seen[:1] not in set("=+-@|%＝＋－＠")
    assert safe[:1] not in {"\t", "\r", "\n"}
    safe.encode()


def test_libreoffice_finds_no_formula(tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine (Debian: apt install libreoffice-calc)")
    rows = [[text] for text in HOSTILE]
    for name, parts in (("t.csv", csv_parts(rows)), ("t.xlsx", xlsx_parts(rows, title="Table"))):
        (tmp_path / name).write_bytes(b"".join(parts))
        subprocess.run(
            [office, "--headless", "--convert-to", "fods", "--outdir", tmp_path, tmp_path / name],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        assert "table:formula" not in (tmp_path / "t.fods").read_text()
