"""What weakens a definition, for the editor: the rules of `glossary.rules.linting` on what is stored."""

from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext as _

from glossary.models import FalseFriend, Relation, Sense
from glossary.rules.linting import Definition, Remark, remarks
from glossary.rules.matching import Vocabulary


def remarks_on(sense: Sense) -> list[Remark]:
    """The remarks on a sense as it stands in memory, its draft included. Six queries."""
    language = sense.locale.language_code
    return remarks(
        definition_of(sense), of_side=words_of_one_side(sense.locale_id, language), language=language
    )


def remarks_by_field(sense: Sense) -> dict[str, list[str]]:
    """Sentences in the reader's language by field, worked out once for a sense that is shown."""
    remarks: dict[str, list[str]] | None = sense.__dict__.get("_remarks")
    if remarks is None:
        remarks = {}
        for remark in remarks_on(sense):
            remarks.setdefault(remark.field_name, []).append(_(remark.message) % remark.values)
        sense.__dict__["_remarks"] = remarks
    return remarks


def definition_of(sense: Sense) -> Definition:
    """The sense as the rules read it."""
    friends = list(
        FalseFriend.objects.filter(Q(first=sense.pk) | Q(second=sense.pk)).select_related(
            "first__word", "second__word"
        )
    )
    related = Relation.objects.filter(Q(source=sense.pk) | Q(target=sense.pk))
    names = related.values_list("source__word__slug", "target__word__slug")
    leads_to = {slug for pair in names for slug in pair}
    leads_to |= {slug for row in friends for slug in (row.first.word.slug, row.second.word.slug)}
    others = Sense.objects.filter(word_id=sense.word_id).exclude(pk=sense.pk)
    return Definition(
        slug=sense.word.slug,
        lemma=sense.word.lemma,
        gloss=sense.gloss,
        wording_business=sense.wording_business,
        wording_technology=sense.wording_technology,
        exchanges=len(sense.exchanges.all()),
        sources=len(sense.sources.all()),
        contrasts=[
            row.contrast_first if row.first_id == sense.pk else row.contrast_second for row in friends
        ],
        other_glosses=list(others.values_list("gloss", flat=True)),
        leads_to=frozenset(leads_to - {sense.word.slug}),
    )


def words_of_one_side(locale_id: int, language: str) -> Mapping[str, Vocabulary[str]]:
    """The words that only one side uses, by side. One query."""
    sides: dict[str, set[str]] = {}
    lemmas: dict[str, str] = {}
    rows = Sense.objects.filter(locale_id=locale_id, live=True).values_list(
        "word__slug", "word__lemma", "home_side"
    )
    for slug, lemma, side in rows:
        sides.setdefault(slug, set()).add(side)
        lemmas[slug] = lemma
    vocabularies = {side: Vocabulary[str](language) for side in ("business", "technology")}
    for slug, named in sides.items():
        if len(named) == 1 and (side := next(iter(named))) in vocabularies:
            vocabularies[side].add(slug, [lemmas[slug]])
    return vocabularies
