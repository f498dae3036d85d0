"""Lists of people as HR sends them."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime

HEAD = "Number,Name,E-mail,Department,Side,Manager,Start,Leave"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def stream(*lines: str, head: str = HEAD, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\n".join([head, *lines, ""]).encode(encoding))


def three_hundred(faulty: Sequence[str] = ()) -> str:
    """300 people of a company in ten teams, the first of whom leads; and lines that are not right."""
    return people(300, faulty)


def people(count: int, faulty: Sequence[str] = ()) -> str:
    """As `three_hundred`, with so many people; eleven at least, so that each team has somebody who leads it."""
    lines = [HEAD]
    for number in range(1, count + 1):
        team = number % 10
        side = "technology" if team < 4 else "business"
        boss = "" if number == 1 else ("K1" if number <= 10 else f"K{team + 1 if team else 10}")
        lines.append(
            f"K{number},Person {number},person{number}@example.com,Works / Team {team},{side},{boss},2024-03-01,"
        )
    return "\n".join([*lines, *faulty, ""])


SIX_FAULTY = (
    "K301,,nameless@example.com,Works / Team 1,business,K1,2024-03-01,",
    "K302,Bad Mail,not an address,Works / Team 1,business,K1,2024-03-01,",
    "K303,Bad Day,day@example.com,Works / Team 1,business,K1,31.02.2024,",
    "K304,No Boss,boss@example.com,Works / Team 1,business,K999,2024-03-01,",
    "K305,Wrong Side,side@example.com,Works / Team 1,sales,K1,2024-03-01,",
    "K306,Left Early,left@example.com,Works / Team 1,business,K1,2024-03-01,2023-01-01",
)
