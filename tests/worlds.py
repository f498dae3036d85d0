"""Worlds: what the tests of a module stand on, built once and never changed for good.

A fixture of a module's scope writes rows inside `with world():`. They stand in one transaction that is
rolled back after the module's last test; each test works in a savepoint of its own, so it may change
what it likes. A test reads its rows anew and never keeps an object that another test had in hand: the
fixture that hands them out says `again(…)`.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import models, transaction


class World:
    """The transaction of one module, and the folder of what was uploaded in it."""

    def __init__(
        self, media: Path, unblock: Callable[[], AbstractContextManager[None]], forget: Callable[[], None]
    ) -> None:
        self.media, self._unblock, self._forget = media, unblock, forget

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Room to build: the database is open, uploads go to the world's folder, nothing is remembered after."""
        before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, self.media
        try:
            with self._unblock(), transaction.atomic():
                yield
        finally:
            settings.MEDIA_ROOT = before
            self._forget()

    def copy_uploads(self, place: Path) -> None:
        """A test has the world's files in a folder of its own, where it may change them."""
        if any(self.media.iterdir()):
            shutil.copytree(self.media, place, dirs_exist_ok=True)


@contextmanager
def standing(module: Any, folders: Any, unblock: Any, forget: Any) -> Iterator[World]:
    """Raises: pytest.fail where a test of the module commits, which would end the transaction."""
    if any(_commits(item) for item in module.session.items if item.getparent(pytest.Module) is module):
        pytest.fail(
            "A world stands in a transaction, and this module has tests with real commits: "
            "put them into a module of their own.",
            pytrace=False,
        )
    outer = transaction.atomic()
    with unblock():
        outer.__enter__()
    try:
        yield World(folders.mktemp("world"), unblock, forget)
    finally:
        with unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
        forget()


def _commits(item: Any) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(
        (marker and marker.kwargs.get("transaction"))
        or {"transactional_db", "live_server"} & set(item.fixturenames)
    )


def again(thing: Any) -> Any:
    """The same, read anew: a row, or a list, dictionary or namespace of rows. What is no row stays itself."""
    match thing:
        case models.Model():
            return type(thing)._default_manager.get(pk=thing.pk)
        case SimpleNamespace():
            return SimpleNamespace(**again(vars(thing)))
        case dict():
            return {name: again(value) for name, value in thing.items()}
        case list():
            return [again(value) for value in thing]
        case tuple():
            return tuple(again(value) for value in thing)
    return thing
