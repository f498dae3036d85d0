"""The small pieces of the look, as tags: an include for each of the hundred icons of a page would be slow."""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bothways import logo
from gates import typography
from people import roles
from quizzes.rules.showing import Mark
from quizzes.rules.verdicts import Verdict

register = template.Library()

LONGEST_COMPOUND = 16
"""Characters of a compound that a heading never breaks: it fits beside another word on a phone."""

# Arrows follow the direction of reading; checks, crosses and the two sides do not.
MIRRORED = frozenset({"to", "forward", "back", "chevron", "away"})

SIDES = {
    "business": ("b", "circle", gettext_lazy("Business")),
    "technology": ("t", "square", gettext_lazy("Technology")),
}
DIRECTIONS = {
    "technology-for-business": ("tb", ("square", "circle"), gettext_lazy("Technology for business")),
    "business-for-technicians": ("bt", ("circle", "square"), gettext_lazy("Business for technicians")),
}


@dataclass(frozen=True)
class VerdictLook:
    """How a verdict looks: the ends of its classes as feedback and as a status, its icon and its word."""

    feedback: str
    status: str
    icon: str
    word: Promise


VERDICTS = {
    Verdict.CORRECT: VerdictLook("ok", "ok", "check", gettext_lazy("Correct")),
    Verdict.NOT_QUITE: VerdictLook("no", "no", "again", gettext_lazy("Not quite")),
    Verdict.NOT_SURE: VerdictLook("unsure", "", "half", gettext_lazy("Not sure")),
}
MARKS = {
    Mark.RIGHT: ("ok", "check", gettext_lazy("Correct answer")),
    Mark.CHOSEN_RIGHT: ("ok", "check", gettext_lazy("Your answer, correct")),
    Mark.CHOSEN_WRONG: ("no", "again", gettext_lazy("Your answer")),
    Mark.CHOSEN: ("", "", gettext_lazy("Your answer")),
}
STATUSES = {
    "not_started": ("todo", "open", gettext_lazy("Not started")),
    "in_progress": ("ink", "half", gettext_lazy("In progress")),
    "completed": ("ok", "check", gettext_lazy("Completed")),
    "overdue": ("no", "alert", gettext_lazy("Overdue")),
    "due": ("warn", "clock", gettext_lazy("Due")),
    "passed": ("ok", "check", gettext_lazy("Passed")),
    "not_passed": ("ink", "half", gettext_lazy("Not passed yet")),
    "solid": ("ok", "check", gettext_lazy("Solid")),
    "look_again": ("no", "again", gettext_lazy("Look again")),
    "draft": ("todo", "open", gettext_lazy("Draft")),
    "in_review": ("ink", "half", gettext_lazy("In review")),
    "sent_back": ("warn", "again", gettext_lazy("Sent back with remarks")),
    "changed": ("ink", "half", gettext_lazy("Live, with a newer draft")),
    "live_in_review": ("ink", "half", gettext_lazy("Live, a newer version in review")),
    "live_sent_back": ("warn", "again", gettext_lazy("Live, a newer version sent back")),
    "live": ("ok", "check", gettext_lazy("Live")),
    "well": ("ok", "check", gettext_lazy("Well")),
    "warning": ("warn", "alert", gettext_lazy("To know")),
    "red": ("no", "alert", gettext_lazy("Red")),
}


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file, also where the manifest is missing: an error page must still come out."""
    try:
        return _hashed(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")


@register.filter
def heading(text: str) -> SafeString:
    """A title whose figures keep their units and whose compounds are not parted at their hyphens: "month-end"."""

    def together(match: re.Match[str]) -> str:
        return f'<span class="nowrap">{match[0]}</span>' if len(match[0]) <= LONGEST_COMPOUND else match[0]

    return mark_safe(_COMPOUND.sub(together, conditional_escape(typography.unbroken(text))))


@register.filter
def unbroken(text: str) -> str:
    """A text, or safe HTML, in which a figure and its unit stay on one line."""
    return (
        mark_safe(typography.unbroken_html(text))
        if isinstance(text, SafeString)
        else typography.unbroken(text)
    )


@register.filter
def within_quotes(text: str | None) -> str:
    """A text for between “ and ”, as in `“{{ line|within_quotes }}”`. A draft may have none."""
    words = typography.within_quotes(text or "")
    return mark_safe(words) if isinstance(text, SafeString) else words


@register.simple_tag
def description(sentence: str) -> SafeString:
    """What a page is about, for previews of links and lists of bookmarks. Plain text; nothing where it is empty."""
    words = " ".join(sentence.split())
    return format_html('<meta name="description" content="{}">', words) if words else SafeString("")


@register.filter
def verdict_class(name: Verdict) -> str:
    """What an answer was worth, as the end of a class: `feedback--ok`."""
    return VERDICTS[name].feedback


@register.simple_tag
def verdict(name: Verdict) -> SafeString:
    """Icon and word of a verdict."""
    return format_html("{}{}", icon(VERDICTS[name].icon), VERDICTS[name].word)


@register.simple_tag
def verdict_status(name: Verdict) -> SafeString:
    """A verdict as a status, for lists of answers."""
    return _status(VERDICTS[name].status, verdict(name))


@register.simple_tag
def mark(name: Mark) -> SafeString:
    """What stands beside an option of an answered question; nothing beside one that says nothing."""
    if name not in MARKS:
        return SafeString("")
    code, shape, word = MARKS[name]
    words = format_html("{}{}", icon(shape) if shape else "", word)
    return format_html('<span class="option__mark">{}</span>', _status(code, words))


def _status(code: str, words: SafeString) -> SafeString:
    return format_html('<span class="status{}">{}</span>', f" status--{code}" if code else "", words)


@lru_cache(maxsize=200)
def _hashed(path: str) -> str:
    """Remembered, since a page asks for some twenty icons; a new manifest comes with a new process."""
    return static(path)


@lru_cache(maxsize=1)
def sprite() -> str:
    """The address of the icons: lasting, with the version in the query, and the same before and after collectstatic.

    Publishing writes it into lesson bodies, so it may not depend on a manifest that the next release replaces.
    """
    path = finders.find("icons.svg")
    if not path:
        return asset("icons.svg")
    version = hashlib.md5(Path(str(path)).read_bytes(), usedforsecurity=False).hexdigest()[:12]
    return f"{settings.STATIC_URL}icons.svg?v={version}"


@register.simple_tag
def icon(name: str, css: str = "icon") -> SafeString:
    """An icon of the sprite, hidden from screen readers: the word stands beside it."""
    return _icon(name, css, sprite())


@lru_cache(maxsize=500)
def _icon(name: str, css: str, address: str) -> SafeString:
    if name in MIRRORED:
        css = f"{css} icon--dir".strip()  # not for people: classes
    return format_html(
        '<svg{} aria-hidden="true"><use href="{}#i-{}"/></svg>',
        format_html(' class="{}"', css) if css else "",
        address,
        name,
    )


@register.simple_tag
def side(name: str, label: str = "", tag: str = "p") -> SafeString:
    """`side "business" "Sales says"`: the circle or the square with its words; "shared" shows both marks.

    tag: p, span, h2, h3 or h4.
    """
    if name not in SIDES:
        return format_html('<{0} class="side">{1}{2}</{0}>', tag, icon("mk4", ""), label or _("Shared"))
    code, shape, word = SIDES[name]
    return format_html('<{0} class="side side--{1}">{2}{3}</{0}>', tag, code, icon(shape, ""), label or word)


@register.simple_tag
def glyph(direction: str) -> SafeString:
    """The two shapes of a direction with the arrow between them."""
    start, end = DIRECTIONS[direction][1]
    return format_html(
        '<span class="glyph" aria-hidden="true">{}{}{}</span>',
        icon(start, ""),
        icon("to", "glyph__to"),
        icon(end, ""),
    )


@register.simple_tag(name="direction")
def direction_tag(name: str) -> SafeString:
    """The tab of a course: `direction "technology-for-business"`."""
    code, _shapes, word = DIRECTIONS[name]
    return format_html('<span class="dir dir--{}">{}{}</span>', code, glyph(name), word)


@register.filter
def direction_code(name: str) -> str:
    """tb or bt, as the classes band--tb and entry__code--bt want it."""
    return DIRECTIONS[name][0]


@register.simple_tag
def status(state: str, text: str = "") -> SafeString:
    """`status "in_progress" "In progress, 2 of 5 lessons"`: icon and word; the word has a default."""
    code, shape, word = STATUSES[state]
    return format_html(
        '<span class="status status--{}">{}<span>{}</span></span>', code, icon(shape), text or word
    )


@register.simple_tag
def bar(completed: int, in_progress: int, overdue: int, total: int, css: str = "") -> SafeString:
    """A stacked bar of people: solid, lined, hatched, and the rest blank. The numbers stand beside it.

    Whole per cents that add up to 100. Whatever is not zero can be seen: it has at least one per cent,
    taken from the largest part.
    """
    counts = [max(0, completed), max(0, in_progress), max(0, overdue)]
    counts.append(max(0, total - sum(counts)))
    whole = sum(counts)
    widths = [max(1, round(100 * count / whole)) if count else 0 for count in counts]
    if whole:
        largest = max(range(4), key=lambda part: (widths[part], part))
        widths[largest] += 100 - sum(widths)
    parts = [
        (name, f"{wide:02d}") for name, wide in zip(("done", "now", "late"), widths, strict=False) if wide
    ]
    spans = format_html_join("", '<span class="bar__{}" data-v="{}"></span>', parts)
    return format_html('<span class="bar{}" aria-hidden="true">{}</span>', f" {css}" if css else "", spans)


@register.simple_tag(name="logo")
def logo_tag() -> SafeString | str:
    """The company's logo, hidden from screen readers: the name stands beside it. Empty where none is set."""
    shown = logo.shown()
    return format_html('<img class="logo" src="{}" alt="">', shown.address) if shown else ""


