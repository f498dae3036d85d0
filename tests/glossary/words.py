"""Words as editors make them: stored, published, joined as false friends."""

from datetime import UTC, datetime
from typing import Any

from wagtail.models import Locale

from glossary.actions import befriend
from glossary.models import Sense, Status, Word
from glossary.publishing import gathered

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def english() -> Any:
    return Locale.objects.get_or_create(language_code="en")[0]


def write_sense(
    reference: str, *, draft: bool = False, word: dict[str, Any] | None = None, **fields: Any
) -> Sense:
    """`write_sense("availability#service", gloss=…)`: a stored sense, public unless `draft=True`.

    Publishing takes a tenth of a second: what many tests read is written once, in a world, and several
    words within `glossary.publishing.gathered`.
    """
    slug, _hash, sense_slug = reference.partition("#")
    locale = english()
    given = {"lemma": slug.replace("-", " "), **(word or {})}
    stored, _made = Word.objects.get_or_create(slug=slug, locale=locale, defaults=given)
    rows = {name: fields.pop(name, []) for name in ("exchanges", "synonyms", "sources", "matches")}
    sense = Sense(
        word=stored,
        locale=locale,
        slug=sense_slug or "main",
        position=stored.senses.count() + 1,
        live=False,
        status=Status.DRAFT,
        **{
            "gloss": f"What {slug} means in one line.",
            "wording_business": f"{slug} for business",
            "wording_technology": f"{slug} for IT",
            **fields,
        },
    )
    for name, children in rows.items():
        getattr(sense, name).set(children)
    sense.save()
    revision = sense.save_revision()
    if not draft:
        revision.publish()
    return Sense.objects.select_related("word", "locale").get(pk=sense.pk)


def write_false_friend() -> tuple[Sense, Sense]:
    """availability of a service and of people."""
    word = {"spine": "avail|ability", "careful": "Say which one you mean."}
    with gathered(now=NOW):
        service = write_sense(
            "availability#service",
            qualifier="of a service",
            home_side="technology",
            gloss="Share of time.",
            word=word,
        )
        people = write_sense(
            "availability#people", qualifier="of people", home_side="business", gloss="Free or not."
        )
        befriend(
            first=service,
            second=people,
            contrast="Here a percentage.",
            contrast_back="Here yes or no.",
            now=NOW,
        )
    return service, people


def published_again(sense: Any, **fields: Any) -> Any:
    """The sense after somebody changed these fields in a draft and published it."""
    for name, value in fields.items():
        setattr(sense, name, value)
    sense.save_revision().publish()
    return type(sense).objects.select_related("word", "locale").get(pk=sense.pk)
