"""Tables in: every encoding that an office writes, every separator, and what is no table at all."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gates.csv_in import CELL_LIMIT, Row, Table, TableRefused

LINES = "Nummer;Name;E-Mail\r\n1;Jörg Müller;joerg@example.com\r\n2;Zoë €;zoe@example.com\r\n"
CELLS = [("1", "Jörg Müller", "joerg@example.com"), ("2", "Zoë €", "zoe@example.com")]


def table(data):
    return Table(io.BytesIO(data))


def cells(data):
    return [row.cells for row in table(data).rows()]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (LINES.encode(), "UTF-8"),
        (LINES.encode("utf-8-sig"), "UTF-8"),
        (LINES.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + LINES.encode("utf-16-be"), "UTF-16"),
        (LINES.encode("utf-16-le"), "UTF-16"),
        (LINES.encode("utf-16-be"), "UTF-16"),
        (LINES.encode("cp1252"), "Windows-1252"),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-be", "le without mark", "be without mark", "cp1252"],
)
def test_the_same_rows_come_out_of_every_encoding(data, encoding):
    parsed = table(data)

    assert parsed.encoding == encoding
    assert parsed.headings == ("Nummer", "Name", "E-Mail")
    assert [row.cells for row in parsed.rows()] == CELLS


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_the_separator_is_found_by_the_headings(mark, ending):
    text = ending.join([mark.join(["number", "name", "a,b" if mark != "," else "a;b"]), mark.join("123")])

    parsed = table(text.encode())

    assert parsed.headings[:2] == ("number", "name")
    assert [row.cells for row in parsed.rows()] == [("1", "2", "3")]


def test_excels_line_about_the_separator_is_not_a_heading():
    parsed = table(b"sep=;\r\nnumber;name\r\n1;Anna, the first\r\n")

    assert parsed.headings == ("number", "name")
    assert list(parsed.rows()) == [Row(3, ("1", "Anna, the first"))]


def test_lines_are_counted_as_an_editor_counts_them():
    data = b'\n\nnumber,name\n1,"two\nlines"\n\n , \n2,x\n'

    assert list(table(data).rows()) == [Row(4, ("1", "two\nlines")), Row(8, ("2", "x"))]


def test_rows_can_be_read_again():
    parsed = table(LINES.encode())

    assert list(parsed.rows()) == list(parsed.rows())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n \n;;\n", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"number,name\n1,\x81\x8d\n", "not a text file"),
        (b"\x00" * 400, "not a text file"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"\xef\xbb\xbfnumber,name\n1,\xff\n", "parts of it are not"),
        (b"\xff\xfen\x00u\x00m\x00\x00\xd8,\x00", "parts of it are not"),
        (b"number,name\n1," + b"x" * (CELL_LIMIT + 1), "Line 2 is too long"),
        (b'number,name\n1,"' + b"x\n" * 300_000, "Line 2 cannot be read"),
        (b"number,name\n" + b"," * 300, "Line 2 is too long"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data, words):
    with pytest.raises(TableRefused, match=words):
        list(table(data).rows())


def test_a_zero_character_reaches_whoever_reads_the_row():
    """The reader loses nothing: whether a character may be stored is not its to decide."""
    assert cells(b"number,name\n1,a\x00b\n2,c\n") == [("1", "a\x00b"), ("2", "c")]


def test_a_million_rows_take_the_memory_of_one(tmp_path):
    path = tmp_path / "many.csv"
    with path.open("w") as file:
        file.write("number,name,email\n")
        file.writelines(f"{number},Name {number},n{number}@example.com\n" for number in range(200_000))

    with path.open("rb") as file:
        parsed = Table(file)
        tracemalloc.start()
        count = sum(1 for _row in parsed.rows())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert count == 200_000
    assert peak < 5_000_000


WRITABLE = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff\r\n"), max_size=20).map(
    str.strip
)


@given(
    rows=st.lists(st.tuples(WRITABLE, WRITABLE, WRITABLE), max_size=20),
    mark=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_was_written_as_csv_is_read_back(rows, mark, encoding):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark)
    writer.writerow(["number", "name", "e-mail"])
    writer.writerows(rows)

    assert cells(text.getvalue().encode(encoding)) == [row for row in rows if any(row)]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(data):
    try:
        parsed = table(data)
        rows = list(parsed.rows())
    except TableRefused as error:
        assert str(error)
    else:
        assert any(parsed.headings)
        assert all(any(row.cells) for row in rows)
