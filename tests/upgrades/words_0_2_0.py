"""What the stewards of the stored company did to its words. Imported by `make_0_2_0.py` when Django is set up."""

from datetime import datetime
from typing import Any

from courses.models import CoursePage
from glossary import actions as glossary
from glossary.linking import resolve
from glossary.models import Sense, Word
from people.models import Employee


def person(mailbox: str) -> Employee:
    """Read anew, with the roles of now."""
    return Employee.objects.get(email=f"{mailbox}@example.com")


def t2() -> CoursePage:
    return CoursePage.objects.get(code="T2")


def publish(item: Any, *, by: str) -> None:
    item.save_revision(user=person(by)).publish(user=person("admin"), skip_permission_checks=True)


def words(now: datetime) -> None:
    """Signed, signed by one side, changed after both had signed; an old word, a draft, relations and a pair."""
    locale_id = t2().locale_id
    senses = {name: resolve(name, locale_id=locale_id) for name in ("downtime", "rto", "sla", "incident#it")}
    for name in ("downtime", "rto", "incident#it"):
        sign(senses[name], *(["business"] if name == "rto" else ["business", "technology"]), now=now)
    for text, changed in (("Minutes nobody can work.", True), ("Minutes in which nobody can work.", False)):
        sense = senses["downtime"]
        sense.gloss, sense.meaning_changed, sense.changed_because = text, changed, "Said in plain words."
        publish(sense, by="steward-business")
        sense.refresh_from_db()
    sign(senses["downtime"], "business", now=now)
    word = Word.objects.create(lemma="outage minutes", slug="outage-minutes", locale_id=locale_id)
    old = Sense(
        word=word, locale_id=locale_id, gloss="As downtime.", wording_business="b", wording_technology="t"
    )
    old.save()
    publish(old, by="steward-technology")
    old.replaced_by = senses["downtime"]
    publish(old, by="steward-technology")
    draft = Sense(
        word=word,
        slug="draft",
        locale_id=locale_id,
        gloss="Not yet.",
        wording_business="b",
        wording_technology="t",
        live=False,
    )
    draft.save()
    draft.save_revision(user=person("steward-technology"))
    glossary.relate(kind="related", source=senses["rto"], target=old, now=now)
    glossary.relate(kind="related", source=senses["sla"], target=old, now=now)
    glossary.unrelate(kind="related", source=senses["sla"], target=old, now=now)
    glossary.befriend(first=old, second=senses["incident#it"], contrast="Minutes, not a case.", now=now)


def sign(sense: Sense, *sides: str, now: datetime) -> None:
    version = sense.versions.order_by("-number").first()
    for side in sides:
        glossary.sign(version=version, side=side, employee=person(f"steward-{side}"), now=now)
