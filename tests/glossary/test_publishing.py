"""Publishing a sense: version, row and uses in one transaction, through every door."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Workflow, WorkflowContentType, WorkflowTask

from glossary import publishing
from glossary.actions import (
    record_publication,
    refresh_targets,
    relate,
    replace_uses,
    sign,
)
from glossary.models import Exchange, PublishedWord, Sense, SenseVersion, Status, Synonym, TermUse
from glossary.published import ShownUse
from glossary.queries import word_page
from tests.glossary.words import write_sense
from tests.worlds import World, again

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.fixture(scope="module")
def published(world: World) -> Sense:
    with world():
        return write_sense("uptime", gloss="Public.")


@pytest.fixture
def sense(published: Sense, db: None) -> Any:
    """A sense that is public; the only one, unless the test writes more."""
    return again(published)


def test_the_first_publication_writes_version_1_with_all_texts(written: Any) -> None:
    sense = written(
        "downtime",
        gloss="Hours running.",
        exchanges=[
            Exchange(
                speaker_side="business", speaker="Sales", said="A", hearer="IT", heard="B", say_instead="C"
            )
        ],
        synonyms=[Synonym(label="being up", acceptability="avoid", side="technology")],
    )

    version = SenseVersion.objects.get(sense=sense)
    assert (version.number, version.meaning_changed) == (1, True)
    assert version.sense_key == sense.translation_key
    assert version.texts["gloss"] == "Hours running."
    assert version.texts["lemma"] == "downtime"
    assert version.texts["in_a_meeting"][0]["say_instead"] == "C"
    assert version.texts["synonyms"] == [
        {"label": "being up", "acceptability": "avoid", "side": "technology"}
    ]


def test_publishing_the_same_text_again_writes_no_version(sense: Any, publish_again: Any) -> None:
    publish_again(sense, importance=3)

    assert SenseVersion.objects.count() == 1


def test_a_changed_text_is_a_new_version_and_says_whether_the_meaning_changed(
    sense: Any, publish_again: Any
) -> None:
    publish_again(sense, gloss="Better said.", meaning_changed=False, changed_because="Shorter")

    latest = SenseVersion.objects.get(number=2)
    assert (latest.meaning_changed, latest.changed_because, latest.texts["gloss"]) == (
        False,
        "Shorter",
        "Better said.",
    )


def test_a_changed_exchange_alone_is_a_new_version(written: Any, publish_again: Any) -> None:
    exchange = Exchange(
        speaker_side="business", speaker="Sales", said="A", hearer="IT", heard="B", say_instead="C"
    )
    sense = written("downtime", exchanges=[exchange])

    row = sense.exchanges.get()
    row.say_instead = "D"
    sense.exchanges.set([row])
    publish_again(sense)

    assert SenseVersion.objects.get(sense=sense, number=2).texts["in_a_meeting"][0]["say_instead"] == "D"


def test_a_draft_changes_nothing_that_people_read(sense: Any, locale: Any) -> None:
    sense.gloss = "Draft."
    sense.save_revision()

    assert SenseVersion.objects.count() == 1
    assert word_page("uptime", locale.pk).senses[0].gloss == "Public."  # type: ignore[union-attr]


def test_a_failure_while_rendering_rolls_back_the_live_text(
    sense: Any, publish_again: Any, locale: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = Sense.objects.get(pk=sense.pk)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(publishing, "_card", broken)
    with pytest.raises(RuntimeError):
        publish_again(sense, gloss="Never seen.")

    stored.refresh_from_db()
    assert stored.gloss == "Public."
    assert SenseVersion.objects.count() == 1
    assert word_page("uptime", locale.pk).senses[0].gloss == "Public."  # type: ignore[union-attr]


def test_a_scheduled_text_goes_live_with_its_version_when_its_time_has_come(sense: Any, locale: Any) -> None:
    sense.gloss = "After."
    sense.go_live_at = timezone.now() + timedelta(hours=1)
    revision = sense.save_revision()

    revision.publish()
    assert SenseVersion.objects.count() == 1
    assert word_page("uptime", locale.pk).senses[0].gloss == "Public."  # type: ignore[union-attr]

    revision.refresh_from_db()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")

    assert SenseVersion.objects.get(number=2).texts["gloss"] == "After."
    assert word_page("uptime", locale.pk).senses[0].gloss == "After."  # type: ignore[union-attr]


def test_a_first_publication_in_the_future_shows_nothing_yet(written: Any, locale: Any) -> None:
    sense = written("downtime", draft=True, go_live_at=timezone.now() + timedelta(hours=1))

    sense.get_latest_revision().publish()

    assert not sense.versions.exists()
    assert word_page("downtime", locale.pk) is None


def test_a_workflow_publishes_through_the_same_door(
    written: Any, locale: Any, steward_business: Any, administrator: Any
) -> None:
    task = GroupApprovalTask.objects.create(name="Other side reads it")
    task.groups.add(Group.objects.get(name="Steward"))
    workflow = Workflow.objects.create(name="Words")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    from django.contrib.contenttypes.models import ContentType

    WorkflowContentType.objects.create(
        workflow=workflow, content_type=ContentType.objects.get_for_model(Sense)
    )
    sense = written("downtime", draft=True)

    state = workflow.start(sense, administrator)
    state.current_task_state.approve(user=steward_business)

    assert sense.versions.count() == 1
    assert word_page("downtime", locale.pk) is not None


def test_unpublishing_the_only_sense_takes_the_word_out_of_the_glossary(sense: Any, locale: Any) -> None:
    sense.unpublish()

    assert word_page("uptime", locale.pk) is None
    assert not PublishedWord.objects.exists()
    sense.refresh_from_db()
    assert sense.status == Status.DRAFT


def test_what_quotes_a_sense_is_written_anew_in_the_background(
    sense: Any, written: Any, publish_again: Any, locale: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = written("target", draft=True)  # any row can be a target; it only has to offer render_published
    calls: list[Any] = []
    monkeypatch.setattr(Sense, "render_published", lambda self, now: calls.append(self.pk), raising=False)
    replace_uses(target=target, senses=[sense], title="A lesson", address="/courses/x/y/", now=now)

    publish_again(sense, gloss="New.")

    assert calls == [target.pk]


@pytest.mark.parametrize("lessons", [1, 3])
def test_pages_that_are_written_together_are_written_once(
    lessons: int, sense: Any, written: Any, locale: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(Sense, "render_published", lambda self, now: calls.append(self.pk), raising=False)
    monkeypatch.setattr(Sense, "rendered_with", property(lambda self: self.domain), raising=False)
    targets = [written(f"lesson-{number}", draft=True, domain="one course") for number in range(lessons)]
    for target in [*targets, written("elsewhere", draft=True, domain="another")]:
        replace_uses(target=target, senses=[sense], title="A lesson", address="/courses/x/y/", now=now)

    assert refresh_targets(sense_id=sense.pk, now=now) == 2

    assert len(calls) == 2


def test_uses_are_replaced_and_shown_and_questions_without_address_are_not(
    sense: Any, written: Any, locale: Any, now: Any
) -> None:
    first, second = sense, written("downtime")
    lesson, question = (written(name, draft=True) for name in ("lesson", "question"))

    replace_uses(target=lesson, senses=[first, second], title="Old title", address="/courses/x/y/", now=now)
    assert word_page("downtime", locale.pk).senses[0].uses == (  # type: ignore[union-attr]
        ShownUse("Old title", "/courses/x/y/"),
    )
    replace_uses(target=lesson, senses=[first], title="New title", address="/courses/x/y/", now=now)
    replace_uses(target=question, senses=[first], title="Secret stem", address="", now=now)

    assert word_page("uptime", locale.pk).senses[0].uses == (  # type: ignore[union-attr]
        ShownUse("New title", "/courses/x/y/"),
    )
    assert word_page("downtime", locale.pk).senses[0].uses == ()  # type: ignore[union-attr]
    assert TermUse.objects.filter(sense=first).count() == 2


def test_a_renamed_sense_is_renamed_on_the_pages_that_name_it(
    sense: Any, written: Any, publish_again: Any, locale: Any, now: Any
) -> None:
    first, second = sense, written("downtime")
    relate(kind="related", source=first, target=second, now=now)

    publish_again(second, qualifier="by plan or by fault")

    related = word_page("uptime", locale.pk).senses[0].related  # type: ignore[union-attr]
    assert [(entry.label, entry.qualifier) for entry in related] == [("downtime", "by plan or by fault")]


def test_neighbours_know_each_other_when_a_word_comes_and_goes(written: Any, locale: Any) -> None:
    written("a-word"), written("c-word")
    middle = written("b-word")

    page = word_page("b-word", locale.pk)
    assert page is not None
    assert (page.previous.label, page.next.label) == ("a word", "c word")  # type: ignore[union-attr]

    middle.unpublish()

    page = word_page("a-word", locale.pk)
    assert page is not None
    assert page.next.label == "c word"  # type: ignore[union-attr]


def test_no_name_of_a_person_is_kept_in_the_published_row(
    sense: Any, steward_business: Any, steward_technology: Any, now: Any
) -> None:
    steward_business.display_name = "Ines Sabatier"
    steward_business.save()
    Sense.objects.filter(pk=sense.pk).update(owner_business=steward_business)
    for side, person in (("business", steward_business), ("technology", steward_technology)):
        sign(version=sense.current_version, side=side, employee=person, now=now)

    row = PublishedWord.objects.get()

    assert row.data["senses"][0]["signatures"][0]["person"] == steward_business.pk
    assert "Sabatier" not in f"{row.data}{row.card}"


def test_recording_a_publication_twice_changes_nothing(sense: Any, now: Any) -> None:
    first = record_publication(sense_id=sense.pk, now=now)
    second = record_publication(sense_id=sense.pk, now=now)

    assert first == second
    assert SenseVersion.objects.count() == 1
