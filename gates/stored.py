"""Values that are kept as JSON: frozen dataclasses whose fields are the keys, in the order in which they are written."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints

_Read = Callable[[Any], Any]


@dataclass(frozen=True)
class Stored:
    """A field may be text, a number, another stored value, a tuple or a mapping of these, each or None.

    One with a default is optional: it is written only if it differs, and stands for a key that is missing.
    """

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Keys that are no fields are passed over. Raises KeyError where one is missing that has no default."""
        kind: type = cls  # mypy takes the hash of a class for that of its values
        return cls(
            **{
                name: data[name] if read is None else read(data[name])
                for name, read, default in _fields(kind)
                if default is MISSING or name in data
            }
        )

    def to_json(self) -> dict[str, Any]:
        kind: type = type(self)
        return {
            name: _plain(value)
            for name, _read, default in _fields(kind)
            if (value := getattr(self, name)) != default
        }


@cache
def _fields(kind: Any) -> tuple[tuple[str, _Read | None, Any], ...]:
    """Name, how it is read (None: as it is) and default (MISSING: none) of each field."""
    hints = get_type_hints(kind)
    return tuple((field.name, _reader(hints[field.name]), field.default) for field in fields(kind))


def _reader(hint: Any) -> _Read | None:
    if hasattr(hint, "from_json"):
        read: _Read = hint.from_json
        return read
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        (some,) = (argument for argument in arguments if argument is not NoneType)
        inner = _reader(some)
        return None if inner is None else lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _reader(arguments[0])
        return tuple if item is None else lambda values: tuple(map(item, values))
    if origin is Mapping:
        each = _reader(arguments[1])
        return None if each is None else lambda values: {key: each(value) for key, value in values.items()}
    return None


def _plain(value: Any) -> Any:
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
