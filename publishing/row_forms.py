"""Rows below a page or snippet that only point at something, such as words to meet, as a form sends them."""

from collections.abc import Mapping
from typing import Any

from django.forms import ModelChoiceField
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

_OF_EVERY_ROW = frozenset({"id", ORDERING_FIELD_NAME, DELETION_FIELD_NAME})


class LeavesOutEmptyRows:
    """For an editor's form: a row that points at nothing yet, or where another row points already, stops no saving.

    Such a row is treated as deleted: nothing that somebody wrote is lost with it.
    """

    formsets: Mapping[str, Any]

    def is_valid(self) -> bool:
        for formset in self.formsets.values():
            if formset.is_bound and formset.can_delete:
                _leave_out_empty_rows(formset)
        return bool(super().is_valid())  # type: ignore[misc]  # of the form beside it


def _leave_out_empty_rows(formset: Any) -> None:
    seen: set[tuple[Any, ...]] = set()
    # What is stored stays; the same beside it goes.
    for form in sorted(formset.forms, key=lambda form: form.instance.pk is None):
        pointers = [name for name in form.fields if name not in _OF_EVERY_ROW]
        if not all(isinstance(form.fields[name], ModelChoiceField) for name in pointers):
            return
        errors = [error.code for errors in form.errors.as_data().values() for error in errors]
        if form.cleaned_data.get(DELETION_FIELD_NAME):
            continue
        row = tuple(form.cleaned_data.get(name) for name in pointers)
        points_at_nothing = bool(errors) and set(errors) == {"required"} and not any(row)
        if points_at_nothing or (not errors and row in seen):
            form.cleaned_data[DELETION_FIELD_NAME] = True
        seen.add(row)
