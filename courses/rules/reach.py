"""Whom an audience reaches. `courses.queries.standings` asks the same in SQL, for one person."""

from typing import Final

EVERYONE: Final = "everyone"
SIDE: Final = "side"
DEPARTMENT: Final = "department"
BOTH_SIDES: Final = "both"


def reaches(
    scope: str, side: str, department_path: str, *, person_side: str, person_department_path: str
) -> bool:
    """True for everybody, for people of the audience's side, or for its department and all below it.

    Who belongs to both sides is reached by an audience of either. Paths are those of the tree of departments;
    that of somebody without a department is empty.

    Raises:
        ValueError: an audience has no such scope. Reaching everybody by mistake would ask a course of everybody.
    """
    if scope == SIDE:
        return person_side in (side, BOTH_SIDES)
    if scope == DEPARTMENT:
        return person_department_path.startswith(department_path)
    if scope == EVERYONE:
        return True
    raise ValueError(scope)
