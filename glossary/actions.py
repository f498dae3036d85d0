"""What can happen to words: publication, signatures, relations, uses."""

from collections.abc import Hashable, Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from wagtail.models import Locale

from glossary.models import FalseFriend, Relation, Sense, SenseVersion, Signature, Status, TermUse
from glossary.publishing import render_words
from glossary.rules import agreement
from glossary.rules.relations import Pair, as_stored, check_friends, check_relation, in_order
from people.models import Employee
from people.queries import today
from people.roles import STEWARD

TEXT_FIELDS = (
    "qualifier",
    "home_side",
    "domain",
    "gloss",
    "wording_business",
    "wording_technology",
    "why_it_matters",
    "abbreviation",
    "expansion",
    "formula",
    "unit",
)
EXCHANGE_FIELDS = ("speaker_side", "speaker", "said", "hearer", "heard", "say_instead")


class SignatureRefused(Exception):
    """Why somebody may not sign a version."""


class VersionReplaced(SignatureRefused):
    """The sense has a newer version, or is not public; only what people read now can be agreed."""


class NotASteward(SignatureRefused):
    """The person neither owns the sense nor is a steward, is of the other side, or has left."""


class SideAlreadySigned(SignatureRefused):
    """Somebody else signed for this side."""


class SignedForOtherSide(SignatureRefused):
    """The same person signed for the other side: agreement takes two people."""


class DraftOfSomebodyElse(Exception):
    """The newest draft of a sense is another person's."""


def texts_of(sense: Sense) -> dict[str, object]:
    """Everything people agree on when they sign: the words of a sense, not its links or owners."""
    return {
        "lemma": sense.word.lemma,
        **{name: getattr(sense, name) for name in TEXT_FIELDS},
        "in_a_meeting": [
            {name: getattr(item, name) for name in EXCHANGE_FIELDS} for item in sense.exchanges.all()
        ],
        "synonyms": [
            {"label": item.label, "acceptability": item.acceptability, "side": item.side}
            for item in sense.synonyms.all()
        ],
    }


@transaction.atomic
def record_publication(*, sense_id: int, now: datetime) -> SenseVersion | None:
    """The current version of a sense after it was published, unpublished or scheduled; None while it has none.

    Writes a version only if a text changed. An agreed sense whose text changed is in review again.
    What quotes the sense is written anew in the background.
    """
    sense = Sense.objects.select_for_update(of=("self",)).select_related("word").get(pk=sense_id)
    version = sense.versions.order_by("-number").first()
    if sense.live:
        texts = texts_of(sense)
        if version is None or version.texts != texts:
            version = SenseVersion.objects.create(
                sense=sense,
                sense_key=sense.translation_key,
                number=version.number + 1 if version else 1,
                texts=texts,
                meaning_changed=version is None or sense.meaning_changed,
                changed_because=sense.changed_because,
                from_at=now,
            )
    _settle_status(sense)
    render_words([sense.word_id], now=now)
    _refresh_later(sense)
    return version


def _settle_status(sense: Sense) -> None:
    """Write the status that follows from life, replacement and signatures.

    A revision carries the status of the day it was drafted, so publishing always settles it anew.
    """
    signed = _signatures(sense)
    current = max(signed, default=0)
    agreed_at = max((at for at, _side in signed.get(current, ())), default=None)
    status = Status(
        agreement.status_of(
            is_live=sense.live,
            is_replaced=sense.replaced_by_id is not None,
            signed={number: {side for _at, side in entries} for number, entries in signed.items()},
        )
    )
    review_due = agreement.review_due(
        sense.review_due, status=status, agreed_on=today(agreed_at) if agreed_at else None
    )
    if (status, review_due) != (sense.status, sense.review_due):
        # Not save(): that would write every field of an object that somebody may be editing.
        Sense.objects.filter(pk=sense.pk).update(status=status, review_due=review_due)
        sense.status, sense.review_due = status, review_due


def _signatures(sense: Sense) -> dict[int, list[tuple[datetime, str]]]:
    """Instant and side of the signatures of each version, by its number."""
    signed: dict[int, list[tuple[datetime, str]]] = {}
    rows = sense.versions.order_by("number").values_list(
        "number", "signatures__signed_at", "signatures__side"
    )
    for number, at, side in rows:
        signed.setdefault(number, [])
        if side:
            signed[number].append((at, side))
    return signed


