"""Everything an installation knows, in one file, and back again on an empty one.

The file is the same whichever database it came from, so it is also the way from SQLite to PostgreSQL. It
holds the rows of all tables as they were in one instant, and the uploaded files. It does not hold what is
secret or belongs to one machine: the secret key, sessions, sign-in attempts, tokens of the identity provider,
the search index (which is built anew).

Rows are read through the models *as the applied migrations describe them*, not as this version of the code
does, so a backup can be made before an upgrade and restored by a later version.
"""

from bothways.operations.backup.making import CannotBackUp, make_backup
from bothways.operations.backup.restoring import CannotRestore, restore

__all__ = ["CannotBackUp", "CannotRestore", "make_backup", "restore"]
