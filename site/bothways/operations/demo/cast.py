"""The ten people whom everybody may try, as they are hired.

What the sign-in page says of them stands in `people.accounts.demo`, in the order of the page. These are two
lists, joined by e-mail address, since `people` stands below and imports nothing from here. A person's side is
said there only; a test compares the addresses.
"""

from dataclasses import dataclass

from bothways.operations.demo import company
from people import roles

PASSWORD = "bothways"  # noqa: S105 - printed on the demo's sign-in page


@dataclass(frozen=True)
class Member:
    mailbox: str
    name: str
    department: str | None
    groups: tuple[str, ...]
    worked_days: int  # since the first day at work
    lead: str | None = None  # mailbox of the line manager, if not whoever leads the department

    @property
    def email(self) -> str:
        return f"{self.mailbox}@example.com"


CAST = (
    Member("admin", "Ada Winterberg", company.PLATFORM, (roles.EMPLOYEE, roles.ADMINISTRATOR), 2900),
    Member("hr", "Ulrike Sanderling", company.FINANCE, (roles.EMPLOYEE, roles.HR), 2310),
    Member("manager", "Dominic Achebe-Thorn", company.SERVICE, (roles.EMPLOYEE,), 1890),
    Member("employee", "Amara Lindqvist", company.SERVICE, (roles.EMPLOYEE,), 840, lead="manager"),
    Member("technician", "Jonas Okonjo-Weber", company.PLATFORM, (roles.EMPLOYEE,), 3),
    Member("author", "Tereza Holubová", company.APPLICATIONS, (roles.EMPLOYEE, roles.AUTHOR), 1510),
    Member("reviewer", "Malik Ostrowski", company.FINANCE, (roles.EMPLOYEE, roles.REVIEWER), 1220),
    Member("steward-business", "Carolina Bexley", company.OPERATIONS, (roles.EMPLOYEE, roles.STEWARD), 2050),
    Member(
        "steward-technology", "Naveen Castellan", company.APPLICATIONS, (roles.EMPLOYEE, roles.STEWARD), 1730
    ),
    Member("outsider", "Robin Farrow", None, (), 60),
)

# Six more report to manager@, so that with employee@ the team has seven people in different places.
TEAM = (
    "eleni.karavasili",
    "kerstin.aldenhoven",
    "minhchau.dang",
    "rashid.almutawakkil",
    "bronwen.llewellynpryce",
    "nour.alsaqqaf",
)
