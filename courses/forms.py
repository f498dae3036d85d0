"""What comes in from a course's pages, as clean values."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.models import Direction
from courses.queries import Standing

UNSURE = "unsure"


class CatalogueForm(forms.Form):
    """The catalogue's filters; a value that does not exist filters nothing."""

    direction = forms.ChoiceField(required=False, choices=[("", _("Both ways")), *Direction.choices])
    minutes = forms.TypedChoiceField(
        label=_("Time"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Any length")), (20, _("At most 20 minutes")), (40, _("At most 40 minutes"))],
    )
    asked = forms.ChoiceField(
        label=_("For me"),
        required=False,
        choices=[
            ("", _("All courses")),
            ("required", _("Required for me")),
            ("open", _("Not completed yet")),
        ],
    )

    def fits(self, standing: Standing) -> bool:
        wanted: dict[str, Any] = getattr(self, "cleaned_data", {})
        if wanted.get("minutes") and standing.minutes > wanted["minutes"]:
            return False
        if wanted.get("asked") == "required" and not standing.is_required:
            return False
        return not (wanted.get("asked") == "open" and standing.status == "completed")


class AnswerForm(forms.Form):
    """An answer to a question: the idempotency key, what was chosen, how sure."""

    key = forms.UUIDField()
    check = forms.UUIDField()
    version = forms.IntegerField(min_value=1)
    confidence = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(1, "1"), (2, "2"), (3, "3")]
    )

    @property
    def chosen(self) -> list[str]:
        """Option keys as they were sent; the action refuses what the question does not have."""
        return [value for value in self._sent if value != UNSURE]

    @property
    def is_unsure(self) -> bool:
        return UNSURE in self._sent

    @property
    def _sent(self) -> list[str]:
        return self.data.getlist("answer") if isinstance(self.data, QueryDict) else []


def new_key() -> str:
    return str(uuid.uuid4())
