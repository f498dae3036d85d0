"""What a word is found by."""

from glossary.models import PublishedWord
from glossary.published import WordCard
from search.models import Kind
from search.rules.indexing import IN_MEANING, Passage, Source


def source_of_word(row: PublishedWord) -> Source:
    """Its names, and what its card says of it; its meanings count more than its field."""
    card = WordCard.from_json(row.card)
    return Source(
        kind=Kind.WORD,
        object_id=row.word_id,
        language=card.language,
        title=card.lemma,
        names=tuple(name.text for name in card.names),
        passages=(
            *(Passage(sense.gloss, weight=IN_MEANING) for sense in card.senses),
            *(Passage(text) for text in card.texts),
        ),
        order=row.sort_key,
    )
