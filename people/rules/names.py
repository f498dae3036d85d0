"""How names are found and put in order, whatever accents and scripts they are written in. Plain Python.

Databases disagree: SQLite compares code points, PostgreSQL whatever collation it was made with. So what they
compare is computed here and stored: `sort_key` for the order, `find_key` for what somebody types.
"""

import unicodedata

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)  # Unicode does not take these apart
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
SORTED_CHARACTERS = 50  # of a name; people whose names begin with the same ones stand as they were entered
FOUND_CHARACTERS = 900  # of all that somebody is found by; some signs of Unicode fold into eighteen


def folded(text: str) -> str:
    """Small letters without accents: "Öztürk" → "ozturk", "Straße" → "strasse", "Ελένη" → "ελενη"."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return " ".join(unicodedata.normalize("NFC", plain).split())


def spellings(text: str) -> tuple[str, ...]:
    """The text folded, and folded as Germans write umlauts without the key: "müller" → "muller", "mueller"."""
    composed = unicodedata.normalize("NFC", text.casefold())
    return tuple(dict.fromkeys((folded(text), folded(composed.translate(_GERMAN)))))


def sort_key(name: str) -> str:
    """Text that sorts as the name does, in every database and collation: only figures and the letters a to f.

    Latin letters come first, whatever their accents, then Greek, Cyrillic and the others in the order of
    Unicode. Names that differ in accents only stand side by side.
    """
    letters = "".join(letter for letter in folded(name) if letter.isalnum() or letter == " ")
    return letters[:SORTED_CHARACTERS].encode().hex()


def find_key(name: str, number: str, email: str) -> str:
    """What a typed word is looked for in."""
    return " ".join([folded(number), folded(email), *spellings(name)])[:FOUND_CHARACTERS]
