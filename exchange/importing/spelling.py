"""Addresses of courses and lessons, as files may spell them."""

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from gates.markdown import slug

_ADDRESS: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SPELLED: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"}
)


def is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None


def ascii_slug(text: str) -> str:
    """The text as an address that every browser and mail keeps: ü becomes ue, é becomes e."""
    spelled = unicodedata.normalize("NFC", text).lower().translate(_SPELLED)
    plain_letters = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return slug(plain_letters) if re.search(r"[a-z0-9]", plain_letters) else ""


def no_address(text: str) -> str:
    """Why this is no address, and which one to write."""
    said = _("`slug` is not an address: lower-case letters from a to z, digits and hyphens.")
    better = re.sub(r"[^a-z0-9]+", "-", ascii_slug(text)).strip("-")[:60].strip("-")
    return f"{said} {_('Write “%(slug)s”.') % {'slug': better}}" if better else said
