"""The secrets that an installation makes for itself: files of the data folder, made on the first start."""

import hmac
import os
import secrets
import tempfile
from pathlib import Path

_read: dict[Path, str] = {}
"""Where each secret stands that this process holds."""

_made: list[Path] = []
"""What this very process made; see `unmake`."""


def kept(folder: Path, name: str) -> str:
    """A secret in a file, made where there is none. Raises: OSError"""
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    _write(path, secrets.token_urlsafe(50))
    _read[path] = path.read_text().strip()
    return _read[path]


def _write(path: Path, secret: str) -> None:
    """Where there is none. Of two processes that start at once, one makes it and the other reads it, whole.

    A file that is made under its name is empty for a moment, and for good where its process is killed then.
    """
    if path.exists():
        return
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # with mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())  # before it has its name, in case the machine loses power
        os.link(draft, path)
        _made.append(path)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()


def audit_keys(folder: Path, *, secret_key: str, is_shared: bool, given: str) -> list[str]:
    """The first marks new entries of the audit log, all of them verify; see docs/operator.md. Raises: OSError

    Machines that share SECRET_KEY share the key that comes from it. One machine has a file, so that the
    key outlives a change of SECRET_KEY; whoever had one before keeps it to verify with.
    """
    named = given.split()
    if not named and is_shared:
        named = [hmac.new(secret_key.encode(), b"bothways audit key", "sha256").hexdigest()]
    in_file = kept(folder, "audit.key").split() if not named or (folder / "audit.key").exists() else []
    return list(dict.fromkeys([*named, *in_file]))


def unmake() -> None:
    """A first start that was refused leaves nothing: what this process made is taken away again."""
    while _made:
        _made.pop().unlink(missing_ok=True)


def assure() -> None:
    """Before anything is written that needs them: each secret stands in its file, whoever took it away.

    Another first start may have, when it was refused. Raises: OSError
    """
    for path, secret in _read.items():
        _write(path, secret)
