"""Pictures in: whether the bytes are the picture that the name says, and small enough to be opened."""

import warnings
from io import BytesIO
from pathlib import PurePath
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image

from gates.files import HEAD_BYTES, agrees, name_for_people

PICTURE_LIMIT: Final = 10 * 1024 * 1024
"""Largest picture, in bytes."""
PIXEL_LIMIT: Final = 25_000_000
"""Most pixels of all frames together: opened, a picture takes four bytes for each."""
TYPES: Final = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
_FORMATS: Final = ["AVIF", "GIF", "JPEG", "PNG", "WEBP"]
_FRAME_LIMIT: Final = 100


class PictureRefused(ValueError):
    """The picture is not taken; the text is a sentence for whoever sent it."""


def picture_size(data: bytes, name: str) -> tuple[int, int]:
    """Width and height in pixels. A bomb is refused by its head, before it is opened; what is not too large
    is opened once, so that nothing is taken that a page could not show.

    Raises: PictureRefused
    """
    kind = TYPES.get(PurePath(name).suffix.lower())
    name = name_for_people(name)
    if kind is None:
        raise PictureRefused(
            _("%(name)s is not a kind of picture that pages show: use PNG, JPEG, WebP, AVIF or GIF.")
            % {"name": name}
        )
    if len(data) > PICTURE_LIMIT:
        raise PictureRefused(
            _("%(name)s is larger than %(limit)s MB. Make it smaller.")
            % {"name": name, "limit": PICTURE_LIMIT // 1024 // 1024}
        )
    if not agrees(data[:HEAD_BYTES], kind):
        raise PictureRefused(_("%(name)s is not the kind of picture that its name says.") % {"name": name})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=_FORMATS) as picture:
                width, height = picture.size
                frames = min(getattr(picture, "n_frames", 1), _FRAME_LIMIT) if kind == "image/gif" else 1
                if width * height * frames > PIXEL_LIMIT:
                    raise PictureRefused(_too_many(name))
                picture.verify()
            with Image.open(BytesIO(data), formats=_FORMATS) as picture:
                picture.load()
    except PictureRefused:
        raise
    except Image.DecompressionBombError as problem:
        raise PictureRefused(_too_many(name)) from problem
    except Exception as problem:  # a decoder meets damage with whatever it stumbles over
        raise PictureRefused(
            _("%(name)s is damaged: it cannot be opened as a picture.") % {"name": name}
        ) from problem
    return width, height


def _too_many(name: str) -> str:
    return _("%(name)s has more than %(limit)s million pixels. Make it smaller.") % {
        "name": name,
        "limit": PIXEL_LIMIT // 1_000_000,
    }
