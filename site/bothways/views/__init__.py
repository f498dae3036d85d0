"""Pages that belong to no single app."""

from bothways.views import (
    accounts,
    administration,
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
    "accounts", "administration", "audit", "brand", "errors", "files", "help", "home", "me", "robots", "search",
    "well_known",
]  # fmt: skip
