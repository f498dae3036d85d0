"""Publishing a question writes a version, and only what changed makes a new one."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from glossary.models import Sense, SenseVersion, Word
from quizzes.actions import record_publication, replace_question_uses
from quizzes.models import Question, QuestionUse, QuestionVersion, SenseTag, VersionSense
from quizzes.queries.asking import safe, why_of
from quizzes.rendering import anchor_of
from tests.quizzes.answers import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def publish(question):
    question.save_revision().publish()
    return Question.objects.get(pk=question.pk)


@pytest.fixture
def sense(locale):
    word = Word.objects.create(lemma="incident", slug="incident", locale=locale)
    return Sense.objects.create(
        word=word, locale=locale, gloss="An interruption.", wording_business="b", wording_technology="t"
    )


def sense_version(sense, number):
    return SenseVersion.objects.create(
        sense=sense,
        sense_key=sense.translation_key,
        number=number,
        texts={},
        meaning_changed=True,
        from_at=NOW,
    )


def test_publishing_writes_what_asking_and_grading_need(publish_question):
    question = publish_question(
        "t2-q01", stem="Is **99.9 %** <script>alert(1)</script>enough?", outcome="hours", lesson_slug="what-99-9-really-buys",
        section="Hours, not nines", difficulty=3, side="business",
    )  # fmt: skip

    version = question.versions.get()

    assert (version.number, version.purpose, version.kind) == (1, "quiz", "single_choice")
    assert version.question_key == question.translation_key
    payload = version.payload
    assert payload["code"] == "t2-q01"
    assert "<strong>99.9\N{NO-BREAK SPACE}%</strong>" in payload["stem"]
    assert "<script" not in payload["stem"]
    assert payload["text"].startswith("Is 99.9 %")
    assert [option["correct"] for option in payload["options"]] == [True, False, False]
    assert [option["key"] for option in payload["options"]] == [
        str(option.key) for option in question.options.all()
    ]
    assert payload["options"][1]["html"] == "wrong one"
    assert (
        payload["options"][1]["why"].strip()
        == "<p>Why wrong one in t2-q01, told in forty letters at least.</p>"
    )
    assert payload["shuffle"] is True
    assert (payload["outcome"], payload["lesson_slug"]) == ("hours", "what-99-9-really-buys")
    assert (payload["section"], payload["anchor"]) == ("Hours, not nines", anchor_of("Hours, not nines"))
    assert (payload["difficulty"], payload["side"]) == (3, "business")
    assert "settings" not in payload


def test_a_kind_that_cannot_be_answered_keeps_what_it_needs(publish_question):
    question = publish_question(
        "t2-q90", kind="numeric", options=[], settings={"answer": 43.2, "tolerance": 0.5}
    )

    assert question.versions.get().payload["settings"] == {"answer": 43.2, "tolerance": 0.5}


def test_publishing_again_without_a_change_writes_nothing(publish_question):
    question = publish_question("t2-q01")

    publish(question)
    record_publication(question_id=question.pk, now=NOW)

    assert question.versions.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"stem": "Something else?"}, {"outcome": "other"}, {"shuffle": False}, {"section": "Elsewhere"}],
)
def test_a_change_writes_a_new_version_and_leaves_the_old_one(publish_question, change):
    question = publish_question("t2-q01")
    before = question.versions.get().payload

    for name, value in change.items():
        setattr(question, name, value)
    publish(question)

    assert [version.number for version in question.versions.order_by("number")] == [1, 2]
    assert question.versions.get(number=1).payload == before


def test_option_keys_survive_an_edit(publish_question):
    question = publish_question("t2-q01")
    before = [option["key"] for option in question.versions.get().payload["options"]]
    edited = question.get_latest_revision_as_object()
    options = list(edited.options.all())
    options[0].text = "right, said better"
    edited.options = options

    publish(edited)

    payload = question.versions.get(number=2).payload
    assert [option["key"] for option in payload["options"]] == before
    assert payload["options"][0]["html"] == "right, said better"


def test_a_draft_writes_no_version(publish_question):
    question = publish_question("t2-q01")

    question.stem = "Not published yet"
    question.save_revision()
    record_publication(question_id=question.pk, now=NOW)

    assert question.versions.count() == 1
    assert "Not published yet" not in str(question.versions.get().payload)


def test_a_publication_that_is_scheduled_writes_nothing_before_its_time(bank, locale):
    question = Question(bank=bank, locale=locale, code="t2-q01", stem="Later?", live=False)
    question.go_live_at = timezone.now() + timedelta(days=1)
    question.save()

    question.save_revision().publish()

    assert Question.objects.get(pk=question.pk).live is False
    assert not QuestionVersion.objects.exists()


def test_a_version_names_the_version_of_the_sense_it_is_evidence_for(publish_question, sense):
    sense_version(sense, 1)
    second = sense_version(sense, 2)
    question = publish_question("t2-p-1", purpose="probe", probe_kind="meaning", side="technology")
    question.sense_tags = [SenseTag(sense=sense)]

    publish(question)

    tested = VersionSense.objects.get()
    assert (tested.version.number, tested.sense_version, tested.side) == (2, second, "technology")


def test_a_new_wording_of_the_sense_makes_a_new_version_when_the_question_is_published(
    publish_question, sense
):
    sense_version(sense, 1)
    question = publish_question("t2-q01")
    question.sense_tags = [SenseTag(sense=sense)]
    question = publish(question)
    publish(question)
    assert question.versions.count() == 2

    newest = sense_version(sense, 2)
    publish(question)

    assert question.versions.count() == 3
    assert [tested.sense_version for tested in question.versions.get(number=3).senses.all()] == [newest]
    assert question.versions.get(number=2).senses.get().sense_version.number == 1


def test_pages_that_ask_the_question_are_rendered_anew(publish_question, monkeypatch, bank):
    rendered = []
    question = publish_question("t2-c1-1", purpose="check")
    # A bank stands in for a lesson: any model that offers `render_published` can ask a question.
    monkeypatch.setattr(
        type(bank), "render_published", lambda self, now: rendered.append(self.pk), raising=False
    )
    replace_question_uses(target=bank, questions=[question])

    question.stem = "Changed?"
    question = publish(question)
    assert rendered == [bank.pk]

    question.unpublish()
    assert rendered == [bank.pk, bank.pk]


def test_a_page_asks_exactly_the_questions_it_named_last(publish_question, bank):
    first, second, third = (publish_question(f"t2-c1-{number}", purpose="check") for number in range(3))

    replace_question_uses(target=bank, questions=[first, second])
    kept = QuestionUse.objects.get(question=second).pk
    replace_question_uses(target=bank, questions=[second, third, third])

    uses = QuestionUse.objects.filter(content_type=ContentType.objects.get_for_model(bank), object_id=bank.pk)
    assert {use.question for use in uses} == {second, third}
    assert uses.get(question=second).pk == kept


def test_when_rendering_fails_nothing_goes_live(publish_question, monkeypatch, bank):
    def fail(self, now):
        raise RuntimeError("the lesson cannot be rendered")

    question = publish_question("t2-c1-1", purpose="check")
    monkeypatch.setattr(type(bank), "render_published", fail, raising=False)
    replace_question_uses(target=bank, questions=[question])
    question.stem = "Changed?"
    revision = question.save_revision()

    with pytest.raises(RuntimeError):
        revision.publish()

    assert Question.objects.get(pk=question.pk).stem == "What does t2-c1-1 ask?"
    assert question.versions.count() == 1


def test_figures_are_joined_to_their_units_when_a_question_is_shown_and_not_in_its_payload(publish_question):
    question = publish_question("t2-q01", stem="Is 200 ms much?", options=["5 s", "`5 s`", "1 h"])

    payload = QuestionVersion.objects.get(question=question).payload

    assert payload["stem"] == "Is 200 ms much?"
    assert safe(payload["stem"]) == "Is 200\N{NO-BREAK SPACE}ms much?"
    whys = [why_of(option) for option in payload["options"]]
    assert [why.text for why in whys] == ["5\N{NO-BREAK SPACE}s", "<code>5 s</code>", "1\N{NO-BREAK SPACE}h"]
    assert whys[0].why.startswith("<p>Why 5\N{NO-BREAK SPACE}s in t2-q01")
