"""Words as files in a folder, and the import of a folder as every test does it: first said, then done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.db import connection
from django.db.models import query_utils
from django.test.utils import CaptureQueriesContext
from wagtail.models import Revision

from glossary.importing import Report, import_glossary
from glossary.models import FalseFriend, ImportMark, PublishedWord, Relation, Sense, SenseVersion, Word

TABLES = (Word, Sense, SenseVersion, Revision, Relation, FalseFriend, PublishedWord, ImportMark)
Load = Callable[..., Report]


def yaml(slug: str, **fields: str) -> str:
    senses = fields.pop("senses", "")
    sense = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    return (
        f"lemma: {slug}\nslug: {slug}\nsenses:\n  - slug: main\n    gloss: What {slug} means.\n"
        f"    wording_business: {slug} for business\n    wording_technology: {slug} for IT\n{sense}{senses}"
    )


def loading(folder: Path, now: datetime) -> Load:
    """`load({"uptime": text})`: what importing a folder with these files reports, after a dry run said the same."""

    def load(files: dict[str, str | bytes], *, dry_run: bool = False, **options: Any) -> Report:
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, text in files.items():
            path = folder / (name if "." in name else f"{name}.yaml")
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with nothing_written():
            said = import_glossary(folder, now=now, dry_run=True, **options)
        if dry_run:
            return said
        done = import_glossary(folder, now=now, **options)
        assert said == done
        return done

    return load


@contextmanager
def nothing_written() -> Iterator[None]:
    """Inside, the database is asked and nothing else: no row, no lock, no transaction."""
    before = contents()
    # Inside a transaction, as a test is, Django takes a savepoint to check a constraint; outside of one none.
    without = mock.patch.object(
        query_utils, "transaction", SimpleNamespace(atomic=lambda using: nullcontext())
    )
    with without, CaptureQueriesContext(connection) as captured:
        yield
    asked = [query["sql"] for query in captured]
    assert [sql for sql in asked if not sql.startswith("SELECT ") or "FOR UPDATE" in sql] == []
    assert [sql for sql in asked if "pg_advisory" in sql] == []
    assert contents() == before


def contents() -> list[list[dict[str, Any]]]:
    """Every row that an import may write."""
    return [list(model._default_manager.order_by("pk").values()) for model in TABLES]
