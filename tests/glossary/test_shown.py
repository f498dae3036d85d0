"""What the pages of words and of their stewards show, made of values: no database."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from glossary import shown
from glossary.agreement import Meaning
from glossary.agreement import Signed as Signature
from glossary.models import Sense, SenseVersion, Status, Word
from glossary.published import AlsoSaid, CardSense, NamedSense, SenseData, Signed, Steward, WordCard, WordData
from glossary.queries import Suggestion
from glossary.rules.changes import Change, changes
from people.models import Employee

NOW = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
OTHER = NamedSense("uptime", "", "/glossary/uptime/#main")
ANN = Signed("business", 1, "2026-03-01T09:00:00+00:00", "Ann")
BEN = Signed("technology", 2, NOW.isoformat(), "Ben")
CHANGES = changes({"gloss": "one line", "unit": ""}, {"gloss": "one word", "unit": "%"}, ["gloss", "unit"])


def sense(**fields: Any) -> SenseData:
    empty: dict[str, Any] = dict.fromkeys(SenseData.__dataclass_fields__, "")
    for name in (
        "signatures", "stewards", "exchanges", "also_said", "avoid", "related", "broader", "narrower", "friends",
        "contrasts", "uses", "sources", "matches",
    ):  # fmt: skip
        empty[name] = ()
    return replace(SenseData(**empty | {"id": 1, "version": 1, "replaced_by": None}), **fields)


def word(**fields: Any) -> WordData:
    texts = ("key", "slug", "url", "part_of_speech", "pronunciation", "spine", "careful")
    return WordData(
        **{"lemma": "SLA", "is_false_friend": False, "senses": (), **dict.fromkeys(texts, ""), **fields}
    )


def meaning(**fields: Any) -> Meaning:
    """A disputed one with `draft_by=technician`; nobody has signed it without `signed`."""
    status = fields.pop("status", Status.PROPOSED)
    stored = Sense(pk=1, word=Word(lemma="margin"), status=status)
    return Meaning(stored, SenseVersion(number=2, changed_because="It was too short."), **fields)


def disputed() -> Meaning:
    return meaning(
        signed=[Signature(1, "business", "Ann", NOW)],
        draft_by=Employee(display_name="Ben", side="technology"),
        draft=[CHANGES[0]],
        draft_because="It is a share.",
    )


# --- The page of a word ---


@pytest.mark.parametrize(
    ("fields", "look", "icon", "sentence"),
    [
        ({"status": "agreed", "signatures": (ANN, BEN)}, "ok", "check", "Agreed by Ann and Ben, 2 Mar 2026"),
        ({"status": "deprecated", "replaced_by": OTHER}, "warn", "alert", "No longer used. Say instead:"),
        ({"status": "in_review", "signatures": (ANN,)}, "warn", "half", "Changed since it was agreed, not yet agreed again"),
        ({"status": "proposed", "signatures": (ANN,)}, "ink", "half", "Signed for business by Ann, not yet for technology"),
        ({"status": "proposed", "signatures": (BEN,)}, "ink", "half", "Signed for technology by Ben, not yet for business"),
        ({"status": "deprecated", "signatures": (ANN,)}, "ink", "half", "Signed for business by Ann, not yet for technology"),
        ({"status": "agreed", "signatures": (ANN,)}, "ink", "half", "Signed for business by Ann, not yet for technology"),
        ({"status": "in_review", "replaced_by": OTHER}, "warn", "half", "Changed since it was agreed, not yet agreed again"),
        ({"status": "proposed"}, "todo", "open", "Starter wording, not yet agreed in your company"),
    ],
)  # fmt: skip
def test_a_sense_says_how_far_agreement_is(
    fields: dict[str, Any], look: str, icon: str, sentence: str, settings: Any
) -> None:
    settings.TIME_ZONE = "UTC"
    status = shown.status_of(sense(**fields))

    assert (status.look, status.icon, status.sentence) == (look, icon, sentence)
    assert status.instead == (OTHER if fields["status"] == "deprecated" and "replaced_by" in fields else None)


def test_the_day_of_an_agreement_is_the_readers(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"  # where it is half past midnight

    assert "3 Mar 2026" in shown.status_of(sense(status="agreed", signatures=(ANN, BEN))).sentence


@pytest.mark.parametrize(
    ("fields", "heading"),
    [
        ({"qualifier": "of a service", "expansion": "x", "abbreviation": "SLA"}, "of a service"),
        ({"expansion": "service level agreement", "abbreviation": "SLA"}, "service level agreement"),
        ({"expansion": "service level agreement", "abbreviation": "S.L.A."}, ""),
        ({"abbreviation": "SLA"}, ""),
    ],
)
def test_a_lone_sense_stands_under_what_tells_what_it_is_about(fields: dict[str, Any], heading: str) -> None:
    assert shown.shown_sense(sense(**fields), word()).heading == heading


@pytest.mark.parametrize(
    ("side", "home"),
    [("business", "Home side: business"), ("technology", "Home side: technology"), ("shared", "")],
)
def test_a_sense_is_at_home_on_one_side_or_on_both(side: str, home: str) -> None:
    assert shown.shown_sense(sense(home_side=side), word()).home == home


@pytest.mark.parametrize(
    ("abbreviation", "text"),
    [("SLA", "service level agreement"), ("S.L.A.", "S.L.A.: service level agreement"), ("", None)],
)
def test_what_a_word_is_short_for_is_said_with_another_abbreviation_only(
    abbreviation: str, text: str | None
) -> None:
    found = shown.shown_sense(sense(expansion="service level agreement", abbreviation=abbreviation), word())

    assert [fact.text for fact in found.about] == ([text] if text else [])


def test_facts_say_which_side_uses_a_word_and_who_answers_for_it() -> None:
    synonyms = AlsoSaid("a", "business"), AlsoSaid("b", "technology"), AlsoSaid("c", "")
    stewards = Steward("business", 1, "Ann"), Steward("technology", 2, "Ben")
    found = shown.shown_sense(
        sense(also_said=synonyms, avoid=("x", "y"), stewards=stewards, unit="%", changed_because="Why."),
        word(),
    )

    assert [(fact.label, fact.text) for fact in (*found.about, *found.care)] == [
        ("Unit", "%"),
        ("Also said", "a (business), b (IT), c"),
        ("Better not", "“x”, “y”"),
        ("Stewards", "Ann (business), Ben (IT)"),
        ("Last change", "Why."),
    ]


def test_only_relations_that_there_are_have_a_row() -> None:
    found = shown.shown_sense(sense(broader=(OTHER,), related=(OTHER, OTHER)), word())

    assert [(relation.label, len(relation.senses)) for relation in found.relations] == [
        ("A kind of", 1),
        ("Related", 2),
    ]


@pytest.mark.parametrize(
    ("fields", "begins"),
    [
        ({"is_false_friend": True, "careful": "Mind it."}, "Mind it."),
        ({"is_false_friend": True}, "Both sides say this word"),
        ({"careful": "Mind it."}, ""),
    ],
)
def test_only_a_false_friend_is_to_be_minded(fields: dict[str, Any], begins: str) -> None:
    found = shown.careful(word(**fields))

    assert found.startswith(begins)
    assert bool(found) is bool(begins)


@pytest.mark.parametrize(
    ("senses", "is_false_friend", "labels"),
    [(1, False, ["short for"]), (1, True, ["of a service"]), (2, False, ["of a service"] * 2)],
)
def test_a_card_tells_its_meanings_apart(senses: int, is_false_friend: bool, labels: list[str]) -> None:
    texts = ("key", "lemma", "slug", "url", "part_of_speech", "pronunciation", "spine", "careful", "language")
    of_service = CardSense("main", "of a service", "Share of time.", "shared", "short for")
    card = WordCard(
        **dict.fromkeys(texts, ""), is_false_friend=is_false_friend, senses=(of_service,) * senses, names=(), texts=()
    )  # fmt: skip

    assert card.meanings == [(label, "Share of time.") for label in labels]


@pytest.mark.parametrize(("side", "is_shared"), [("shared", True), ("business", False)])
def test_a_card_says_whether_both_sides_are_at_home(side: str, is_shared: bool) -> None:
    assert CardSense("main", "", "", side, "").is_shared is is_shared


@pytest.mark.parametrize(("typed", "also"), [("SLA", "SLA"), ("agreement", "")])
def test_a_suggestion_names_what_was_typed_only_where_it_is_another_name(typed: str, also: str) -> None:
    assert Suggestion(typed, "agreement", "/").also_called == also


# --- The desk of stewards ---


@pytest.mark.parametrize(
    ("found", "look", "icon", "sentence", "because", "action"),
    [
        (disputed(), "warn", "alert", "Ben wants another text", "It is a share.", "Compare the texts"),
        (meaning(), "todo", "open", "Not yet agreed", "It was too short.", "Read and sign"),
    ],
)
def test_a_meaning_in_the_list_says_what_is_to_be_done(
    found: Meaning, look: str, icon: str, sentence: str, because: str, action: str
) -> None:
    row = shown.waiting(found)

    assert (row.status.look, row.status.icon, row.status.sentence) == (look, icon, sentence)
    assert (row.because, row.action) == (because, action)


def test_a_meaning_that_was_agreed_shows_what_changed_since(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown.agreement, "changes_since_agreed", lambda meaning: CHANGES[1:])
    found = meaning(status=Status.IN_REVIEW)
    row, compared = shown.waiting(found), shown.comparison(found)

    assert row.status.sentence == "Changed since it was agreed"
    assert row.change is not None
    assert row.change.name == "unit"
    assert compared is not None
    assert (compared.anchor, compared.because) == ("changed", "It was too short.")
    assert [change.name for change in compared.changes] == ["unit"]


def test_a_disputed_meaning_shows_the_other_text() -> None:
    row, compared = shown.waiting(disputed()), shown.comparison(disputed())

    assert row.change is not None
    assert row.change.pieces == Change("gloss", "one line", "one word").pieces
    assert compared is not None
    assert (compared.anchor, compared.heading) == ("other-text", "What Ben would say instead")
    assert compared.because == "It is a share."


def test_what_nobody_contests_is_read_as_it_is() -> None:
    assert shown.waiting(meaning()).change is None
    assert shown.comparison(meaning()) is None


def test_both_hands_stand_below_a_meaning_and_a_button_for_whoever_can_sign(settings: Any) -> None:
    settings.TIME_ZONE = "UTC"
    signed = [Signature(1, "business", "Ann", NOW)]
    business, technology = shown.hands(meaning(signed=signed), ["technology"])

    assert (business.label, business.name, business.signed) == (
        "For business", "Ann", "Signed 2 Mar 2026, 23:30",
    )  # fmt: skip
    assert business.button == ""
    assert (technology.label, technology.signed) == ("For technology", "")
    assert technology.button == "Sign for technology"
    assert [hand.button for hand in shown.hands(meaning(), ["business"])] == ["Sign for business", ""]


def test_the_list_says_who_has_signed_and_when(settings: Any) -> None:
    settings.TIME_ZONE = "UTC"
    signed = [Signature(1, "business", "Ann", NOW), Signature(2, "technology", "Ben", NOW)]

    sentences = shown.waiting(meaning(signed=signed)).signed

    assert [sentence.partition(" signed ")[0] for sentence in sentences] == ["Business", "Technology"]
    assert all("2026" in sentence for sentence in sentences)
