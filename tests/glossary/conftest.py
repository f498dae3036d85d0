"""Words on the bench: a function that writes a sense and publishes it, as an editor would."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def locale(db: None) -> Any:
    from wagtail.models import Locale

    return Locale.objects.get_or_create(language_code="en")[0]


@pytest.fixture
def written(locale: Any) -> Callable[..., Any]:
    """`written("availability#service", gloss=…)`: a stored sense, public unless `draft=True`."""
    from glossary.models import Sense, Status, Word

    def write(
        reference: str, *, draft: bool = False, word: dict[str, Any] | None = None, **fields: Any
    ) -> Sense:
        slug, _hash, sense_slug = reference.partition("#")
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

    return write


@pytest.fixture
def false_friend(written: Callable[..., Any], now: datetime) -> tuple[Any, Any]:
    """availability of a service and of people."""
    from glossary.actions import befriend

    word = {"spine": "avail|ability", "careful": "Say which one you mean."}
    service = written(
        "availability#service",
        qualifier="of a service",
        home_side="technology",
        gloss="Share of time.",
        word=word,
    )
    people = written("availability#people", qualifier="of people", home_side="business", gloss="Free or not.")
    befriend(
        first=service, second=people, contrast="Here a percentage.", contrast_back="Here yes or no.", now=now
    )
    return service, people


def published_again(sense: Any, **fields: Any) -> Any:
    """The sense after somebody changed these fields in a draft and published it."""
    for name, value in fields.items():
        setattr(sense, name, value)
    sense.save_revision().publish()
    return type(sense).objects.select_related("word", "locale").get(pk=sense.pk)


@pytest.fixture
def publish_again() -> Callable[..., Any]:
    return published_again
