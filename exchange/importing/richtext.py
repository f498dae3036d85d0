"""Rich text of the editor, with links that mean the same on every installation.

The editor stores a link to a page, word or document as a number of its database. In a file stand addresses
and references instead: `page="always-on/hours"`, `term="downtime#service"`.
"""

import re
from collections.abc import Callable
from html import escape, unescape

from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from courses.models import CoursePage, LessonPage
from gates.html import sanitise
from gates.typography import within_quotes
from glossary.linking import UnknownTerm, resolve
from glossary.models import Sense

_LINK = re.compile(r"<a\b(?P<attributes>[^>]{0,2000})>(?P<words>.*?)</a>", re.S)
_KIND = re.compile(r'\blinktype="(page|term|document)"')
_ID = re.compile(r'\bid="(\d{1,18})"')
_PORTABLE = re.compile(r'\b(page|term)="([^"]{1,400})"')
_HELD = re.compile("\ue010(\\d{1,6})\ue011(.*?)\ue012", re.S)


def rich_text_out(html: str) -> tuple[str, list[str]]:
    """Stored rich text for a file, and the words of links that lead to nothing a file can name."""
    lost: list[str] = []

    def portable(match: re.Match[str]) -> str:
        kind, number = _KIND.search(match["attributes"]), _ID.search(match["attributes"])
        if kind is None:
            return match[0]
        name = _name_of(kind[1], int(number[1]) if number else 0)
        if not name:
            lost.append(unescape(re.sub(r"<[^>]*>", "", match["words"])))
            return match["words"]
        return f'<a {kind[1]}="{escape(name)}">{match["words"]}</a>'

    return _LINK.sub(portable, html), lost


def rich_text_in(html: str, tell: Callable[[str], None]) -> str:
    """Rich text of a file as the editor stores it, with nothing in it that the editor would not allow."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        target = _PORTABLE.search(match["attributes"])
        if target is None:
            return match[0]
        kind, name = target[1], unescape(target[2])
        number = _number_of(kind, name)
        if number is None:
            tell(
                _("The link to “%(name)s” leads nowhere; its words were kept.")
                % {"name": within_quotes(name)}
            )
            return match["words"]
        held.append(f'<a linktype="{kind}" id="{number}">')
        return f"\ue010{len(held) - 1}\ue011{match['words']}\ue012"

    safe = str(sanitise(_LINK.sub(hold, html)))
    return _HELD.sub(lambda match: f"{held[int(match[1])]}{match[2]}</a>", safe)


def _name_of(kind: str, pk: int) -> str:
    if kind == "term":
        sense = Sense.objects.filter(pk=pk).select_related("word").first()
        return f"{sense.word.slug}#{sense.slug}" if sense else ""
    page = Page.objects.filter(pk=pk).first() if kind == "page" else None
    specific = page.specific if page else None
    if isinstance(specific, LessonPage):
        return f"{specific.get_parent().slug}/{specific.slug}"
    return specific.slug if isinstance(specific, CoursePage) else ""


def _number_of(kind: str, name: str) -> int | None:
    if kind == "term":
        try:
            return int(resolve(name, locale_id=Locale.get_default().pk).pk)
        except UnknownTerm:
            return None
    course, _slash, lesson = name.partition("/")
    page: Page | None = CoursePage.objects.filter(slug=course).first()
    if page is not None and lesson:
        page = LessonPage.objects.child_of(page).filter(slug=lesson).first()
    return int(page.pk) if page is not None else None
