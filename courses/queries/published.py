"""Published courses and lessons: what publishing wrote, found by address.

Each process keeps the rows it read. A request asks the database only whether its row is still the
newest, live and open to the person, which costs a tenth of reading and decoding it again.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import Http404
from django.utils.translation import get_language
from wagtail.models import BaseViewRestriction, Page

from courses.models import CoursePage, CourseRecord, Evidence, LessonPage, Published
from courses.published import LessonCard
from courses.rules.codes import code_order
from gates.rows import decoded
from people.models import Employee

KEPT_ROWS = 200  # a long lesson is about 100 KB in memory

_NEWEST = """
SELECT p.id, p.rendered_at, EXISTS (
  SELECT 1 FROM wagtailcore_pageviewrestriction r JOIN wagtailcore_page a ON a.id = r.page_id
  WHERE g.path LIKE a.path || '%%')
FROM courses_published p
JOIN wagtailcore_page g ON g.id = p.page_id
JOIN wagtailcore_locale l ON l.id = p.locale_id
WHERE g.live AND l.language_code = %s AND p.slug = %s
"""
_kept: OrderedDict[int, tuple[Any, Published]] = OrderedDict()


def _newest(slug: str, course_slug: str | None = None) -> list[tuple[int, Any, bool]]:
    """Id, time of rendering and "is restricted" of live rows in the active language. 1 SQL query.

    Written by hand, since composing this query with the ORM took longer than answering it.
    """
    sql, values = _NEWEST, [get_language() or settings.LANGUAGE_CODE, slug]
    if course_slug is not None:
        sql, values = f"{_NEWEST} AND p.course_slug = %s", [*values, course_slug]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _rows(newest: Sequence[tuple[int, Any, bool]]) -> dict[int, Published]:
    """The rows themselves, from memory where they are the newest. No SQL, or 1 query for all others.

    Rows are shared between requests: nobody changes what is in them.
    """
    rows = {
        pk: _kept[pk][1]
        for pk, rendered_at, _restricted in newest
        if pk in _kept and _kept[pk][0] == rendered_at
    }
    missing = {pk: rendered_at for pk, rendered_at, _restricted in newest if pk not in rows}
    if missing:
        for row in Published.objects.filter(pk__in=missing):
            rows[row.pk] = row
            _kept[row.pk] = (missing[row.pk], row)
            _kept.move_to_end(row.pk)
        while len(_kept) > KEPT_ROWS:
            _kept.popitem(last=False)
    return rows


def forget_rows() -> None:
    """For tests that roll back: rows of a transaction that never happened must not be kept."""
    _kept.clear()


def published_row(course_slug: str, slug: str, person: Employee) -> Published:
    """The row of a live course or lesson in the active language. 1 SQL query, 2 after a publication.

    Raises:
        Http404: there is none, it is not live, or a view restriction keeps this person out.
    """
    newest = _newest(slug, course_slug)
    row = _rows(newest).get(newest[0][0]) if newest else None
    if row is None or (newest[0][2] and not may_see(person, row)):
        raise Http404
    return row


def published_course(course_slug: str, person: Employee) -> Published:
    """The row of a live course. 1 SQL query, 2 after a publication. Raises Http404 as `published_row`."""
    return published_row(course_slug, "", person)


def may_see(person: Employee, row: Published) -> bool:
    """Wagtail's view restrictions for somebody who is signed in. A shared password opens nothing here."""
    for restriction in row.page.get_view_restrictions():
        if restriction.restriction_type == BaseViewRestriction.PASSWORD:
            return False
        if restriction.restriction_type == BaseViewRestriction.GROUPS and not person.is_superuser:
            allowed = set(restriction.groups.values_list("name", flat=True))
            if not allowed & person.roles:
                return False
    return True


def published_courses(person: Employee) -> list[Published]:
    """Rows of all live courses that this person may see, by code. 1 SQL query, 2 after a publication."""
    newest = _newest("")
    rows = _rows(newest)
    seen = [
        rows[pk]
        for pk, _at, restricted in newest
        if pk in rows and (not restricted or may_see(person, rows[pk]))
    ]
    return sorted(seen, key=lambda row: code_order(row.course_card.code))


def lesson_cards(pages: Iterable[int]) -> dict[int, LessonCard]:
    """The cards of published lessons, by the ids of their pages. 1 SQL query, none for none.

    For lessons of courses that somebody may see: it does not ask again.
    """
    ids = list(pages)
    if not ids:
        return {}
    # By hand: composing the query took longer than all the rest of it.
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT page_id, card FROM courses_published WHERE page_id IN ({marks})", ids)  # noqa: S608
        return {page_id: LessonCard.from_json(decoded(card)) for page_id, card in cursor.fetchall()}


def has_records(pages: Iterable[Page]) -> bool:
    """Whether anybody did anything in these pages or below them, or something else holds on to them.

    Two SQL queries per page, and for pages without records those that Django asks before a deletion.
    """
    for page in pages:
        below = {"path__startswith": page.path}
        keys = CoursePage.objects.filter(**below).values("translation_key")
        if CourseRecord.objects.filter(course_key__in=keys).exists():
            return True
        lessons = LessonPage.objects.filter(**below).values("pk")
        if Evidence.objects.filter(lesson_id__in=lessons).exists() or _is_protected(page):
            return True
    return False


def _is_protected(page: Page) -> bool:
    """Whether the database would refuse: an audience, the criterion of a course that was live, a report."""
    below = Page.objects.filter(path__startswith=page.path)
    try:
        Collector(using=below.db).collect(below)
    except (ProtectedError, RestrictedError):
        return True
    return False
