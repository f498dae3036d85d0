"""The order of `courses.rules.codes` in SQL."""

from django.db.models import F, Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Length


def in_code_order(code: str = "code") -> tuple[Combinable, ...]:
    """For `order_by`; code: the path to the field."""
    letters = Func(F(code), Value("0123456789"), function="RTRIM", output_field=TextField())
    return letters, Length(code), F(code)
