"""What a typesetter would mend: spaces that no line may break at, and quotation marks within quotation marks."""

import re
from typing import Final

NO_BREAK: Final = "\N{NO-BREAK SPACE}"

_INNER: Final = str.maketrans("“”", "‘’")
# Signs, and abbreviations that are nothing else beside a figure. Words such as "hours" may go to the next line.
_UNITS: Final = (
    "%|‰|°C|°F|€|£|¥|ns|µs|ms|s|min|h|d|kB|KB|MB|GB|TB|PB|KiB|MiB|GiB|kbit/s|Mbit/s|Gbit/s|MB/s|GB/s|Hz|kHz|MHz|GHz"
    "|W|kW|MW|kWh|MWh|mm|cm|m|km|kg|g|t|EUR|USD|GBP|CHF|bn|a\\.m\\.|p\\.m\\."
)
_BEFORE_UNIT: Final = re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?![\w/]))")
_AFTER_CURRENCY: Final = re.compile(r"(?<=\bEUR|\bUSD|\bGBP|\bCHF) (?=\d)")
# Elements whose text is no prose: spaces there are meant as they are, or placed by coordinates.
_PIECE: Final = re.compile(
    r"<(?P<name>pre|code|kbd|samp|svg|math|textarea|script|style)\b.*?</(?P=name)>|<[^>]*>|[^<]+", re.DOTALL
)


def unbroken(text: str) -> str:
    """Plain text in which a figure and its unit stay on one line."""
    return _AFTER_CURRENCY.sub(NO_BREAK, _BEFORE_UNIT.sub(NO_BREAK, text))


def unbroken_html(html: str) -> str:
    """Safe HTML in which a figure and its unit stay on one line; tags, code, formulas and drawings stay as they are."""

    def piece(match: re.Match[str]) -> str:
        return match[0] if match[0].startswith("<") else unbroken(match[0])

    return _PIECE.sub(piece, html)


def within_quotes(text: object) -> str:
    """A text, or what a row is called, as it stands between “ and ”: what it quotes itself stands between ‘ and ’."""
    return str(text).translate(_INNER)
