"""A table in the editor is a grid: rows and columns of fields, instead of lists in lists."""

from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.telepath import register
from wagtail.blocks.struct_block import StructBlockAdapter

from courses.blocks import TableBlock


class TableAdapter(StructBlockAdapter):
    js_constructor = "authoring.TableBlock"

    def js_args(self, block: Any) -> list[Any]:
        name, children, meta = super().js_args(block)
        return [name, children, {**meta, "strings": _strings()}]

    @cached_property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=[static("authoring/table-grid.js")])


def _strings() -> dict[str, str]:
    return {
        "TABLE": _("Table: type in the cells, or paste cells from a spreadsheet, a document or a web page"),
        "TOOLS": _("Change the table"),
        "HEADING": _("Heading of column %(column)s"),
        "CELL": _("Row %(row)s, column %(column)s"),
        "ROW": _("Row"),
        "COLUMN": _("Column"),
        "ALIGNMENT": _("Alignment"),
        "ADD_ABOVE": _("Add above"),
        "ADD_BELOW": _("Add below"),
        "UP": _("Move up"),
        "DOWN": _("Move down"),
        "DELETE_ROW": _("Delete row"),
        "ADD_BEFORE": _("Add before"),
        "ADD_AFTER": _("Add after"),
        "LEFT": _("Move left"),
        "RIGHT": _("Move right"),
        "DELETE_COLUMN": _("Delete column"),
        "ALIGN_LEFT": _("Words: left"),
        "ALIGN_RIGHT": _("Figures: right"),
        "ROW_ADDED": _("Row %(row)s added."),
        "ROW_MOVED": _("It is row %(row)s now."),
        "ROW_DELETED": _("Row deleted."),
        "COLUMN_ADDED": _("Column %(column)s added."),
        "COLUMN_MOVED": _("It is column %(column)s now."),
        "COLUMN_DELETED": _("Column deleted."),
        "ALIGNED_LEFT": _("Column %(column)s is aligned left."),
        "ALIGNED_RIGHT": _("Column %(column)s is aligned right, as figures are."),
        "PASTED": _("%(rows)s rows and %(columns)s columns pasted."),
    }


register(TableAdapter(), TableBlock)
