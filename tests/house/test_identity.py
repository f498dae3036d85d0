"""Who somebody is, is changed through one door: `people.actions.change_details`, which asks who may, tells and logs."""

import ast
from pathlib import Path

import pytest

from tools.packages import packages

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = tuple(name for name in packages() if name != "gates")
FIELDS = {"email", "employee_number"}
UPDATES = {"update", "aupdate", "update_or_create", "aupdate_or_create"}
BULK = {"bulk_update", "abulk_update"}


def writes(name: str, text: str) -> list[str]:
    """A sentence for each place that gives somebody who is here another address or number."""
    faults = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(attr=field, ctx=ast.Store()) if field in FIELDS:
                what = f"sets .{field}"
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=field), _]) if (
                field in FIELDS
            ):
                what = f"sets .{field}"
            case ast.Call(func=ast.Attribute(attr=called), keywords=keywords) if called in UPDATES and (
                FIELDS & {keyword.arg for keyword in keywords}
            ):
                what = f"writes with {called}()"
            case ast.Call(func=ast.Attribute(attr=called)) if called in BULK and any(
                isinstance(inner, ast.Constant) and inner.value in FIELDS for inner in ast.walk(node)
            ):
                what = f"writes with {called}()"
            case _:
                continue
        faults.append(
            f"{name}:{node.lineno} {what}: addresses and numbers change by people.actions.change_details"
        )
    return faults


def test_addresses_and_numbers_are_changed_by_one_action() -> None:
    paths = [
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
    ]

    assert len(paths) > 150
    assert not [
        fault for path in paths for fault in writes(path.relative_to(ROOT).as_posix(), path.read_text())
    ]


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ("person.email = 'x'", "sets .email"),
        ("setattr(person, 'employee_number', '7')", "sets .employee_number"),
        ("Employee.objects.filter(pk=1).update(email='x')", "writes with update()"),
        ("Employee.objects.bulk_update(rows, ['side', 'email'])", "writes with bulk_update()"),
    ],
)
def test_a_door_beside_it_is_found(planted: str, words: str) -> None:
    assert writes("people/x.py", planted) == [
        f"people/x.py:1 {words}: addresses and numbers change by people.actions.change_details"
    ]


@pytest.mark.parametrize("fine", ["Employee(email='x')", "x = person.email", "context.update(name='x')"])
def test_who_is_new_and_who_reads_is_no_fault(fine: str) -> None:
    assert writes("people/x.py", fine) == []
