"""Words and their senses. The sense is the unit: one word with two meanings is two senses."""

from glossary.models.records import (
    FalseFriend,
    ImportMark,
    PublishedWord,
    Relation,
    SenseVersion,
    Signature,
    SuggestedWord,
    TermUse,
)
from glossary.models.words import (
    Exchange,
    HomeSide,
    Match,
    Sense,
    Source,
    Status,
    Synonym,
    Word,
)

__all__ = [
    "Exchange",
    "FalseFriend",
    "HomeSide",
    "ImportMark",
    "Match",
    "PublishedWord",
    "Relation",
    "Sense",
    "SenseVersion",
    "Signature",
    "Source",
    "Status",
    "SuggestedWord",
    "Synonym",
    "TermUse",
    "Word",
]
