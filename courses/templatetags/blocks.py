"""Text inside lesson blocks, through the gates."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from courses.rendering import lesson_markdown, lesson_rich_text, line, marked
from gates.svg import DrawingRefused, clean_drawing

register = template.Library()


@register.simple_tag(takes_context=True)
def md(context: Any, text: str) -> SafeString:
    """Markdown of a block, with glossary words of the lesson's language."""
    return lesson_markdown(
        str(text or ""), locale_id=context.get("locale_id"), block=context.get("block_number")
    )


@register.simple_tag(takes_context=True)
def rich(context: Any, value: Any) -> SafeString:
    return lesson_rich_text(value)


@register.simple_tag(takes_context=True)
def md_line(context: Any, text: str) -> SafeString:
    """One line of Markdown without block elements, with glossary words of the lesson's language."""
    return line(str(text or ""), locale_id=context.get("locale_id"))


@register.filter
def diagram(text: str) -> SafeString | str:
    """A diagram for the page; nothing where its text is not one (publishing refuses that before)."""
    try:
        return clean_drawing(text)
    except DrawingRefused:
        return ""


@register.simple_tag
def exhibit_id(number: int) -> str:
    return f"note-{number}"


@register.simple_tag
def exhibit_text(text: str, notes: Any, number: int) -> SafeString:
    """The exhibit's plain text with its markers as links to the notes."""
    return marked(str(text or ""), len(notes), exhibit_id(number))


@register.simple_tag(takes_context=True)
def exhibit_notes(context: Any, notes: Any) -> list[SafeString]:
    return [line(str(note), locale_id=context.get("locale_id")) for note in notes]
