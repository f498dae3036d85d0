"""The floor of a restore: the same rows by plain INSERTs into the same tables with the same indexes.

python tools/bench/floor/inserts.py RESTORED FRESH     → how many rows, on standard output
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

# Without what a full-text index keeps for itself: a restore makes that anew.
TABLES = """
SELECT m.name, m.sql FROM pragma_table_list t JOIN sqlite_master m ON m.name = t.name
WHERE t.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
"""
BESIDE = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"


def insert(restored: Path, fresh: Path) -> int:
    """All rows of one database into another that is not there yet, in one transaction."""
    count = 0
    with (
        closing(sqlite3.connect(f"file:{restored}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(fresh)) as new,
    ):
        for name, table in old.execute(TABLES).fetchall():
            new.execute(table)
            for (index,) in old.execute(BESIDE, [name]).fetchall():
                new.execute(index)
            rows = old.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - our own names
            placeholders = ",".join("?" * len(rows.description))
            count += new.executemany(f'INSERT INTO "{name}" VALUES ({placeholders})', rows).rowcount  # noqa: S608
        new.commit()
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{insert(Path(sys.argv[1]), Path(sys.argv[2]))}\n")
