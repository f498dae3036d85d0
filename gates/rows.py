"""Values of statements that are written by hand, as SQLite and PostgreSQL hold and hand them out.

Who composes a query with the ORM needs none of this; statements on the way to every page are written by hand,
since composing them takes longer than answering them.
"""

import json
import uuid
from typing import Any

from django.db import connection


def stored_key(key: Any) -> Any:
    """A UUID as a parameter: PostgreSQL has a type for it, SQLite 32 letters."""
    key = uuid.UUID(str(key))
    return key if connection.features.has_native_uuid_field else key.hex


def decoded(value: Any) -> Any:
    """What a JSON column holds; SQLite hands out its text."""
    return json.loads(value) if isinstance(value, str) else value
