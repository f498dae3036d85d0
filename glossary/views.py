"""The glossary as pages: an index that is also the search, one page per word, and the desk of its stewards."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gates.paging import PageLinks, Part, even_size, number_asked, page_links, part_of
from gates.typography import within_quotes
from glossary import actions, queries, shown
from glossary import agreement as agreeing
from glossary.forms import WhyForm
from glossary.models import SenseVersion, SuggestedWord
from glossary.queries import Show
from glossary.rendering import remembered
from glossary.rules.agreement import SIDES
from glossary.suggesting import SuggestionForm, missed_words, suggest_word
from people.models import Employee
from people.queries import today

# Above this many words the index shows one letter at a time.
WORDS_ON_ONE_PAGE = 150
# A letter with half as many again has pages of about so many.
WORDS_OF_A_LETTER = 80
LONGEST_SEARCH = 100
_ABOUT: Final = {
    Show.FALSE_FRIENDS: gettext_lazy("One word with two meanings: both sides say it and neither notices."),
    Show.AGREED: gettext_lazy(
        "Each meaning of these words is signed by both sides, so both read it the same way."
    ),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A to Z, only some of them with `?show=` (see `queries.Show`), or what `?q=` finds."""
    q = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    return _search(request, q) if q else _a_to_z(request)


