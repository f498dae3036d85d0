"""Pages that belong to no single app."""

from bothways.views import accounts, errors, files, home, me, search

__all__ = ["accounts", "errors", "files", "home", "me", "search"]
