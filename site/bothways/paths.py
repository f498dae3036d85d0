"""Paths as the code compares them."""

from django.conf import settings
from django.utils.translation import get_language_from_path


def without_language(path: str) -> str:
    """`/de/courses/` is `/courses/`, as in the language whose addresses have no prefix."""
    language = get_language_from_path(path)
    if not language or language == settings.LANGUAGE_CODE:
        return path
    return f"/{path[1:].partition('/')[2]}"
