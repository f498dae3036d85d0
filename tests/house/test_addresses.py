"""The reviewed table of who may open what: a row for every address, and none that opens what it must not.

What the addresses really answer is asked in tests/site/test_authorisation.py, by the same table.
"""

from collections.abc import Collection, Iterable

from tests.site.addresses import routes
from tests.site.test_authorisation import methods_of, table

TABLE = "tests/site/authorisation.tsv"


def without_row(addresses: Iterable[str], rows: Collection[str]) -> list[str]:
    """A sentence for every address and method of the URL map that nobody reviewed."""
    return [
        f"{method} {route} has no row in {TABLE}: say for every role what it answers (AUTHORISATION_WRITE=1 make test), "
        "and read the difference."
        for route in sorted(set(addresses))
        for method in methods_of(route)
        if f"{method} {route}" not in rows
    ]


def test_the_table_has_a_row_for_every_address():
    faults = without_row(routes(), table())

    assert not faults, "\n".join(faults)


def test_the_table_has_no_row_without_an_address():
    existing = {f"{method} {route}" for route in routes() for method in methods_of(route)}

    assert sorted(table().keys() - existing) == []


def test_who_takes_no_courses_is_refused_everywhere_but_at_home():
    own = (
        "me/",
        "accounts/",
        "theme/",
        "help/",
        "accessibility/",
        "health/",
        "robots.txt",
        "admin/login/",
        "admin/jsi18n/",
        "admin/sprite/",
    )
    wrong = [
        key
        for key, codes in table().items()
        if not key.split(" ")[1].startswith(own) and codes["outsider"] not in {302, 403, 404, 405}
    ]

    assert wrong == []


def test_nobody_signed_out_reaches_anything_but_the_door_and_health():
    open_to_all = (
        "accounts/", "theme/", "help/", "accessibility/", "health/", "robots.txt", "admin/login/",
    )  # fmt: skip
    wrong = [
        key
        for key, codes in table().items()
        if not key.split(" ")[1].startswith(open_to_all) and codes["anonymous"] not in {302, 403, 404, 405}
    ]

    assert wrong == []


def test_employees_hr_and_managers_never_get_into_wagtail():
    wrong = [
        (key, role)
        for key, codes in table().items()
        for role in ("employee", "technician", "hr", "manager")
        if key.split(" ")[1].startswith("admin/") and codes[role] not in {302, 403, 404, 405}
    ]

    assert wrong == []
