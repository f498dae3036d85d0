"""The desk of stewards: what waits for a signature, what is disputed, and signing what was read."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from glossary import agreement
from glossary.actions import sign
from glossary.models import Sense, Signature, Status
from glossary.rules.changes import Piece
from tests.glossary.words import NOW, published_again, write_sense
from tests.worlds import World, again

pytestmark = pytest.mark.django_db
DESK = "/write/words/"


@pytest.fixture(scope="module")
def published(world: World) -> dict[str, Sense]:
    with world():
        return {slug: write_sense(slug) for slug in ("uptime", "margin", "scope", "churn")}


@pytest.fixture
def senses(published: dict[str, Sense], db: None) -> Any:
    """Four public meanings that nobody has signed."""
    return again(published)


def signed(sense: Sense, side: str, by: Any) -> None:
    sign(version=sense.versions.latest("number"), side=side, employee=by, now=NOW)


def draft(sense: Sense, by: Any, **texts: str) -> None:
    """Another text, saved and not published."""
    mine = Sense.objects.get(pk=sense.pk)
    for name, text in texts.items():
        setattr(mine, name, text)
    mine.save_revision(user=by)


def names(found: list[agreement.Meaning]) -> list[str]:
    return [one.sense.word.slug for one in found]


@pytest.fixture
def begun(senses: Any, steward_business: Any, steward_technology: Any) -> Any:
    """uptime: business signed. margin: agreed, then changed. scope: signed by business, other draft. churn: nothing."""
    signed(senses["uptime"], "business", steward_business)
    for side, by in (("business", steward_business), ("technology", steward_technology)):
        signed(senses["margin"], side, by)
    published_again(
        senses["margin"], gloss="What margin means now.", changed_because="Two margins were mixed."
    )
    signed(senses["scope"], "business", steward_business)
    draft(senses["scope"], steward_technology, gloss="Another scope.", changed_because="Too narrow for us.")
    return senses


def test_what_the_other_side_signed_and_what_changed_waits(
    begun: Any, steward_business: Any, steward_technology: Any, django_assert_num_queries: Any
) -> None:
    assert steward_technology.roles  # a signed-in person has them already
    with django_assert_num_queries(3):
        for_technology = agreement.meanings_for(steward_technology)
    for_business = agreement.meanings_for(steward_business)

    assert sorted(names(for_technology)) == ["margin", "scope", "uptime"]
    assert sorted(names(for_business)) == ["margin", "scope"]
    assert [names([one]) for one in for_business if one.is_disputed] == [["scope"]]


def test_the_page_of_a_word_says_which_side_has_signed(client: Client, begun: Any, employee: Any) -> None:
    client.force_login(employee)

    half = client.get("/glossary/uptime/").content.decode()
    changed = client.get("/glossary/margin/").content.decode()
    nobody = client.get("/glossary/churn/").content.decode()

    assert "Signed for business by Steward Business, not yet for technology" in half
    assert "Changed since it was agreed" in changed
    assert "Starter wording" in nobody
    assert "Signed for" not in changed + nobody


def test_a_disputed_meaning_shows_both_texts_and_whose_they_are(begun: Any, steward_business: Any) -> None:
    one = agreement.meaning(begun["scope"].pk, steward_business)

    assert one is not None
    assert one.is_disputed
    assert str(one.draft_by) == "Steward Technology"
    assert [(change.field, change.after) for change in one.draft] == [("gloss", "Another scope.")]
    assert one.draft_because == "Too narrow for us."


def test_a_draft_of_the_side_that_signed_is_no_dispute(
    senses: Any, steward_business: Any, steward_technology: Any
) -> None:
    signed(senses["uptime"], "business", steward_business)
    draft(senses["uptime"], steward_business, gloss="Better.")

    one = agreement.meaning(senses["uptime"].pk, steward_technology)

    assert one is not None
    assert not one.is_disputed


def test_a_change_is_told_word_by_word(begun: Any, steward_business: Any) -> None:
    one = agreement.meaning(begun["margin"].pk, steward_business)
    assert one is not None

    (change,) = agreement.changes_since_agreed(one)

    assert change.pieces == [
        Piece("What margin means"),
        Piece("in one line.", goes=True),
        Piece("now.", comes=True),
    ]


def test_a_steward_reads_and_signs_and_the_meaning_is_agreed(
    client: Client, begun: Any, steward_technology: Any
) -> None:
    client.force_login(steward_technology)
    page = client.get(DESK).content.decode()
    assert "2 meanings wait for <b>your signature</b>" in page
    assert "one is disputed." in page
    sense = begun["uptime"]
    page = client.get(f"{DESK}{sense.pk}/").content.decode()
    assert "Sign for technology" in page
    assert "Sign for business" not in page
    assert "uptime for business" in page
    assert "uptime for IT" in page

    answer = client.post(f"{DESK}{sense.pk}/sign/", {"side": "technology", "version": 1}, follow=True)

    assert "You have signed “uptime”" in answer.content.decode()
    assert Sense.objects.get(pk=sense.pk).status == Status.AGREED
    assert "Sign for" not in client.get(f"{DESK}{sense.pk}/").content.decode()


def test_a_text_that_changed_meanwhile_is_not_signed(
    client: Client, begun: Any, steward_technology: Any
) -> None:
    sense = begun["uptime"]
    published_again(sense, gloss="Newer.")
    client.force_login(steward_technology)

    answer = client.post(f"{DESK}{sense.pk}/sign/", {"side": "technology", "version": 1}, follow=True)

    assert "changed while you read it" in answer.content.decode()
    assert not Signature.objects.filter(version__sense=sense, side="technology").exists()


@pytest.mark.parametrize(
    "fields", [{"side": "business", "version": "1"}, {"side": "technology", "version": "9"}, {}]
)
def test_nobody_signs_for_the_other_side_nor_a_text_that_is_not_there(
    client: Client, begun: Any, steward_technology: Any, fields: dict[str, str]
) -> None:
    client.force_login(steward_technology)
    before = Signature.objects.count()

    answer = client.post(f"{DESK}{begun['uptime'].pk}/sign/", fields)

    assert answer.status_code in {302, 404}
    assert Signature.objects.count() == before


@pytest.mark.parametrize("role", ["employee", "author", "reviewer", "hr"])
def test_only_stewards_and_owners_have_this_desk(
    client: Client, request: pytest.FixtureRequest, begun: Any, role: str
) -> None:
    person = request.getfixturevalue(role)
    client.force_login(person)

    page = client.get(DESK)
    assert page.status_code == 403
    assert "uptime" not in page.content.decode()
    assert (
        client.post(f"{DESK}{begun['uptime'].pk}/sign/", {"side": "business", "version": 1}).status_code
        == 403
    )


def test_an_owner_sees_the_own_meanings_and_no_others(client: Client, begun: Any, hired: Any) -> None:
    owner = hired("owner", "Employee", "Author", side="technology")
    Sense.objects.filter(pk=begun["uptime"].pk).update(owner_technology=owner)
    client.force_login(owner)

    page = client.get(DESK).content.decode()

    assert "uptime" in page
    assert "margin" not in page
    assert client.get(f"{DESK}{begun['margin'].pk}/").status_code == 404


def test_a_meaning_that_went_offline_waits_for_nobody(begun: Any, steward_technology: Any) -> None:
    begun["uptime"].unpublish()

    assert "uptime" not in names(agreement.meanings_for(steward_technology))


def test_the_newest_text_stands_first(senses: Any, steward_business: Any, steward_technology: Any) -> None:
    for slug in ("churn", "uptime"):
        signed(senses[slug], "business", steward_business)
    newest = senses["churn"].versions.latest("number")
    assert newest.from_at <= senses["scope"].versions.latest("number").from_at + timedelta(days=1)

    found = agreement.meanings_for(steward_technology)

    assert [one.version.pk for one in found] == sorted((one.version.pk for one in found), reverse=True)
    assert len(found) == 2


def test_a_dispute_about_a_changed_meaning_shows_the_other_text_and_its_reason(
    client: Client, begun: Any, steward_business: Any, steward_technology: Any
) -> None:
    signed(begun["margin"], "business", steward_business)
    draft(begun["margin"], steward_technology, gloss="What margin is to us.", changed_because="We mean room.")
    client.force_login(steward_business)

    row = client.get(DESK).content.decode().partition('id="disputed"')[2].partition("uptime")[0]

    assert "We mean room." in row
    assert "Two margins were mixed." not in row  # the reason of the public text
    assert "is to us." in row


def test_a_draft_without_a_reason_of_its_own_has_none(
    client: Client, begun: Any, steward_business: Any, steward_technology: Any
) -> None:
    signed(begun["margin"], "business", steward_business)
    draft(begun["margin"], steward_technology, gloss="Another margin.")
    client.force_login(steward_business)

    page = client.get(f"{DESK}{begun['margin'].pk}/").content.decode()

    assert "No reason was given yet." in page
    assert "Two margins were mixed." not in page
    assert "Why do you want another text?" not in page  # the one who wrote it is asked


def test_who_wants_another_text_is_asked_why(client: Client, begun: Any, steward_technology: Any) -> None:
    sense = begun["uptime"]
    client.force_login(steward_technology)
    assert "Not like this? Ask for another text" in client.get(f"{DESK}{sense.pk}/").content.decode()

    empty = client.post(f"{DESK}{sense.pk}/why/", {"reason": " "})
    assert "Say why, in a sentence. Nothing was saved yet." in empty.content.decode()
    answer = client.post(f"{DESK}{sense.pk}/why/", {"reason": "It leaves out the night."})

    assert answer["Location"].endswith(f"/glossary/sense/edit/{sense.pk}/")
    one = agreement.meaning(sense.pk, steward_technology)
    assert one is not None
    assert (one.draft_because, one.draft_by, one.is_disputed) == (
        "It leaves out the night.",
        steward_technology,
        False,  # nothing differs yet
    )
    draft_of_hers = Sense.objects.get(pk=sense.pk).get_latest_revision_as_object()
    draft_of_hers.gloss = "Day and night."
    draft_of_hers.save_revision(user=steward_technology)
    page = client.get(DESK).content.decode()
    assert "Steward Technology wants another text" in page
    assert "It leaves out the night." in page
    again_there = client.post(f"{DESK}{sense.pk}/why/", {"reason": "And the weekend."})
    assert again_there["Location"] == f"{DESK}{sense.pk}/"
    assert Sense.objects.get(pk=sense.pk).get_latest_revision_as_object().gloss == "Day and night."


@pytest.mark.parametrize("slug", ["uptime", "scope"])
def test_only_a_steward_of_the_side_that_has_not_signed_says_why(
    client: Client, begun: Any, steward_business: Any, employee: Any, hired: Any, slug: str
) -> None:
    other = hired("other-steward", "Employee", "Steward", side="technology")
    before = Sense.objects.get(pk=begun[slug].pk).latest_revision_id

    for person in (steward_business, employee, *([other] if slug == "scope" else [])):
        client.force_login(person)
        assert client.post(f"{DESK}{begun[slug].pk}/why/", {"reason": "Mine."}).status_code == 403

    assert Sense.objects.get(pk=begun[slug].pk).latest_revision_id == before


def test_who_disputes_can_accept_the_public_text_after_all(
    client: Client, begun: Any, steward_technology: Any
) -> None:
    sense = begun["scope"]
    client.force_login(steward_technology)
    assert "Your other text is put aside." in client.get(f"{DESK}{sense.pk}/").content.decode()

    client.post(f"{DESK}{sense.pk}/sign/", {"side": "technology", "version": 1})

    stored = Sense.objects.get(pk=sense.pk)
    assert (stored.status, stored.has_unpublished_changes) == (Status.AGREED, False)
    assert stored.get_latest_revision_as_object().gloss == "What scope means in one line."
    assert stored.revisions.count() == 2  # the other text stays in its history
    assert "scope" not in names(agreement.meanings_for(steward_technology))