def _refresh_later(sense: Sense) -> None:
    if sense.uses.exists():
        from glossary.tasks import refresh_uses  # tasks stand above actions; only the name is needed here

        refresh_uses.enqueue(sense.pk)


def refresh_targets(*, sense_id: int, now: datetime) -> int:
    """Have every page that uses a sense write what it shows; how many were written.

    Pages that are written together, such as the lessons of a course, are written once: they say so by the same
    `rendered_with`. 1 SQL query, and one for each kind of page.
    """
    whole: dict[Hashable, Any] = {}
    for use in TermUse.objects.filter(sense=sense_id).order_by("pk").prefetch_related("target"):
        if use.target is None:
            use.delete()  # the page is gone and said nothing
        else:
            whole.setdefault(getattr(use.target, "rendered_with", use.target), use.target)
    for target in whole.values():
        target.render_published(now)
    return len(whole)


@transaction.atomic
def sign(*, version: SenseVersion, side: str, employee: Employee, now: datetime) -> Signature:
    """A steward of one side agrees to the current version; with both sides signed the sense is agreed.

    Signing again changes nothing. There is no exception for superusers. Who kept another text against the other
    side's puts it aside by signing: it stays in the history of the sense.

    Raises:
        VersionReplaced, NotASteward, SideAlreadySigned, SignedForOtherSide: see there.
    """
    if side not in agreement.SIDES:
        raise ValueError(f"Nobody signs for {side!r}.")  # not for people: forms offer the two sides
    sense = Sense.objects.select_for_update(of=("self",)).get(pk=version.sense_id)
    existing = {row.side: row for row in version.signatures.all()}
    own = existing.get(side)
    if own is not None:
        if own.signed_by_id == employee.pk:
            return own
        raise SideAlreadySigned
    newest = sense.versions.order_by("-number").values_list("pk", flat=True).first()
    if newest != version.pk or not sense.live:
        raise VersionReplaced
    if any(row.signed_by_id == employee.pk for row in existing.values()):
        raise SignedForOtherSide
    if not may_sign(employee, sense, side, today=today(now)):
        raise NotASteward
    signature = Signature.objects.create(version=version, side=side, signed_by=employee, signed_at=now)
    if existing and sense.has_unpublished_changes and sense.latest_revision.user_id == employee.pk:
        _put_draft_aside(sense)
    _settle_status(sense)
    render_words([sense.word_id], now=now)
    return signature


def _put_draft_aside(sense: Sense) -> None:
    """The public text is the newest again. What was imported without a revision keeps its draft."""
    if sense.live_revision_id is not None:
        Sense.objects.filter(pk=sense.pk).update(
            latest_revision=sense.live_revision_id, has_unpublished_changes=False
        )


@transaction.atomic
def say_why(*, sense: Sense, reason: str, employee: Employee) -> None:
    """The reason why somebody wants another text, kept in their draft, which begins with it if there is none.

    Raises:
        DraftOfSomebodyElse: a draft says whose it is by who saved it last.
    """
    sense = Sense.objects.select_for_update(of=("self",)).select_related("word").get(pk=sense.pk)
    draft = sense
    if sense.has_unpublished_changes:
        if sense.latest_revision.user_id != employee.pk:
            raise DraftOfSomebodyElse
        draft = sense.get_latest_revision_as_object()
    draft.changed_because = reason
    draft.save_revision(user=employee, clean=False)


def may_sign(employee: Employee, sense: Sense, side: str, *, today: date) -> bool:
    """Whether somebody may sign a meaning for a side on a day: see `glossary.rules.agreement`."""
    owners = {"business": sense.owner_business_id, "technology": sense.owner_technology_id}
    signer = agreement.Signer(
        works_here=employee.is_active and not employee.has_left(today),
        is_steward=STEWARD in employee.roles,
        sides=frozenset(employee.sides),
        owns=frozenset(of for of, owner in owners.items() if owner == employee.pk),
    )
    return agreement.may_sign(signer, side)


@transaction.atomic
def record_word(*, word_id: int, now: datetime) -> None:
    """The word itself was edited: its rows, and a version of each sense if the word is spelled differently."""
    senses = list(Sense.objects.filter(word=word_id, live=True).values_list("pk", flat=True))
    for sense_id in senses:
        record_publication(sense_id=sense_id, now=now)
    if not senses:
        render_words([word_id], now=now)


