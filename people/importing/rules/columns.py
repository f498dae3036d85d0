"""What a list of people may look like: the usual headings in English and German, and what a cell may hold."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from people.importing.rules.sentences import Sentence, _

# Field → headings, written without case, spaces and marks: "E-Mail Address" is "emailaddress".
_HEADINGS: Final[dict[str, str]] = {  # not for people: what files may say
    "number": "number employeenumber employeeno employeenr employeeid personnelnumber personnelno personnelid "
    "staffnumber staffid id nummer nr personalnummer personalnr persnr mitarbeiternummer mitarbeiternr mitarbeiterid",
    "name": "name fullname displayname employeename employee vollername anzeigename mitarbeiter mitarbeitername",
    "first_name": "firstname givenname forename vorname rufname",
    "last_name": "lastname surname familyname nachname familienname zuname",
    "email": "email mail emailaddress mailaddress workemail businessemail emailadresse mailadresse",
    "department": "department departmentpath dept orgunit organisationunit organisationalunit organizationalunit "
    "unit team abteilung abteilungspfad bereich organisationseinheit orgeinheit oe",
    "side": "side seite",
    "manager": "manager managernumber managersnumber managerno managerid linemanager linemanagernumber "
    "linemanagersnumber linemanagerid supervisor supervisornumber reportsto vorgesetzter vorgesetzte "
    "vorgesetztennummer vorgesetzternummer nummervorgesetzter personalnummervorgesetzter führungskraft "
    "führungskraftnummer",
    "started_on": "start startdate startedon startson started entrydate joined joinedon joiningdate hiredate hiredon "
    "eintritt eintrittsdatum eintrittam beginn",
    "left_on": "leave leaves leavedate leaveson leavingdate lefton leaverdate lastday lastworkingday end enddate "
    "exitdate austritt austrittsdatum austrittam ende",
    "since": "since departmentsince movedon movedate validfrom abteilungseit seit gültigab",
}
_FIELD_OF: Final = {heading: field for field, words in _HEADINGS.items() for heading in words.split()}
_SIDES: Final = {
    "business": "business", "fachbereich": "business", "fachseite": "business", "b": "business",
    "technology": "technology", "it": "technology", "tech": "technology", "technik": "technology",
    "t": "technology", "both": "both", "beide": "both", "businessandtechnology": "both",
    "businessandit": "both", "businessundit": "both",
}  # fmt: skip
# As long as the database keeps them; a test compares the two.
EMAIL_LENGTH: Final = 254
DEPARTMENT_LENGTH: Final = 120
_SEPARATORS: Final = (">", "|", "\\", "/")
_LEVELS: Final = 12
_EXCEL_TEXT: Final = re.compile(r'="([^"]*)"')
_SPACES: Final = re.compile(" +")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_GERMAN: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SLASHES: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
# Control characters, halves of pairs, what is no character, line ends, the slots of kept pages, and what
# turns the direction of the text around it: a name could make another column read as something else.
_CONTROL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\u2028\u2029\ue000\ue001\u202a-\u202e\u2066-\u2069"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class UnclearHeadings(ValueError):
    """The first line does not say what the columns are; the sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Columns:
    """Which column holds what: field → position; and headings that nobody knows."""

    positions: dict[str, int]
    width: int
    unknown: tuple[str, ...]

    def has(self, field: str) -> bool:
        return field in self.positions


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What one line says about somebody. Empty where it says nothing; `left_on` None: does not leave."""

    line: int
    number: str
    name: str
    email: str
    side: str
    department: tuple[str, ...]
    manager: str
    started_on: date | None
    left_on: date | None
    since: date | None
    is_torn: bool = False  # cells may stand under headings of others, or be of another line
    further: int = field(
        default=0, repr=False, compare=False
    )  # lines of the file that stand in its cells too


def recognise(headings: Sequence[str]) -> Columns:
    """The columns by their headings, in any order. Raises: UnclearHeadings."""
    positions: dict[str, int] = {}
    unknown = []
    for position, heading in enumerate(headings):
        field = _FIELD_OF.get(_bare(heading))
        if field is None:
            if heading:
                unknown.append(heading)
        elif field in positions:
            raise UnclearHeadings(
                _(
                    "Two columns say the same: “%(one)s” and “%(other)s”. Remove one of them. Nothing was imported.",
                    one=headings[positions[field]][:60],
                    other=heading[:60],
                )
            )
        else:
            positions[field] = position
    named = "name" in positions or {"first_name", "last_name"} <= positions.keys()
    missing = tuple(
        label
        for label, there in (
            (_("number"), "number" in positions),
            (_("name"), named),
            (_("e-mail"), "email" in positions),
        )
        if not there
    )
    if missing:
        raise UnclearHeadings(
            _(
                "The first line must name the columns. Not found: %(missing)s. Usual headings in English and German "
                "are understood, such as Number, Name, E-mail, Department, Manager. Nothing was imported.",
                missing=missing,
            )
        )
    return Columns(positions, len(headings), tuple(unknown))


def _bare(heading: str) -> str:
    return "".join(character for character in heading.casefold() if character.isalnum()).replace("'", "")


def read_line(
    line: int, cells: Sequence[str], columns: Columns, *, is_email: Callable[[str], bool]
) -> tuple[PersonLine, list[Sentence]]:
    """What a line says, and a sentence for each thing that is not right with it."""
    reasons: list[Sentence] = []
    if any(cells[columns.width :]):
        reasons.append(_("The line has more cells than there are headings."))

    def cell(field: str) -> str:
        position = columns.positions.get(field)
        if position is None or position >= len(cells):
            return ""
        value = cells[position]
        inner = _EXCEL_TEXT.fullmatch(value)  # how Excel is made to keep leading zeros
        return inner.group(1).strip() if inner else value

    def text(field: str, label: Sentence, limit: int) -> str:
        value = _SPACES.sub(" ", cell(field))
        reasons.extend(_faults(value, label, limit))
        return value

    further = further_lines(cells)
    number = text("number", _("number"), 40)
    if columns.has("name"):
        name = text("name", _("name"), 150)
    else:
        name = f"{cell('first_name')} {cell('last_name')}".strip()
        reasons.extend(_faults(name, _("name"), 150))
    if not number:
        reasons.append(_("The number is missing."))
    if not name:
        reasons.append(_("The name is missing."))
    person_line = PersonLine(
        line=line,
        number=number,
        name=name,
        email=_email(cell("email"), reasons, is_email),
        side=_side(cell("side"), reasons),
        department=_department(cell("department"), reasons),
        manager=text("manager", _("manager’s number"), 40),
        started_on=_day(cell("started_on"), _("start date"), reasons),
        left_on=_day(cell("left_on"), _("leave date"), reasons),
        since=_day(cell("since"), _("date of the move"), reasons),
        is_torn=any(cells[columns.width :]) or further > 0,
        further=further,
    )
    if reasons and further:
        reasons.append(
            _(
                "Lines %(first)d to %(last)d of the file were read as one, because a cell has a line break. Often a "
                "quotation mark is missing or too many.",
                first=line,
                last=line + further,
            )
        )
    return person_line, reasons


def further_lines(cells: Sequence[str]) -> int:
    """How many lines of the file stand in these cells besides the first: a cell may have line breaks."""
    return sum(max(cell.count("\n"), cell.count("\r")) for cell in cells)


def _faults(value: str, label: Sentence, limit: int) -> list[Sentence]:
    """Why a text cannot be kept: characters that no name has, a formula, or its length."""
    faults = []
    if match := _CONTROL.search(value):
        faults.append(_unwritable(value, match.start(), label))
    if value.startswith(("=", "+", "@", "-")):
        faults.append(
            _("The %(field)s begins with “%(mark)s”, as a formula does.", field=label, mark=value[0])
        )
    if len(value) > limit:
        faults.append(_("The %(field)s is longer than %(limit)d characters.", field=label, limit=limit))
    return faults


def _unwritable(value: str, position: int, label: Sentence) -> Sentence:
    """Which character of a text cannot be stored, and behind which letters it stands."""
    mark, before = value[position], value[max(position - 20, 0) : position]
    if mark in "\r\n\u2028\u2029":
        what = _("a line break")
    elif mark in _TURNS:
        what = _("a hidden sign that turns the direction of text (%(code)s)", code=_code(mark))
    else:
        what = _("a hidden sign (%(code)s)", code=_code(mark))
    if before:
        return _(
            "The %(field)s has %(what)s after “%(before)s”. Remove it.", field=label, what=what, before=before
        )
    return _("The %(field)s begins with %(what)s. Remove it.", field=label, what=what)


def _code(mark: str) -> str:
    return f"U+{ord(mark):04X}"


def _email(value: str, reasons: list[Sentence], is_email: Callable[[str], bool]) -> str:
    email = value.lower()
    if not email:
        reasons.append(_("The e-mail address is missing."))
        return ""
    if not is_email(email):
        reasons.append(_("“%(value)s” is not an e-mail address.", value=_short(value)))
        return ""
    if len(email) > EMAIL_LENGTH:
        reasons.append(
            _("The %(field)s is longer than %(limit)d characters.", field=_("e-mail"), limit=EMAIL_LENGTH)
        )
        return ""
    if email[0] in "=+@-":
        reasons.extend(_faults(email, _("e-mail"), EMAIL_LENGTH))
    return email


def _side(value: str, reasons: list[Sentence]) -> str:
    if not value:
        return ""
    side = _SIDES.get(_bare(value))
    if side is None:
        reasons.append(_("“%(value)s” is no side. Write business, technology or both.", value=_short(value)))
        return ""
    return side


def _department(value: str, reasons: list[Sentence]) -> tuple[str, ...]:
    """The names from the top down. The first of > | \\ / that stands in the cell separates them."""
    if not value:
        return ()
    path = _parts(value)
    faults: list[Sentence] = []
    for name in path:
        of_name = _faults(name, _("department"), DEPARTMENT_LENGTH)
        faults += [fault for fault in of_name if fault not in faults]
    if len(path) > _LEVELS:
        faults.append(_("The department has more than %(limit)d levels.", limit=_LEVELS))
    if not path:
        faults.append(_("The department has no name."))
    reasons.extend(faults)
    return () if faults else path


def _parts(value: str) -> tuple[str, ...]:
    mark = next((mark for mark in _SEPARATORS if mark in value), ">")
    return tuple(name for part in value.split(mark) if (name := _SPACES.sub(" ", part).strip()))


def _day(value: str, label: Sentence, reasons: list[Sentence]) -> date | None:
    if not value:
        return None
    day, is_clear = _as_day(value)
    if day is None:
        short = _short(value)
        reasons.append(
            _("The %(field)s “%(value)s” is not a day. Write it like 2026-11-30.", field=label, value=short)
            if is_clear
            else _(
                "The %(field)s “%(value)s” can be read in two ways. Write it like 2026-11-30.",
                field=label,
                value=short,
            )
        )
    return day


def _as_day(value: str) -> tuple[date | None, bool]:
    """2026-11-30, 30.11.2026, and 30/11/2026 where only one reading is possible; False where there are two."""
    if match := _ISO.fullmatch(value):
        year, month, day = map(int, match.groups())
    elif match := _GERMAN.fullmatch(value):
        day, month, year = map(int, match.groups())
    elif match := _SLASHES.fullmatch(value):
        first, second, year = map(int, match.groups())
        if first <= 12 and second <= 12 and first != second:
            return None, False
        day, month = (first, second) if second <= 12 else (second, first)
    else:
        return None, True
    try:
        return (date(year, month, day) if 1900 <= year <= 2200 else None), True
    except ValueError:
        return None, True


def _short(value: str) -> str:
    """A cell as it may stand in a sentence: its beginning, without what would break a line or turn it around."""
    plain = _CONTROL.sub("�", value[:60])
    return f"{plain}…" if len(value) > 60 else plain
