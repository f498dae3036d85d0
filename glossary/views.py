"""The glossary as pages: an index that is also the search, and one page per word."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from glossary import queries
from glossary.rendering import remembered

# Above this many words the index shows one letter at a time.
WORDS_ON_ONE_PAGE = 150
LONGEST_SEARCH = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A to Z, only the false friends with `?show=false-friends`, or what `?q=` finds."""
    q = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    return _search(request, q) if q else _a_to_z(request)


def _a_to_z(request: HttpRequest) -> HttpResponse:
    false_friends_only = request.GET.get("show") == "false-friends"
    found = queries.a_to_z(false_friends_only=false_friends_only)
    letters = found.letters
    one_letter = found.words > WORDS_ON_ONE_PAGE
    current = ""
    if one_letter:
        wanted = request.GET.get("letter", "")
        current = next((entry.letter for entry in letters if entry.letter == wanted), letters[0].letter)
        letters = [entry for entry in letters if entry.letter == current]
    context = {
        "found": found,
        "letters": letters,
        "letter_nav": [_nav_entry(entry, one_letter, current, false_friends_only) for entry in found.letters],
        "false_friends_only": false_friends_only,
    }
    words = remembered("glossary/words.html", context, found.stored, false_friends_only, one_letter, current)
    return render(
        request, "glossary/index.html", {"found": found, "words": words, "page_title": _("Glossary")}
    )


def _nav_entry(
    entry: queries.Letter, one_letter: bool, current: str, false_friends_only: bool
) -> dict[str, Any]:
    """A letter and where it leads, with the number of its words for those who hear the page."""
    count = len(entry.words)
    show = "show=false-friends&" if false_friends_only else ""
    return {
        "letter": entry.letter,
        "words": ngettext("%(count)d word", "%(count)d words", count) % {"count": count},
        "url": f"?{show}{urlencode({'letter': entry.letter})}" if one_letter else f"#{entry.anchor}",
        "is_current": one_letter and entry.letter == current,
    }


def _search(request: HttpRequest, q: str, *, missing: bool = False) -> HttpResponse:
    results = queries.search_words(q)
    count = len(results.words)
    context = {
        "q": q,
        "results": results,
        "missing": missing,
        "count_text": ngettext("%(count)d word", "%(count)d words", count) % {"count": count},
        "page_title": _("No such word") if missing else _("“%(q)s” in the glossary") % {"q": q},
    }
    return render(request, "glossary/index.html", context, status=404 if missing else 200)


@require_safe
def word(request: HttpRequest, slug: str) -> HttpResponse:
    """One word with all its senses; an unknown word is searched for, so that a typing mistake costs one click."""
    page = queries.word_page(slug)
    if page is None:
        return _search(request, slug.replace("-", " ").strip()[:LONGEST_SEARCH], missing=True)
    context = {"page": page, "word": page.word}
    entry = remembered("glossary/entry.html", context, page.stored, page.names)
    return render(request, "glossary/word.html", {**context, "entry": entry})
