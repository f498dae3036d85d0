"""Pages that belong to no single app."""

from bothways.views import accounts, audit, errors, files, home, me, search

__all__ = ["accounts", "audit", "errors", "files", "home", "me", "search"]
