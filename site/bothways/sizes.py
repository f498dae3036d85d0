"""How much room something takes, in words: one way for pages, logs and commands."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

MB, GB = 1_000_000, 1_000_000_000


def size_in_words(count: int) -> str:
    """Bytes as people read them, rounded down: "640 MB", and from 1 GB on "12.4 GB"."""
    if count < GB:
        return _("%(size)s\u00a0MB") % {"size": number_format(count // MB)}
    return _("%(size)s\u00a0GB") % {
        "size": number_format(count * 10 // GB / 10, decimal_pos=1, force_grouping=True)
    }
