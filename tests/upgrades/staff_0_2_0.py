"""The people of the stored company of version 0.2.0, as lines of a list that HR loads."""

HEADINGS = "Number,Name,E-mail,Department,Side,Manager,Start,Leaves on,Since"
CAST = {  # mailbox → side and roles beside that of an employee
    "hr": ("business", "HR"),
    "manager": ("business", ""),
    "author": ("technology", "Author"),
    "reviewer": ("business", "Reviewer"),
    "steward-business": ("business", "Steward"),
    "steward-technology": ("technology", "Steward"),
    "employee": ("business", ""),
    "technician": ("technology", ""),
}
FIRST = "Ada Bela Cora Dirk Egon Femke Gita Hugo Ilse Jörg Kaja Lars Mira Nuno Olga Per Qadir Runa Sven Tova".split()
LAST = "Ahlgren Brück O’Dowd".split()
PLACES = {
    "business": ["Commercial/Service", "Operations/Logistics", "Finance"],
    "technology": ["Technology/Platform"],
}
LEAVER, REHIRED, MOVED, TURNED = "2003", "2007", "2011", "2015"  # employee numbers


def line(number: str, name: str, email: str, side: str, department: str, **more: str) -> str:
    start, leaves, since = (more.get(key, "") for key in ("start", "leaves", "since"))
    return ",".join([number, name, email, department, side, more.get("manager", ""), start, leaves, since])


def staff() -> dict[str, str]:
    """The lines of the first list of people, by number: the cast, then thirty others."""
    lines = {}
    for place, (mailbox, (side, _role)) in enumerate(CAST.items(), start=1001):
        manager = "" if mailbox in {"hr", "manager"} else "1002"
        lines[str(place)] = line(
            str(place), mailbox.replace("-", " ").title(), f"{mailbox}@example.com", side,
            PLACES[side][0], manager=manager, start="2024-02-01",
        )  # fmt: skip
    for place in range(30):
        side = "technology" if place % 5 == 4 else "business"
        name = f"{FIRST[place % len(FIRST)]} {LAST[place // len(FIRST)]}"
        lines[str(2001 + place)] = line(
            str(2001 + place), name, f"person-{place + 1}@example.com", side,
            PLACES[side][place % len(PLACES[side])], manager="1002", start=f"2024-{1 + place % 12:02}-15",
        )  # fmt: skip
    return lines
