"""The company's logo (BOTHWAYS_LOGO): read once in each process, shown beside the name on every page.

Its address holds a fingerprint of its bytes, so that browsers keep it for a year and a new logo has a new address.
Processes that read the same file have the same address.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from gates.logos import Logo, LogoRefused, clean_logo

PLACE = "/brand/"


@dataclass(frozen=True)
class Shown:
    logo: Logo
    address: str


def shown() -> Shown | None:
    """The logo with its address; None where none is set or the one that is set cannot be used."""
    return _read(settings.BOTHWAYS_LOGO)[0]


def trouble() -> str:
    """Why the logo that is set is not shown; empty where there is nothing to say."""
    return _read(settings.BOTHWAYS_LOGO)[1]


@lru_cache(maxsize=4)
def _read(path: str) -> tuple[Shown | None, str]:
    if not path:
        return None, ""
    try:
        logo = clean_logo(Path(path).read_bytes(), path)
    except OSError as error:
        return None, _("It cannot be read: %(reason)s.") % {"reason": error.strerror}
    except LogoRefused as reason:
        return None, str(reason)
    mark = hashlib.sha256(logo.data).hexdigest()[:16]
    return Shown(logo, f"{PLACE}{mark}{logo.suffix}"), ""
