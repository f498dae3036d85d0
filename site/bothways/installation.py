"""What an installation stands on: groups, languages, the page tree, the starter content."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from wagtail.models import Locale, Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from bothways import rights
from bothways.models import HomePage, Loaded
from courses.importing import import_frameworks
from courses.models import CataloguePage

Say = Callable[[str], object]
CONTENT = settings.BASE_DIR / "content"


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


def content_folders() -> list[Path]:
    """The glossary first, since courses refer to its words; then every course, by code."""
    courses = sorted(path.parent for path in CONTENT.glob("*/course.yaml"))
    return [CONTENT / "terms", *courses] if (CONTENT / "terms").is_dir() else courses


def load_content(*, say: Say, now: datetime) -> int:
    """Load the starter content whose files changed since they were last loaded; how many folders."""
    import_frameworks(CONTENT / "frameworks")
    known = dict(Loaded.objects.values_list("folder", "fingerprint"))
    # One of a course's hundreds of saved rows costs as much in Wagtail's index of references as in
    # its own table; written once at the end it is the same index.
    with disable_reference_index_auto_update():
        loaded = sum(_load(folder, known.get(folder.name), say=say, now=now) for folder in content_folders())
    if loaded:
        call_command("rebuild_references_index", verbosity=0, stdout=StringIO())
    return loaded


def _load(folder: Path, known: str | None, *, say: Say, now: datetime) -> bool:
    """True if the folder had changed and was loaded."""
    mark = fingerprint(path for path in folder.rglob("*") if path.is_file())
    if known == mark:
        return False
    say(f"Loading {folder.relative_to(settings.BASE_DIR)} …")
    command = "import_glossary" if folder.name == "terms" else "import_course"
    call_command(command, str(folder), verbosity=0, stdout=StringIO())  # its report is for authors
    Loaded.objects.update_or_create(folder=folder.name, defaults={"fingerprint": mark, "loaded_at": now})
    return True


def fingerprint(paths: Iterable[Path]) -> str:
    """The same for the same files with the same bytes, wherever the folder stands."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
