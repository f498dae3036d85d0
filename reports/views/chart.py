"""The drawing of the months: a column for each."""

from dataclasses import dataclass

HEIGHT, WIDTH, EDGE, COLUMN_WIDTH = 200, 560, 10, 44


@dataclass(frozen=True)
class Month:
    """How many courses were completed in a month."""

    name: str
    short: str
    count: int


@dataclass(frozen=True)
class Column:
    """A column of the drawing, in its own units."""

    label: str
    count: int
    x: int
    width: int
    y: int
    height: int
    middle: int
    number_y: int


@dataclass(frozen=True)
class Chart:
    """The drawing of the months, in its own units."""

    columns: list[Column]
    floor: int
    floor_from: int
    floor_to: int
    width: int
    height: int
    label_y: int


def chart(months: list[Month]) -> Chart:
    """A column for each month, with room for a number above it."""
    top = max((month.count for month in months), default=0)
    step = (WIDTH - 2 * EDGE) / max(len(months), 1)
    floor, room = HEIGHT - 30, HEIGHT - 70
    columns = []
    for position, month in enumerate(months):
        height = round(room * month.count / top) if top else 0
        height = max(height, 2) if month.count else 0
        middle = round(EDGE + step * (position + 0.5))
        columns.append(
            Column(
                label=month.short,
                count=month.count,
                x=middle - COLUMN_WIDTH // 2 if step > COLUMN_WIDTH else middle - round(step * 0.35),
                width=COLUMN_WIDTH if step > COLUMN_WIDTH else round(step * 0.7),
                y=floor - height,
                height=height,
                middle=middle,
                number_y=floor - height - 8,
            )
        )
    return Chart(
        columns=columns,
        floor=floor,
        floor_from=EDGE,
        floor_to=WIDTH - EDGE,
        width=WIDTH,
        height=HEIGHT,
        label_y=floor + 22,
    )
