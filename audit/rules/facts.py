"""What an entry of the audit log may say: ids, names of fields, figures and days, never text that somebody wrote."""

from collections.abc import Mapping
from typing import Any


class NotAnId(ValueError):
    """`about` and the details hold ids, names of fields, figures and days, never text that somebody wrote."""


def facts(about: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they are stored: flat, with lists of ids at most. Raises: NotAnId."""
    if not is_id(about):
        raise NotAnId(about)
    return {str(key): _fact(key, value) for key, value in detail.items()}


def is_id(value: str) -> bool:
    """True for what can be an id, a code, a day or a field's name: no spaces, no @, at most 80 characters."""
    return len(value) <= 80 and all(
        character.isascii() and (character.isalnum() or character in "-_.:/,") for character in value
    )


def _fact(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_fact(key, item) for item in value]
    text = str(value)
    if not is_id(text):
        raise NotAnId(key)
    return text
