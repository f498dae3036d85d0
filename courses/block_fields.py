"""The text fields of blocks. Each says how its text is read, so that whoever looks through a lesson needs no list of its blocks."""

from enum import StrEnum
from typing import Any

from wagtail import blocks


class Dialect(StrEnum):
    MARKDOWN = "markdown"
    LINE = "line"  # one line of Markdown
    RICH = "rich"  # what the editor's text field stores
    PLAIN = "plain"  # shown as it is typed
    MARKED = "marked"  # plain, with [1], [2] … where notes belong
    DRAWING = "drawing"  # the text of an SVG file
    ADDRESS = "address"


class TextField:
    """Stands before a block of Wagtail's. Stored and migrated it is that block, and migrations need not know of ours."""

    reads: Dialect
    is_prose = False  # read sentence by sentence: counted for minutes and for how hard the text is

    def deconstruct(self) -> tuple[str, Any, Any]:
        _path, arguments, named = super().deconstruct()  # type: ignore[misc]  # of the block beside it
        names = [parent.__name__ for parent in type(self).__mro__ if parent.__module__.startswith("wagtail.")]
        return f"wagtail.blocks.{names[0]}", arguments, named


class MarkdownField(TextField, blocks.TextBlock):
    reads = Dialect.MARKDOWN
    is_prose = True


class NoteField(TextField, blocks.TextBlock):
    reads = Dialect.LINE
    is_prose = True


class CellField(TextField, blocks.CharBlock):
    reads = Dialect.LINE


class PlainField(TextField, blocks.CharBlock):
    reads = Dialect.PLAIN


class SentenceField(TextField, blocks.CharBlock):
    reads = Dialect.PLAIN
    is_prose = True


class SpeechField(TextField, blocks.TextBlock):
    reads = Dialect.PLAIN
    is_prose = True


class MarkedField(TextField, blocks.TextBlock):
    reads = Dialect.MARKED


class DrawingField(TextField, blocks.TextBlock):
    reads = Dialect.DRAWING


class AddressField(TextField, blocks.URLBlock):
    """In a draft it may be half an address, without a scheme; the list of what is missing says so.

    Anything with a scheme is checked at once: a preview would show `javascript:` as a link.
    """

    reads = Dialect.ADDRESS

    def clean(self, value: Any) -> Any:
        text = (value or "").strip()
        if self.is_deferred_validation and ":" not in text:
            return text
        return super().clean(value)
