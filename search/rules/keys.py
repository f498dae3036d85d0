"""Under which key a written word is indexed and looked for: its stem, in one spelling of English."""

import re
from functools import lru_cache
from typing import Final

from search.rules.spelling import TOKEN, normalise, stem

LONGEST: Final = 40  # letters of a key; longer words are cut, in texts as in questions

# Both spellings lead to one key. It is never shown, so it may be no word: "rise" and "rize" are the same.
_AMERICAN: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=\w\w\w)is(e|ed|er|ers|es|ing|ation|ations|ational|able)$", r"iz\1"),
        (r"(?<=\w\w)ys(e|ed|er|ers|es|ing)$", r"yz\1"),
        (r"(?<=\w\w\w)our(|s|ed|ing|al|able|ite|ites)$", r"or\1"),
        (r"(cen|me|li|thea|fib)tre(s|d?)$", r"\1ter\2"),
        (r"ogue(|s|d)$", r"og\1"),
        (r"^(def|off|lic|pret)ence(|s|d)$", r"\1ense\2"),
        (r"^practis", "practic"),
        (r"^(cancel|channel|counsel|dial|equal|fuel|label|level|marshal|model|signal|total|travel|tunnel)l(?=[aei])", r"\1"),
        (r"^(enrol|fulfil|instal)(|s|ment|ments)$", r"\1l\2"),
        (r"^programme(|s)$", r"program\1"),
        (r"^cheque(|s)$", r"check\1"),
        (r"^grey", "gray"),
        (r"(?<=[dg])ge?ement(|s)$", r"gment\1"),
    )
)  # fmt: skip
_SINGLE: Final = re.compile(r"(?<![^\W_])([^\W\d_])[-‐‑](?=[^\W\d_]{2})")  # "e-mail"
_PER_CENT: Final = re.compile(r"\bper cent\b", re.I)
_PLURAL: Final = re.compile(r"^([A-Z0-9]{2,})['’]?s$")
FILLERS: Final = {
    "en": frozenset(
        "a about an and are as at be been by can could course courses define definition do does explain explained for "
        "from glossary how i in is it its lesson lessons mean meaning means my of on or our should term terms that the "
        "there this to us was we were what what's when where which who why with word words would you your".split()
    )
}
"""Words of a question that say nothing about what is looked for."""


@lru_cache(maxsize=20_000)
def key(token: str, language: str) -> str:
    """The key of one word as written: "Organisations" and "organization" have the same, so have "SLAs" and "SLA"."""
    plain = normalise(_PLURAL.sub(r"\1", token))
    if language.startswith("en"):
        for pattern, replacement in _AMERICAN:
            plain = pattern.sub(replacement, plain)
    return stem(plain, language)[:LONGEST]


def prepared(text: str) -> str:
    """A text whose variants in writing are one: "e-mail" is "email", "per cent" is "percent"."""
    return _PER_CENT.sub("percent", _SINGLE.sub(r"\1", text))


def tokens(text: str) -> list[str]:
    """The words of a prepared text as written, without symbols."""
    return TOKEN.findall(text)


def keys(text: str, language: str) -> list[str]:
    """The keys of all words of a text, in order."""
    return [found for token in tokens(prepared(text)) if (found := key(token, language))]


def joined(text: str, language: str) -> list[str]:
    """The keys of words that a hyphen joins, as if they were written in one: "roll-back" is also "rollback"."""
    return [
        key(first + second, language)
        for first, second in re.findall(r"([^\W_]+)[-‐‑](?=([^\W_]+))", prepared(text))
    ]


def fillers(language: str) -> frozenset[str]:
    return FILLERS.get(language.split("-", maxsplit=1)[0], frozenset())


def without_fillers(words: list[str], language: str) -> list[str]:
    """The words that say something; all of them where none does ("Who are you?")."""
    kept = [word for word in words if normalise(word) not in fillers(language)]
    return kept or words
