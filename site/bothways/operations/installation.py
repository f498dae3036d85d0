"""What an installation stands on: groups, languages, the page tree, the starter content."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, ReferenceIndex, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from bothways import rights
from bothways.models import HomePage, Loaded
from courses.models import CataloguePage
from courses.publishing import render_older as render_older_courses
from exchange.importing import import_course, import_frameworks
from gates.sources import load_yaml
from glossary.importing import import_glossary
from glossary.publishing import render_older as render_older_words
from jobs.pauses import Pauses
from publishing.publication import my_turn

Say = Callable[[str], object]
CONTENT = settings.BASE_DIR / "content"
FIRST_COURSES = ("T2", "B2")
"""One of each direction, loaded before the first page is shown."""
REFERENCES = "index of references"
"""Stands among the loaded folders while the index of references is not whole."""


@transaction.atomic
def make_tree() -> HomePage:
    """The home page with the catalogue below it, as root of the one site. Made once, then left alone."""
    locale, _ = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = HomePage.objects.filter(locale=locale).first()
    if home is None:
        root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=locale)
        # Wagtail's own first page, which says "Welcome to your new Wagtail site".
        welcome = root.get_children().filter(slug="home", content_type__model="page").first()
        if welcome is not None:
            Site.objects.filter(root_page=welcome).delete()
            welcome.delete()
            root = Page.objects.get(pk=root.pk)
        home = root.add_child(instance=HomePage(title=settings.BRAND, slug="home", locale=locale))
    if not CataloguePage.objects.child_of(home).exists():
        home.add_child(instance=CataloguePage(title="Courses", slug="courses", locale=locale))
    if not Site.objects.filter(root_page=home).exists():
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"root_page": home, "hostname": "localhost", "port": 80, "site_name": settings.BRAND},
        )
    rights.grant_page_rights(home)
    return home


def load_first_courses(*, say: Say, now: datetime) -> None:
    """What the first page needs: a course of each direction and the words they teach, unless they are here."""
    import_frameworks(CONTENT / "frameworks")
    known = set(Loaded.objects.values_list("folder", flat=True))
    wanted = FIRST_COURSES if settings.STARTER_CONTENT == "all" else FIRST_COURSES[:1]
    folders = [CONTENT / code for code in wanted if code not in known]
    if not folders:
        return
    say(f"Loading {' and '.join(folder.name for folder in folders)} with their words …")
    with _one_index_of_references(now):
        import_glossary(CONTENT / "terms", now=now, only=sorted(set(chain(*map(_words_of, folders)))))
        for folder in folders:
            _load_course(folder, now=now)


def _words_of(course: Path) -> list[str]:
    """The words that a course says it teaches, by their addresses."""
    terms = load_yaml((course / "course.yaml").read_text(), source="course.yaml")["terms"]
    return [str(term).partition("#")[0] for term in terms]


class Arriving(NamedTuple):
    """How many courses of the starter content are here, and of how many."""

    here: int
    total: int


def arriving() -> Arriving | None:
    """How far the worker is that loads the starter content.

    None once all of them were here. One SQL query until then, none afterwards.
    """
    if _Arrived.all or settings.STARTER_CONTENT != "all":
        return None
    codes = _course_codes()
    here = Loaded.objects.filter(folder__in=codes).count()
    _Arrived.all = here == len(codes)
    return None if _Arrived.all else Arriving(here, len(codes))


class _Arrived:
    """Remembered in this process: what was loaded once stays."""

    all = False


def _course_codes() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in CONTENT.glob("*/course.yaml")))


def render_older_rows(*, say: Say, now: datetime) -> None:
    """Pages that an earlier version published are rendered by this one, before anybody asks for them."""
    words, courses = render_older_words(now=now), render_older_courses(now=now)
    if words or courses:
        say(f"Rendered {words} words and {courses} courses for this version.")


def waiting_content() -> list[Path]:
    """Folders of starter content whose files changed since they were last loaded: the glossary first, then
    the courses of the two directions by turns."""
    if settings.STARTER_CONTENT != "all":
        return []
    known = dict(Loaded.objects.values_list("folder", "fingerprint"))
    courses = sorted((CONTENT / code for code in _course_codes()), key=_turn)
    return [
        folder
        for folder in (CONTENT / "terms", *courses)
        if known.get(folder.name) != fingerprint(path for path in folder.rglob("*") if path.is_file())
    ]


def _turn(course: Path) -> tuple[str, str]:
    return course.name[1:], course.name[:1]


def load_content(*, say: Say, now: datetime, after_each: Callable[[], object] = lambda: None) -> int:
    """Load the starter content whose files changed since they were last loaded; how many folders.

    In small transactions: on SQLite nobody can save an answer while one is open. `after_each` is called at the
    beginning and after each folder.
    """
    import_frameworks(CONTENT / "frameworks")
    waiting = waiting_content()
    after_each()
    if not waiting and not is_index_missing():
        return 0
    with _one_index_of_references(now):
        for folder in waiting:
            say(f"Loading {folder.relative_to(settings.BASE_DIR)} …")
            if folder.name == "terms":
                _load_words(folder, now=now)
            else:
                _load_course(folder, now=now, between=Pauses())
            after_each()
    return len(waiting)


@contextmanager
def _one_index_of_references(now: datetime) -> Iterator[None]:
    """One of a course's hundreds of saved rows costs as much in Wagtail's index of references as in
    its own table; written once at the end it is the same index.

    Interrupted before the end, a mark stays (`is_index_missing`), and whoever loads next writes it.
    """
    Loaded.objects.get_or_create(folder=REFERENCES, defaults={"loaded_at": now})
    with disable_reference_index_auto_update():
        yield
    pause = Pauses()
    for model in apps.get_models():
        if ReferenceIndex.is_indexed(model):
            # Not Wagtail's command of this purpose: it is one transaction, and everybody else waits for it.
            for key in _piece_by_piece(model):
                with (
                    my_turn()
                ):  # read in the turn: what somebody saves meanwhile must not be undone by an older reading
                    instance = model._default_manager.filter(pk=key).first()
                    if instance is not None:
                        ReferenceIndex.create_or_update_for_object(instance)
                pause()
    Loaded.objects.filter(folder=REFERENCES).delete()


def _piece_by_piece(model: Any) -> Iterator[Any]:
    """The keys of all rows, a hundred at a time, with no reading left open between them.

    Whoever still reads on SQLite while somebody else writes cannot write any more, however long they wait;
    and a cursor of PostgreSQL does not outlive a commit behind a pool of connections.
    """
    last: Any = None
    while True:
        rows = model._default_manager.order_by("pk").values_list("pk", flat=True)
        piece = list(rows[:100] if last is None else rows.filter(pk__gt=last)[:100])
        yield from piece
        if len(piece) < 100:
            return
        last = piece[-1]


def is_index_missing() -> bool:
    """True from the moment rows are loaded until the index of references says what refers to what in them."""
    return Loaded.objects.filter(folder=REFERENCES).exists()


def _load_words(folder: Path, *, now: datetime) -> None:
    import_glossary(folder, now=now, between=Pauses())
    _loaded(folder, now=now)


def _load_course(folder: Path, *, now: datetime, between: Callable[[], object] | None = None) -> None:
    import_course(folder, now=now, between=between)  # its report is for authors
    _loaded(folder, now=now)


def _loaded(folder: Path, *, now: datetime) -> None:
    mark = fingerprint(path for path in folder.rglob("*") if path.is_file())
    Loaded.objects.update_or_create(folder=folder.name, defaults={"fingerprint": mark, "loaded_at": now})


def fingerprint(paths: Iterable[Path]) -> str:
    """The same for the same files with the same bytes, wherever the folder stands."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