@register.simple_tag
def name() -> str:
    """The name of this site, also on pages that are rendered without a context."""
    return str(settings.BRAND)


@register.simple_tag
def wordmark(brand: str = "") -> SafeString:
    """The name in two voices, split at "|"; a company's own name without one stands in the serif."""
    name = {"Bothways": "Both|ways"}.get(brand, brand) or settings.WORDMARK
    first, _bar, second = name.partition("|")
    tail = format_html('<span class="wordmark__t">{}</span>', second) if second else ""
    return format_html('<span><span class="wordmark__b">{}</span>{}</span>', first, tail)


def _ems(text: str) -> float:
    """About how wide a word is, in em: narrow and wide letters counted apart."""
    return sum(0.27 if letter in "iljtf.'-|" else 0.8 if letter in "mwMWQO" else 0.52 for letter in text)


@register.simple_tag
def headword(lemma: str, spine: str = "", url: str = "", level: int = 1, html_id: str = "") -> SafeString:
    """The word, large. With `spine` ("avail|ability") it is set in both voices, joined in the middle.

    Long words get a smaller size (data-fit), so that a phone never scrolls sideways.
    """
    first, bar_, second = (spine or "").partition("|")
    # A phone has room for about 5.1 em of the largest size, half a spread for 4.
    too_long = max(_ems(lemma) / 5.1, max(_ems(first), _ems(second)) / 4 if bar_ else 0)
    fit = next(step for limit, step in ((1, 1), (1.47, 2), (2.1, 3), (1000, 4)) if too_long <= limit)
    if bar_:
        inner = format_html('<span>{}</span><span class="headword__t">{}</span>', first, second)
    else:
        inner = format_html("{}", lemma)
    if url:
        inner = format_html('<a href="{}">{}</a>', url, inner)
    return format_html(
        '<h{0} class="headword{1}" dir="auto"{2}{3}{4}>{5}</h{0}>',
        level,
        " headword--spine" if bar_ else "",
        format_html(' data-fit="{}"', fit) if fit > 1 else "",
        format_html(' id="{}"', html_id) if html_id else "",
        format_html(' aria-label="{}"', lemma) if bar_ else "",
        inner,
    )