def _a_to_z(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    contents = queries.a_to_z(show=show)
    letters = contents.letters
    one_letter = contents.words > WORDS_ON_ONE_PAGE
    current = ""
    part = None
    context: dict[str, Any] = {"found": contents, "page_title": _("Glossary")}
    if one_letter:
        wanted = request.GET.get("letter", "")
        letter = next((entry for entry in contents.letters if entry.letter == wanted), contents.letters[0])
        letters, current = [letter], letter.letter
        size = even_size(letter.count, WORDS_OF_A_LETTER)
        part = part_of(letter.count, size, number_asked(request.GET.get("page", "")))
        if part.last > 1:
            context["page_title"] = _("Glossary: %(letter)s, page %(number)d of %(last)d") % {
                "letter": current,
                "number": part.number,
                "last": part.last,
            }
    if contents.all_words:
        listed = queries.words_of(letters, show=show, part=part)
        parts = {
            "letters": listed.by_letter,
            "letter_nav": [_nav_letter(entry, one_letter, current, show) for entry in contents.letters],
            "pages_of_letter": lambda: _pages_of_letter(listed, part, current, show),
            "filters": _filters(contents, show),
            "about": _ABOUT.get(show, ""),
        }
        counts = tuple((entry.letter, entry.count) for entry in contents.letters)
        totals = contents.all_words, contents.false_friends, contents.agreed, counts
        key = totals, str(show), one_letter, current, part, listed.digest
        context["words"] = remembered("glossary/words.html", parts, *key)
    return render(request, "glossary/index.html", context)


@dataclass(frozen=True)
class Filter:
    """Some words of the index, how many they are and where they stand."""

    label: str
    count: int
    url: str
    is_current: bool


def _filters(contents: queries.Index, show: Show) -> list[Filter]:
    """Without those that would show nothing, but for the one that is shown."""
    address = reverse("glossary:index")
    filters = [
        Filter(_("All words"), contents.all_words, address, show == Show.ALL),
        Filter(
            _("False friends"),
            contents.false_friends,
            f"?show={Show.FALSE_FRIENDS}",
            show == Show.FALSE_FRIENDS,
        ),
        Filter(_("Agreed"), contents.agreed, f"?show={Show.AGREED}", show == Show.AGREED),
    ]
    return [entry for entry in filters if entry.count or entry.is_current]


@dataclass(frozen=True)
class NavLetter:
    """A letter and where it leads, with the number of its words for those who hear the page."""

    letter: str
    words: str
    url: str
    is_current: bool


def _nav_letter(entry: queries.Letter, one_letter: bool, current: str, show: Show) -> NavLetter:
    count = entry.count
    return NavLetter(
        letter=entry.letter,
        words=ngettext("%(count)d word", "%(count)d words", count) % {"count": count},
        url=_address(entry.letter, show) if one_letter else f"#{entry.anchor}",
        is_current=one_letter and entry.letter == current,
    )


def _address(letter: str, show: Show, page: int = 1) -> str:
    values = {"show": str(show)} if show else {}
    values |= {"letter": letter} | ({"page": str(page)} if page > 1 else {})
    return f"?{urlencode(values)}"


def _pages_of_letter(listed: queries.Listed, part: Part | None, letter: str, show: Show) -> PageLinks | None:
    """Each page by its first and its last word; None where the letter has one page."""
    if part is None:
        return None
    labels = {
        number: _("%(first)s – %(last)s") % {"first": first, "last": last} if first != last else first
        for number, (first, last) in enumerate(listed.guide_words(), start=1)
    }
    return page_links(part, labels, lambda number: _address(letter, show, number))


def _search(request: HttpRequest, q: str, *, missing: bool = False) -> HttpResponse:
    results = queries.search_words(q, page=number_asked(request.GET.get("page", "")))
    count = results.count
    labels = {number: _("Page %(number)d") % {"number": number} for number in results.part.near}
    index = reverse("glossary:index")
    context = {
        "q": q,
        "results": results,
        "rows": [
            remembered("glossary/row.html", {"card": found.card, "entry": found}, found)
            for found in results.words
        ],
        "missing": missing,
        "pages": page_links(
            results.part, labels, lambda number: f"{index}?{urlencode({'q': q, 'page': number})}"
        ),
        "count_text": ngettext("%(count)d word", "%(count)d words", count) % {"count": count},
        "page_title": _("No such word")
        if missing
        else _("“%(q)s” in the glossary") % {"q": within_quotes(q)},
    }
    return render(request, "glossary/index.html", context, status=404 if missing else 200)


@require_safe
def word(request: HttpRequest, slug: str) -> HttpResponse:
    """One word with all its senses; an unknown word is searched for, so that a typing mistake costs one click."""
    page = queries.word_page(slug)
    if page is None:
        return _search(request, slug.replace("-", " ").strip()[:LONGEST_SEARCH], missing=True)
    context = {
        "page": page,
        "word": page.word,
        "careful": shown.careful(page.word),
        "meanings": shown.meanings_of(page.word),
        "letter": queries.letter_of(page.word.lemma),
        "senses": lambda: [(sense, shown.shown_sense(sense, page.word)) for sense in page.senses],
    }
    entry = remembered("glossary/entry.html", context, page.stored, page.names)
    return render(request, "glossary/word.html", {**context, "entry": entry})


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """“Suggest this word”: the form that stands where a search found nothing, and alone where it was filled in wrongly."""
    typed = {"word": request.GET.get("word", ""), "asked_in": SuggestedWord.AskedIn.SEARCH}
    form = SuggestionForm(request.POST or None, initial=typed)
    if request.method == "POST" and form.is_valid():
        word, asked_in = form.cleaned_data["word"], form.cleaned_data["asked_in"]
        is_new = suggest_word(word=word, asked_in=asked_in, person=request.user, now=timezone.now())
        said = (
            _("Thank you. The stewards of the glossary see that “%(word)s” is missing.")
            if is_new
            else _("You have suggested “%(word)s” before. The stewards of the glossary see it.")
        )
        messages.success(request, said % {"word": within_quotes(word)})
        address = "glossary:index" if asked_in == SuggestedWord.AskedIn.GLOSSARY else "search"
        return redirect(f"{reverse(address)}?{urlencode({'q': word})}")
    return render(request, "glossary/suggest.html", {"form": form}, status=422 if form.errors else 200)


# --- What stewards have to do ---


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """Meanings that wait for this person's side, and those about which the two sides do not agree."""
    _refuse_others(request.user)
    now = timezone.now()
    meanings = agreeing.meanings_for(request.user)
    on = today(now)
    disputed = [shown.waiting(meaning) for meaning in meanings if meaning.is_disputed]
    waiting = [
        shown.waiting(meaning)
        for meaning in meanings
        if not meaning.is_disputed and agreeing.sides_to_sign(meaning, request.user, today=on)
    ]
    agreed, public = agreeing.count_agreed()
    context = {"waiting": waiting, "disputed": disputed, "agreed": agreed, "public": public}
    context["missed"] = missed_words()
    return render(request, "glossary/agreement.html", context)


@require_safe
def meaning(request: HttpRequest, sense: int) -> HttpResponse:
    """One meaning in both voices, what changed in it, who has signed, and the button to sign."""
    one = _meaning_or_404(request.user, sense)
    return _meaning_page(request, one, WhyForm(initial={"reason": one.draft_because}))


def _meaning_page(request: HttpRequest, one: agreeing.Meaning, form: WhyForm) -> HttpResponse:
    may_sign = agreeing.sides_to_sign(one, request.user, today=today(timezone.now()))
    context = {
        "meaning": one,
        "sense": one.sense,
        "comparison": shown.comparison(one),
        "hands": shown.hands(one, may_sign),
        "objection": shown.objection(one, may_sign, request.user),
        "form": form,
    }
    return render(request, "glossary/meaning.html", context, status=422 if form.errors else 200)


@require_POST
def why(request: HttpRequest, sense: int) -> HttpResponse:
    """The reason for another text goes into the draft of whoever gives it; then the editor opens for the text."""
    one = _meaning_or_404(request.user, sense)
    may_sign = agreeing.sides_to_sign(one, request.user, today=today(timezone.now()))
    objection = shown.objection(one, may_sign, request.user)
    if objection is None:
        raise PermissionDenied(_("Another text is written by a steward of the side that has not signed yet."))
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _meaning_page(request, one, form)
    try:
        actions.say_why(sense=one.sense, reason=form.cleaned_data["reason"], employee=request.user)
    except actions.DraftOfSomebodyElse:
        messages.error(
            request,
            _("Somebody else saved another text meanwhile, so your reason was not saved. Talk to them."),
        )
        return redirect("agreement:meaning", sense)
    messages.success(request, objection.saved)
    return redirect(
        "agreement:meaning" if objection.is_written else "wagtailsnippets_glossary_sense:edit", sense
    )


@require_POST
def sign(request: HttpRequest, sense: int) -> HttpResponse:
    """Sign the text that was read: `version` is its number. A newer text is shown instead of being signed unread."""
    one = _meaning_or_404(request.user, sense)
    side = request.POST.get("side", "")
    version = SenseVersion.objects.filter(sense=sense, number=_number(request.POST.get("version"))).first()
    if version is None or side not in SIDES:
        raise Http404
    try:
        actions.sign(version=version, side=side, employee=request.user, now=timezone.now())
    except actions.VersionReplaced:
        messages.error(
            request, _("The text was changed while you read it, so nothing was signed. This is the new one.")
        )
        return redirect("agreement:meaning", sense)
    except actions.SideAlreadySigned:
        messages.error(request, _("Somebody else has signed for this side, so your signature is not needed."))
        return redirect("agreement:meaning", sense)
    except actions.SignatureRefused:
        messages.error(
            request,
            _("You cannot sign for this side: a steward of that side does. Nothing was signed."),
        )
        return redirect("agreement:meaning", sense)
    messages.success(
        request, _("You have signed “%(word)s”. Thank you.") % {"word": within_quotes(one.sense)}
    )
    return redirect("agreement:waiting")


def _refuse_others(person: Employee) -> None:
    if not agreeing.looks_after_words(person):
        raise PermissionDenied(
            _(
                "This page is for stewards, who sign for the meaning of words. An administrator gives that role."
            )
        )


def _meaning_or_404(person: Employee, sense: int) -> agreeing.Meaning:
    _refuse_others(person)
    one = agreeing.meaning(sense, person)
    if one is None:
        raise Http404
    return one


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
