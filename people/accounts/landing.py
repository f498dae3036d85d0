"""Which page is somebody's own work: where signing in leads, unless another page was asked for."""

from collections.abc import Iterable

from people import roles

HOME = "home"

# The most specific first. What others wait for (a review, a signature) comes before what is one's own;
# a role that somebody was given comes before leading people, which most of the former do too.
WORK = (
    (roles.HR, "reports:completion"),
    (roles.REVIEWER, "write:desk"),
    (roles.STEWARD, "agreement:waiting"),
    (roles.AUTHOR, "write:desk"),
    (roles.ADMINISTRATOR, "administration"),
)


def first_page(held: Iterable[str], *, leads: bool) -> str:
    """The name of the address where somebody with these roles begins.

    Somebody with several roles begins at the first of `WORK`; a line manager without any of them at the
    team, and everybody else at home. Who may open no page of these comes to the own page, which says what
    is missing.
    """
    held = frozenset(held)
    for role, page in WORK:
        if role in held:
            return page
    if roles.EMPLOYEE not in held:
        return "me"
    return "reports:team" if leads else HOME
