"""YAML out, as a person would write it, and such that `gates.sources.load_yaml` gives the same values back."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from gates.sources import UNREADABLE

# Plain words need no quotes; what YAML could take for something else gets them.
_PLAIN: Final = re.compile(r"[A-Za-zÀ-ɏ][\w .,;!?’%€/()+–-]*(?<![ :])")
_TAKEN: Final = re.compile(r"(?i)(?:null|true|false|yes|no|on|off|y|n)")
_INT: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})")
_WIDTH: Final = 90


def dump_yaml(value: Any) -> str:
    """Texts, whole numbers, true and false, lists and mappings with text keys as YAML, ending in a line break."""
    if isinstance(value, Mapping | list | tuple) and value:
        return "\n".join(_block(value, 0)) + "\n"
    return f"{_scalar(value)}\n"


def readable(text: str) -> str:
    """The text without characters that no file of ours may hold."""
    return UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _block(value: Any, indent: int) -> list[str]:
    pad = "  " * indent
    lines: list[str] = []
    if isinstance(value, Mapping):
        for key, item in value.items():
            lines += _entry(f"{pad}{_key(str(key))}:", item, indent)
        return lines
    for item in value:
        if isinstance(item, Mapping | list | tuple) and item and not _fits(item):
            first, *rest = _block(item, indent + 1)
            lines += [f"{pad}- {first.lstrip(' ')}", *rest]
        else:
            lines += _entry(f"{pad}-", item, indent)
    return lines


def _entry(start: str, value: Any, indent: int) -> list[str]:
    if isinstance(value, str) and "\n" in value and (mark := _literal(value)):
        pad = "  " * (indent + 1)
        body = value.removesuffix("\n").split("\n")
        return [f"{start} {mark}", *[f"{pad}{line}" if line else "" for line in body]]
    if isinstance(value, Mapping | list | tuple) and value:
        if _fits(value):
            return [f"{start} [{', '.join(map(_in_line, value))}]"]
        return [start, *_block(value, indent + 1)]
    return [f"{start} {_scalar(value)}"]


def _fits(value: Any) -> bool:
    """A short list of short values stands in one line."""
    if isinstance(value, Mapping) or not all(isinstance(item, str | int | bool) for item in value):
        return False
    return sum(len(_scalar(item)) + 2 for item in value) <= _WIDTH and not any(
        "\n" in str(item) for item in value
    )


def _in_line(value: Any) -> str:
    """A value within brackets, where a comma would end it."""
    told = _scalar(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) and "," in told else told


def _literal(text: str) -> str:
    """The mark of a literal block that holds the text exactly, or nothing where none can."""
    lines = text.removesuffix("\n").split("\n")
    if not lines[0].strip() or not lines[-1].strip() or lines[0][0] in " \t" or "\t" in text:
        return ""
    if text.endswith("\n\n") or any(line and not line.strip() for line in lines):
        return ""
    return "|" if text.endswith("\n") else "|-"


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z_][\w-]*", text) else json.dumps(text, ensure_ascii=False)


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        return str(value) if _INT.fullmatch(str(value)) else json.dumps(str(value))
    if not isinstance(value, str) and isinstance(value, Mapping | Sequence):
        return "{}" if isinstance(value, Mapping) else "[]"
    text = str(value)
    if _PLAIN.fullmatch(text) and not _TAKEN.fullmatch(text) and " #" not in text and ": " not in text:
        return text
    return json.dumps(text, ensure_ascii=False)