@register.simple_tag
def stitches(value: float, maximum: int, html_id: str, label: str) -> SafeString:
    """Progress with its words: `stitches 2 5 "p1" "Lesson 3 of 5, about 4 minutes left"`."""
    return format_html(
        '<div class="lesson-pos"><label for="{0}">{1}</label>'
        '<progress class="stitches" id="{0}" max="{2}" value="{3}">{1}</progress></div>',
        html_id,
        label,
        maximum,
        value,
    )


@register.simple_tag
def ticks(answers: Iterable[bool]) -> SafeString:
    """One stroke per question, hollow where it was missed. Decoration: the score is told in words."""
    missed = SafeString(' class="is-miss"')
    items = format_html_join("", "<li{}></li>", (("" if right else missed,) for right in answers))
    return format_html('<ol class="ticks" aria-hidden="true">{}</ol>', items)


@register.filter
def grouped(number: int) -> str:
    """12345 → "12,345", as the language writes it."""
    return number_format(number, force_grouping=True)


@register.filter
def percent(value: Any) -> str:
    """80 → "80 %": with a no-break space, in the order of the language."""
    return pgettext("a share", "%(value)s\u00a0%%") % {"value": value}


@register.filter
def heading_tag(level: int | str) -> str:
    """3 → "h3"; a word such as "p" stays as it is."""
    return f"h{level}" if str(level).isdigit() else str(level)


@dataclass(frozen=True)
class Turn:
    """What is said or heard in a meeting: the voice follows the side."""

    side: str
    label: str
    words: str

    @property
    def code(self) -> str:
        """The end of the class of its voice."""
        return SIDES[self.side][0]


@register.simple_tag
def meeting(speaker_side: str, speaker: str, said: str, hearer: str, heard: str) -> list[Turn]:
    """Who speaks, then who hears it on the other side. A draft without a side is business's."""
    sides = ("technology", "business") if speaker_side == "technology" else ("business", "technology")
    return [
        Turn(sides[0], _("%(speaker)s says") % {"speaker": speaker}, said),
        Turn(sides[1], _("%(hearer)s hears") % {"hearer": hearer}, heard),
    ]


@dataclass(frozen=True)
class OfficePage:
    url: str
    label: str
    is_current: bool


@register.simple_tag
def office(here: str, held: Collection[str]) -> list[OfficePage]:
    """The pages of HR and administrators that somebody with these roles may open.

    here: completion, people, audiences, import or audit.
    """
    pages = [
        ("import", "people:import", _("Import people")),
        ("audit", "audit", _("Audit log")),
    ]
    if roles.ADMINISTRATOR in held:
        pages = [*pages, ("administration", "administration", _("Administration"))]
    if roles.HR in held:
        pages = [
            ("completion", "reports:completion", _("Completion")),
            ("people", "reports:people", _("Find a person")),
            ("audiences", "audiences:list", _("Audiences")),
            *pages,
        ]
    return [OfficePage(reverse(address), label, name == here) for name, address, label in pages]