@transaction.atomic
def replace_uses(
    *, target: models.Model, senses: Iterable[Sense], title: str, address: str, now: datetime
) -> None:
    """From now on the target uses exactly these senses. Called by whoever publishes the target.

    Entries of senses that came, went or whose lesson is called differently are written anew.
    """
    content_type = ContentType.objects.get_for_model(target, for_concrete_model=True)
    wanted = {sense.pk: sense for sense in senses}
    changed: set[int] = set()
    for use in TermUse.objects.filter(content_type=content_type, object_id=target.pk).select_related("sense"):
        sense = wanted.pop(use.sense_id, None)
        if sense is None:
            use.delete()
            changed.add(use.sense.word_id)
        elif (use.title, use.address) != (title, address):
            use.title, use.address = title, address
            use.save(update_fields=["title", "address"])
            changed.add(use.sense.word_id)
    locale_id = getattr(target, "locale_id", None) or Locale.get_default().pk
    target_key = getattr(target, "translation_key", None)
    key = {} if target_key is None else {"target_key": target_key}
    TermUse.objects.bulk_create(
        TermUse(
            sense=sense,
            content_type=content_type,
            object_id=target.pk,
            locale_id=locale_id,
            title=title,
            address=address,
            **key,
        )
        for sense in wanted.values()
    )
    changed |= {sense.word_id for sense in wanted.values()}
    render_words(changed, now=now)


def stored_pairs(kind: str) -> set[Pair]:
    """All relations of a kind, by the ids of their senses."""
    return set(Relation.objects.filter(kind=kind).values_list("source_id", "target_id"))


@transaction.atomic
def relate(*, kind: str, source: Sense, target: Sense, now: datetime) -> Relation:
    """Two senses are related, or `target` is broader than `source`. Twice is once.

    Raises:
        Contradiction: the two would be related and, over any number of steps, broader; or a circle.
    """
    # One lock for all relations of a language, so that two people cannot build a circle together.
    Locale.objects.select_for_update().get(pk=source.locale_id)
    first, second = as_stored(kind, source.pk, target.pk)
    check_relation(kind, (first, second), pairs=stored_pairs)
    relation, made = Relation.objects.get_or_create(kind=kind, source_id=first, target_id=second)
    if made:
        render_words([source.word_id, target.word_id], now=now)
    return relation


@transaction.atomic
def befriend(
    *, first: Sense, second: Sense, contrast: str, contrast_back: str = "", now: datetime
) -> FalseFriend:
    """Two senses are taken for each other. `contrast` is read from the first, `contrast_back` from the second.

    Saying it again with other words changes the words; an empty `contrast_back` leaves what is there.

    Raises:
        Contradiction: a sense is not its own false friend.
    """
    check_friends(first.pk, second.pk)
    pair, turned = in_order(first.pk, second.pk), first.pk > second.pk
    friend = FalseFriend.objects.filter(first_id=pair[0], second_id=pair[1]).first()
    old = (friend.contrast_first, friend.contrast_second) if friend else ("", "")
    there, back = (old[1], old[0]) if turned else old
    there, back = contrast or there, contrast_back or back or contrast
    new = (back, there) if turned else (there, back)
    if friend is None:
        friend = FalseFriend(first_id=pair[0], second_id=pair[1])
    elif new == old:
        return friend
    friend.contrast_first, friend.contrast_second = new
    friend.save()
    render_words([first.word_id, second.word_id], now=now)
    return friend


@transaction.atomic
def unrelate(*, kind: str, source: Sense, target: Sense, now: datetime) -> None:
    """The two are no longer related, or no longer broader and narrower."""
    pair = as_stored(kind, source.pk, target.pk)
    Relation.objects.filter(kind=kind, source_id=pair[0], target_id=pair[1]).delete()
    render_words([source.word_id, target.word_id], now=now)


@transaction.atomic
def unbefriend(*, first: Sense, second: Sense, now: datetime) -> None:
    """The two are no false friends any more."""
    pair = in_order(first.pk, second.pk)
    FalseFriend.objects.filter(first_id=pair[0], second_id=pair[1]).delete()
    render_words([first.word_id, second.word_id], now=now)
