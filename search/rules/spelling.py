"""How a written word compares with another: spelling, inflection, typing mistakes."""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Final

import snowballstemmer

# Wagtail's language codes are ISO 639; the stemmers go by name.
STEMMERS: Final = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "sv": "swedish",
}
_per_thread = threading.local()  # a stemmer keeps state while it works
TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# "SLAs", "KPI's": the stemmers know no plural of abbreviations.
_ABBREVIATIONS: Final = re.compile(r"\b([A-Z0-9]{2,})['’]?s\b")


def normalise(text: str) -> str:
    """The words of a text in lower case, without accents and punctuation, one space between them.

    "Change-Window", "change_window" and "Change  window" are the same; so are "résumé" and "resume".
    """
    # Taking letters apart may bring capitals (𝑨) and lower case may bring accents (İ), hence both twice.
    for _again in range(2):
        text = unicodedata.normalize("NFKD", text).casefold()
    plain = text.replace("’", "'")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(TOKEN.findall(plain))


def stem(text: str, language: str = "en") -> str:
    """The stems of the words: "incidents" and "incident" give the same. Unknown languages keep their words.

    Source: the Snowball stemmers, https://snowballstem.org/algorithms/.
    """
    words = normalise(_ABBREVIATIONS.sub(r"\1", text)).split()
    name = STEMMERS.get(language.split("-", maxsplit=1)[0])
    if name is None:
        return " ".join(words)
    return " ".join(_stem_of(word, name) for word in words)


@lru_cache(maxsize=10_000)
def _stem_of(word: str, name: str) -> str:
    """One word. Remembered, since a text says few words often: stemming was most of the work of publishing."""
    stemmers = _per_thread.__dict__.setdefault("stemmers", {})
    stemmer = stemmers.get(name)
    if stemmer is None:
        stemmer = stemmers[name] = snowballstemmer.stemmer(name)
    root: str = stemmer.stemWord(word)
    return root


def distance(first: str, second: str) -> int:
    """Typing mistakes between two texts: letters added, left out, changed, or two neighbours swapped.

    Source: optimal string alignment, the restricted form of the Damerau–Levenshtein distance.
    """
    before_last: list[int] = []
    last = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        current = [row]
        for column, other in enumerate(second, start=1):
            best = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other))
            swapped = row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other
            if swapped:
                best = min(best, before_last[column - 2] + 1)
            current.append(best)
        before_last, last = last, current
    return last[-1]


def mistakes_allowed(text: str) -> int:
    """None up to 2 letters, one up to 5, two up to 9, three above: "latancy" is latency, "sla" is not "slo"."""
    return next((count for limit, count in ((2, 0), (5, 1), (9, 2)) if len(text) <= limit), 3)
