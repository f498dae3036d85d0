"""Pages that belong to no single app."""

from bothways.views import accounts, audit, brand, errors, files, home, me, search, well_known

__all__ = ["accounts", "audit", "brand", "errors", "files", "home", "me", "search", "well_known"]
