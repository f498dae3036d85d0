"""Who may open an uploaded file: everybody once something published shows it, before that who works on it.

What is published is what publishing wrote, so that is what is asked: a picture of a draft is closed until the
moment its page goes live, and closed again with the page. Wagtail's index of references only says where to look
first. It lacks what Markdown names, and all of it while starter content is being loaded.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, StrIndex
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, ReferenceIndex
from wagtail.permissions import page_permission_policy, policy_registry

from courses.blocks import references_in
from courses.models import LessonPage, Published
from courses.queries.published import may_see
from glossary.models import PublishedWord
from people import roles
from people.models import Employee
from quizzes.models import QuestionVersion

WORKING: Final = ("change", "choose")
"""What somebody may do with the files of a collection whose courses they write or review."""


class Access(Enum):
    CLOSED = "closed"
    AT_WORK = (
        "at-work"  # for who writes or reviews it; others must not find it, in a browser's memory neither
    )
    PUBLIC = "public"  # to everybody who is signed in


def access_to(file: Any, *, person: Employee, address: str) -> Access:
    """Whether somebody may open a picture or document, asked for at this address of it.

    1 SQL query for a picture on a published page. For what is not published and for addresses that no page
    shows (the original of a picture) some more, and a look through all that is published.
    """
    if _is_shown(person, [address], pages=pages_naming(file)):
        return Access.PUBLIC
    if _works_with(person, file):
        return Access.AT_WORK
    return Access.PUBLIC if _is_shown(person, _addresses(file)) else Access.CLOSED


def _addresses(file: Any) -> list[str]:
    """Under which texts may name a file. A picture is open with all its sizes as soon as one is."""
    if isinstance(file, get_image_model()):
        return [file.file.url, *(rendition.file.url for rendition in file.renditions.all())]
    return [file.url, file.file.url]


def _is_shown(person: Employee, addresses: Iterable[str], *, pages: QuerySet[Any] | None = None) -> bool:
    """Whether one of the addresses stands in something published that this person may read."""
    addresses = sorted({text for address in addresses for text in (address, escape(address))})
    rows = Published.objects.filter(page__live=True)
    rows = rows.annotate(
        restricted=Exists(
            PageViewRestriction.objects.alias(at=StrIndex(OuterRef("page__path"), F("page__path"))).filter(
                at=1
            )
        )
    )
    if pages is not None:
        rows = rows.filter(page_id__in=pages)
    for row in _naming(rows.defer("card", "data"), "data", addresses):
        if not row.restricted or may_see(person, row):
            return True
    if pages is not None:
        return False
    others: tuple[tuple[QuerySet[Any], str], ...] = (
        (PublishedWord.objects.only("pk"), "data"),
        (QuestionVersion.objects.only("pk"), "payload"),
    )
    return any(_naming(rows, column, addresses) for rows, column in others)


def _naming(rows: QuerySet[Any], column: str, addresses: list[str]) -> list[Any]:
    """Those of the rows in whose JSON one of the addresses stands, and not only the beginning of a longer one."""
    candidates = rows.alias(as_text=Cast(column, TextField()))
    one_of = Q(pk__in=[])
    for number, address in enumerate(addresses):
        candidates = candidates.alias(**{f"at_{number}": StrIndex("as_text", Value(address))})
        one_of |= Q(**{f"at_{number}__gt": 0})
    whole = re.compile(rf"(?:{'|'.join(map(re.escape, addresses))})(?![\w.%-])")
    return [row for row in candidates.filter(one_of).annotate(told=F("as_text")) if whole.search(row.told)]


def pages_naming(file: Any) -> QuerySet[Any]:
    """Ids of the pages whose stored text refers to the file, as far as the index of references knows."""
    model = get_image_model() if isinstance(file, get_image_model()) else type(file)
    rows = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id=str(file.pk),
    )
    return rows.annotate(page=Cast("object_id", BigIntegerField())).values("page")


def _works_with(person: Employee, file: Any) -> bool:
    """Whether somebody put the file here, writes or reviews where it belongs, or a page that shows it."""
    if not (roles.EDITORS & person.roles or person.is_superuser):
        return False
    if file.uploaded_by_user_id == person.pk:
        return True
    policy = policy_registry.get_by_type(type(file))
    if policy.user_has_any_permission_for_instance(person, WORKING, file):
        return True
    mine = page_permission_policy.instances_user_has_permission_for(person, "change")
    if mine.filter(pk__in=pages_naming(file)).exists():
        return True
    # A page that is live keeps its changes in its newest revision, which the index does not know.
    changed = LessonPage.objects.filter(pk__in=mine.values("pk"), live=True, has_unpublished_changes=True)
    named = (type(file), file.pk)
    return any(
        named in references_in(page.get_latest_revision_as_object().body)
        for page in changed.select_related("latest_revision")
    )


@dataclass(frozen=True)
class Use:
    """Where a file is shown: a lesson that readers see, or a draft of one; else something published by its kind."""

    title: str
    page_id: int | None
    is_live: bool


def uses_of(file: Any) -> list[Use]:
    """What shows a picture or document now, or would once its draft is published. 8 SQL queries.

    The index of references knows the stored text of pages; what publishing wrote knows what Markdown names; and a
    live page keeps its changes in its newest revision, which is read.
    """
    addresses = sorted({text for address in _addresses(file) for text in (address, escape(address))})
    named = (type(file), file.pk)
    uses: dict[int, Use] = {}
    for row in _naming(
        Published.objects.filter(page__live=True).select_related("page").defer("card"), "data", addresses
    ):
        uses[row.page_id] = Use(row.page.title, row.page_id, is_live=True)
    stored = Page.objects.filter(pk__in=pages_naming(file)).exclude(pk__in=uses)
    for page in stored:
        uses[page.pk] = Use(page.draft_title, page.pk, is_live=page.live)
    drafts = LessonPage.objects.exclude(pk__in=uses).filter(has_unpublished_changes=True)
    for lesson in drafts.select_related("latest_revision"):
        draft = lesson.get_latest_revision_as_object()
        text = json.dumps(draft.body.get_prep_value(), ensure_ascii=False)
        if named in references_in(draft.body) or any(address in text for address in addresses):
            uses[lesson.pk] = Use(draft.title, lesson.pk, is_live=False)
    others: tuple[tuple[QuerySet[Any], str, str], ...] = (
        (PublishedWord.objects.only("pk"), "data", _("a word of the glossary")),
        (QuestionVersion.objects.only("pk"), "payload", _("a question")),
    )
    found = [
        Use(kind, None, is_live=True) for rows, column, kind in others if _naming(rows, column, addresses)
    ]
    return [*uses.values(), *found]
