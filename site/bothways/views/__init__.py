"""Pages that belong to no single app."""

from bothways.views import (
    accounts,
    audit,
    brand,
    errors,
    files,
    help,
    home,
    me,
    robots,
    search,
    well_known,
)  # fmt: skip

__all__ = [
    "accounts", "audit", "brand", "errors", "files", "help", "home", "me", "robots", "search", "well_known",
]  # fmt: skip
