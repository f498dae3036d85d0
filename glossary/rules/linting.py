"""What makes a definition weak: plain rules for the editor and for files. They warn and stop nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from glossary.rules.matching import Vocabulary, normalise, stem
from glossary.rules.readability import HARDEST_GRADE, reading_grade

GLOSS_WORDS: Final = 25
WORDING_WORDS: Final = 60
WORDINGS: Final = ("wording_business", "wording_technology")

_WEAK_START: Final = re.compile(
    r"(?:an?\s|the\s)?(?:\w+\s){0,3}?(?:is\s(?:when|where)|refers?\sto|means\sthat)\b|(?:when|where)\b", re.I
)


def _(message: str) -> str:
    """Marks a sentence for translation; the edges translate it (this module knows no Django)."""
    return message


@dataclass(frozen=True)
class Definition:
    """A sense as somebody means to publish it.

    `leads_to` are the slugs of the words it names as related, broader or false friend; `contrasts` the lines
    of its false friends, an empty one where it is missing; `other_glosses` those of the word's other senses.
    """

    slug: str
    lemma: str
    gloss: str
    wording_business: str = ""
    wording_technology: str = ""
    exchanges: int = 0
    sources: int = 0
    contrasts: Sequence[str] = ()
    other_glosses: Sequence[str] = ()
    leads_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Remark:
    """What a steward should look at, and the field it is about."""

    field_name: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.message % self.values


def remarks(
    definition: Definition, *, of_side: Mapping[str, Vocabulary[str]] | None = None, language: str = "en"
) -> list[Remark]:
    """Everything that weakens a definition, in the order of the page; empty means none.

    `of_side` has the words that only one side uses, by side ("business", "technology"): each wording is read
    for those of the other one. Reading grades are known for English only.
    Source: ISO 704, Terminology work: a definition is not circular and can stand in the place of its word.
    """
    remarks = _of_gloss(definition, language)
    for field_name in WORDINGS:
        text = getattr(definition, field_name)
        if (count := count_words(text)) > WORDING_WORDS:
            remarks.append(_too_long(field_name, count, WORDING_WORDS))
        side, other = _sides(field_name)
        if of_side and other in of_side:
            remarks += _foreign(definition, field_name, text, side, of_side[other])
    grade = reading_grade(definition.wording_business)
    if language.startswith("en") and grade > HARDEST_GRADE:
        message = _("Its reading grade is %(grade)s; write shorter sentences and words, for %(most)s.")
        values = {"grade": f"{grade:.0f}", "most": HARDEST_GRADE}
        remarks.append(Remark("wording_business", message, values))
    if not definition.exchanges:
        remarks.append(Remark("in_a_meeting", _("Show how the word is said and heard in a meeting.")))
    if not definition.sources:
        remarks.append(Remark("sources", _("Name a source.")))
    if any(not contrast.strip() for contrast in definition.contrasts):
        remarks.append(
            Remark("false_friends", _("Say in one line how the meaning differs from its false friend."))
        )
    return remarks


def _of_gloss(definition: Definition, language: str) -> list[Remark]:
    gloss, remarks = definition.gloss, []
    if f" {stem(definition.lemma, language)} " in f" {stem(gloss, language)} ":
        message = _("It explains “%(lemma)s” with “%(lemma)s” itself.")
        remarks.append(Remark("gloss", message, {"lemma": definition.lemma}))
    if _WEAK_START.match(gloss.strip()):
        message = _("Begin with what it is, not with “is when”, “is where” or “refers to”.")
        remarks.append(Remark("gloss", message))
    if (count := count_words(gloss)) > GLOSS_WORDS:
        remarks.append(_too_long("gloss", count, GLOSS_WORDS))
    if normalise(gloss) in {normalise(other) for other in definition.other_glosses}:
        remarks.append(Remark("gloss", _("Another meaning of the word has the same short explanation.")))
    return remarks


def _foreign(
    definition: Definition, field_name: str, text: str, side: str, vocabulary: Vocabulary[str]
) -> list[Remark]:
    """Words of the other side that this sense leads nobody to, as written or in the plural.

    Not by their stems: “several” is no form of “severity”.
    """
    names = dict.fromkeys(
        text[start:end]
        for start, end, slug in vocabulary.occurrences(text)
        if slug != definition.slug
        and slug not in definition.leads_to
        and any(name in vocabulary.exact for name in _singulars(normalise(text[start:end])))
    )
    business = _("“%(word)s” is a word of IT. Say it in plain words, or add it to the related words.")
    technology = _("“%(word)s” is a word of business. Say it in plain words, or add it to the related words.")
    message = business if side == "business" else technology
    return [Remark(field_name, message, {"word": name}) for name in names]


def _singulars(name: str) -> tuple[str, ...]:
    return name, name.removesuffix("s"), name.removesuffix("es"), re.sub(r"ies$", "y", name)


def _sides(field_name: str) -> tuple[str, str]:
    return ("business", "technology") if field_name == "wording_business" else ("technology", "business")


def _too_long(field_name: str, count: int, most: int) -> Remark:
    return Remark(field_name, _("It has %(count)s words; at most %(most)s."), {"count": count, "most": most})


def count_words(text: str) -> int:
    """Words with a letter or a figure in them: a dash or a per cent sign that stands alone is none."""
    return sum(any(letter.isalnum() for letter in part) for part in text.split())
