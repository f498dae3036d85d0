"""What publishing stores of a word, in `PublishedWord.card`, `.data` and `.guide`: see `glossary.publishing`.

No name of a person is stored: where one is shown, a field `name` is filled in by whoever asks for the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from gates.stored import Stored


@dataclass(frozen=True)
class CardSense(Stored):
    """A sense on the card of its word. `expansion` is there where the word is its abbreviation."""

    slug: str
    qualifier: str
    gloss: str
    home_side: str
    expansion: str

    @property
    def is_shared(self) -> bool:
        """Whether it is at home on both sides."""
        return self.home_side == "shared"


@dataclass(frozen=True)
class OtherName(Stored):
    """Another name of a word. `kind` is "short" or how acceptable the synonym is."""

    text: str
    kind: str


@dataclass(frozen=True)
class Headword(Stored):
    """As much of a card as its neighbours say of a word; read from a whole card, it takes an eighth of the time."""

    lemma: str
    url: str


@dataclass(frozen=True)
class WordCard(Stored):
    """What the index, search and the home page show of a word, and what search compares."""

    key: str
    lemma: str
    slug: str
    url: str
    part_of_speech: str
    pronunciation: str
    spine: str
    careful: str
    is_false_friend: bool
    language: str
    senses: tuple[CardSense, ...]
    names: tuple[OtherName, ...]
    texts: tuple[str, ...]

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """The gloss of each sense behind what tells it from others; a lone one behind what the word is short for."""
        if self.is_false_friend or len(self.senses) > 1:
            return [(sense.qualifier, sense.gloss) for sense in self.senses]
        return [(sense.expansion, sense.gloss) for sense in self.senses]


@dataclass(frozen=True)
class Signed(Stored):
    """That somebody signed for a side, by the id of the person. `at` is an instant as in ISO 8601."""

    side: str
    person: int
    at: str
    name: str = ""


@dataclass(frozen=True)
class Steward(Stored):
    """Who answers for a sense on a side, by the id of the person."""

    side: str
    person: int
    name: str = ""


@dataclass(frozen=True)
class NamedSense(Stored):
    """Another sense, as a link to it."""

    label: str
    qualifier: str
    url: str


@dataclass(frozen=True)
class FriendSense(Stored):
    """The other sense of a pair of false friends, and how this one differs from it."""

    label: str
    qualifier: str
    url: str
    sense_id: int
    word_id: int
    contrast: str


@dataclass(frozen=True)
class ShownExchange(Stored):
    """What one side says, what the other hears, and what to say instead."""

    speaker_side: str
    speaker: str
    said: str
    hearer: str
    heard: str
    say_instead: str


@dataclass(frozen=True)
class AlsoSaid(Stored):
    """A synonym that may be used; `side` is empty where both sides use it."""

    label: str
    side: str


@dataclass(frozen=True)
class ShownUse(Stored):
    """A lesson that uses a sense."""

    title: str
    url: str


@dataclass(frozen=True)
class ShownSource(Stored):
    """Where an explanation comes from."""

    author: str
    title: str
    year: int | None
    url: str
    licence: str
    quoted: bool


@dataclass(frozen=True)
class ShownMatch(Stored):
    """The same meaning in another vocabulary."""

    kind: str
    url: str


@dataclass(frozen=True)
class SenseData(Stored):
    """All that is shown of a sense."""

    id: int
    key: str
    slug: str
    qualifier: str
    home_side: str
    domain: str
    gloss: str
    business: str
    technology: str
    why_it_matters: str
    abbreviation: str
    expansion: str
    formula: str
    unit: str
    status: str
    version: int  # 0: none was published
    changed_on: str  # an instant as in ISO 8601, or empty
    changed_because: str
    signatures: tuple[Signed, ...]
    stewards: tuple[Steward, ...]
    replaced_by: NamedSense | None
    exchanges: tuple[ShownExchange, ...]
    also_said: tuple[AlsoSaid, ...]
    avoid: tuple[str, ...]
    related: tuple[NamedSense, ...]
    broader: tuple[NamedSense, ...]
    narrower: tuple[NamedSense, ...]
    friends: tuple[FriendSense, ...]  # of other words
    contrasts: tuple[str, ...]  # with other senses of the same word
    uses: tuple[ShownUse, ...]
    sources: tuple[ShownSource, ...]
    matches: tuple[ShownMatch, ...]

    @property
    def agreed_at(self) -> datetime | None:
        """When the last one signed."""
        return max((datetime.fromisoformat(signed.at) for signed in self.signatures), default=None)


@dataclass(frozen=True)
class WordData(Stored):
    """All that the page of a word and its pop-overs show."""

    key: str
    lemma: str
    slug: str
    url: str
    part_of_speech: str
    pronunciation: str
    spine: str
    careful: str
    is_false_friend: bool
    senses: tuple[SenseData, ...]


@dataclass(frozen=True)
class GuideWord(Stored):
    """A neighbour of a word in the order of the alphabet."""

    label: str
    url: str


@dataclass(frozen=True)
class Guide(Stored):
    """The words before and after a word."""

    previous: GuideWord | None
    next: GuideWord | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Also of a new row, which has none yet."""
        return super().from_json({"previous": None, "next": None, **data})
