"""The ids of imported pages."""

import uuid
from typing import Final

# Never changes: the ids of all imported courses and lessons grow from it.
NAMESPACE: Final = uuid.UUID("5c2c6a5e-8d5f-4d53-9a0e-7d1f3b1f6a01")


def key_of(*parts: str) -> uuid.UUID:
    """The same id on every installation, so that figures merge and files find their pages."""
    return uuid.uuid5(NAMESPACE, "/".join(parts))
