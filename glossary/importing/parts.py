"""A word or a sense of a file and what is stored of it: its key, and a digest that is the same for the same content."""

import uuid

from glossary.actions import EXCHANGE_FIELDS
from glossary.models import Sense, Word
from glossary.wordfile import SENSE_TEXTS, WORD_TEXTS, SensePart, WordPart

# Never change: all ids of imported words and senses grow from it.
NAMESPACE = uuid.UUID("6f1f6b5e-3b0a-5c0e-9a55-b07d2a6f0c11")


def word_key(slug: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"word/{slug}")


def sense_key(word: str, sense: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"word/{word}#{sense}")


def word_digest(word: Word) -> str:
    return WordPart({name: getattr(word, name) for name in WORD_TEXTS}).digest


def sense_digest(sense: Sense) -> str:
    """Of a sense as stored, draft included, to compare with what a file says."""
    return SensePart(
        texts={name: getattr(sense, name) for name in SENSE_TEXTS},
        home_side=sense.home_side,
        importance=sense.importance,
        position=sense.position,
        exchanges=[{name: getattr(item, name) for name in EXCHANGE_FIELDS} for item in sense.exchanges.all()],
        synonyms=[
            {"label": item.label, "acceptability": item.acceptability, "side": item.side}
            for item in sense.synonyms.all()
        ],
        matches=[{"kind": item.kind, "uri": item.uri} for item in sense.matches.all()],
        sources=[
            {name: getattr(item, name) for name in ("author", "title", "url", "licence", "year", "quoted")}
            for item in sense.sources.all()
        ],
    ).digest
