"""Questions in Wagtail's editor: drafts are always saved, what is missing stops publishing, nothing asked is deleted."""

from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from quizzes.actions import CannotBeAsked, start_attempt
from quizzes.models import Bank, Option, Question
from quizzes.queries import banks_with_figures, candidates, drawable_counts
from quizzes.rules.drawing import drawable
from tests.quizzes.answers import NOW
from tests.quizzes.bank import english, german

pytestmark = pytest.mark.django_db

WHY = "This explains in more than forty characters why that is so."
ADD = "wagtailsnippets_quizzes_question:add"
EDIT = "wagtailsnippets_quizzes_question:edit"


@pytest.fixture
def editor(client, administrator, settings):
    """One person who also publishes: who reads whose questions is tested with the lessons."""
    settings.AUTHORS_PUBLISH_ALONE = True
    client.force_login(administrator)
    return client


@pytest.fixture
def fields(bank):
    """A function for the form of a question with these options."""

    def form(options=None, **changed):
        rows = [
            {"text": "One", "is_correct": "on", "explanation": WHY},
            {"text": "Two", "explanation": WHY},
        ] if options is None else options  # fmt: skip
        data = {
            "stem": "What is it?", "kind": "single_choice", "shuffle": "on", "bank": bank.pk, "code": "t2-q01",
            "purpose": "quiz", "probe_kind": "", "outcome": "", "difficulty": 2, "side": "both", "lesson_slug": "",
            "section": "", "settings": "{}", "options": inline_formset(rows), "sense_tags": inline_formset([]),
            **changed,
        }  # fmt: skip
        return nested_form_data(data)

    return form


def errors_of(response):
    return " ".join(
        error.get_text(" ", strip=True)
        for error in BeautifulSoup(response.content, "html.parser").select(
            ".error-message, .messages .error, .help-critical"
        )
    )


def test_a_complete_question_is_published_with_its_version(editor, fields):
    response = editor.post(reverse(ADD), {**fields(), "action-publish": "1"})

    assert response.status_code == 302
    question = Question.objects.get(code="t2-q01")
    assert question.live
    assert [option["html"] for option in question.versions.get().payload["options"]] == ["One", "Two"]


def test_an_incomplete_draft_is_saved_and_is_not_public(editor, fields):
    response = editor.post(reverse(ADD), fields(options=[{"text": "Only this", "explanation": ""}]))

    assert response.status_code == 302
    question = Question.objects.get(code="t2-q01")
    assert (question.live, question.versions.count()) == (False, 0)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"options": [{"text": "One", "is_correct": "on", "explanation": WHY}]}, "at least two options"),
        ({"options": [{"text": "One", "explanation": WHY}, {"text": "Two", "explanation": WHY}]}, "Exactly one option"),
        ({"options": [{"text": "One", "is_correct": "on", "explanation": "Yes."}, {"text": "Two", "explanation": WHY}]},
         "at least 40 characters (now 4)"),
        ({"purpose": "probe", "probe_kind": "meaning"}, "exactly one sense"),
        ({"stem": "What is [[downtime]]?"}, "[[…]]"),
        ({"kind": "numeric"}, "This kind has no options"),
    ],
)  # fmt: skip
def test_what_is_missing_stops_publishing_and_says_so(editor, fields, changed, sentence):
    response = editor.post(reverse(ADD), {**fields(**changed), "action-publish": "1"})

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Question.objects.filter(code="t2-q01", live=True).exists()


def test_editing_keeps_the_keys_of_options_and_the_code(editor, fields, publish_question):
    question = publish_question("t2-q07", options=["One", "Two"])
    keys = [option.key for option in question.options.all()]
    rows = [
        {
            "id": option.pk,
            "text": f"{option.text}, better",
            "is_correct": "on" if option.is_correct else "",
            "explanation": WHY,
            "ORDER": place,
        }
        for place, option in enumerate(question.options.all(), start=1)
    ]
    form = fields(code="another") | nested_form_data({"options": inline_formset(rows, initial=2)})

    response = editor.post(reverse(EDIT, args=[question.pk]), {**form, "action-publish": "1"})

    assert response.status_code == 302
    question = Question.objects.get(pk=question.pk)
    assert question.code == "t2-q07"
    payload = question.versions.get(number=2).payload
    assert [option["key"] for option in payload["options"]] == [str(key) for key in keys]
    assert [option["html"] for option in payload["options"]] == ["One, better", "Two, better"]


def test_code_that_publishes_past_the_editor_cannot_publish_what_cannot_be_graded(bank, locale):
    question = Question(bank=bank, locale=locale, code="t2-q01", stem="What?", live=False)
    question.options = [Option(text="One"), Option(text="Two")]
    question.save()

    with pytest.raises(CannotBeAsked, match="Exactly one option"):
        question.save_revision().publish()

    assert not Question.objects.get(pk=question.pk).live


def test_what_was_published_is_not_deleted_through_any_door(editor, full_bank):
    question = Question.objects.get(code="t1-q01")
    sentences = {"question": "Unpublish it instead.", "bank": "or was drawn from, so it stays."}

    for kind, row in (("question", question), ("bank", full_bank)):
        for door in (
            reverse(f"wagtailsnippets_quizzes_{kind}:delete", args=[row.pk]),
            f"{reverse('wagtail_bulk_action', args=['quizzes', kind, 'delete'])}?id={row.pk}",
        ):
            assert editor.get(door).status_code == 302
            # It is said once: what an earlier door said is no longer shown.
            assert editor.post(door, follow=True).content.decode().count(sentences[kind]) == 2
    assert Question.objects.filter(pk=question.pk).exists()
    assert Bank.objects.filter(pk=full_bank.pk).exists()


def test_a_draft_that_was_never_public_can_be_deleted(editor, bank, locale):
    draft = Question.objects.create(bank=bank, locale=locale, code="t2-q01", stem="What?", live=False)

    editor.post(reverse("wagtailsnippets_quizzes_question:delete", args=[draft.pk]))

    assert not Question.objects.filter(pk=draft.pk).exists()


def test_the_lists_show_and_filter(editor, full_bank, employee):
    start_attempt(
        employee=employee, quiz_key=full_bank.questions.first().translation_key, bank=full_bank, question_count=2,
        pass_percent=80, now=NOW, locale_id=english().pk,
    )  # fmt: skip
    listing = reverse("wagtailsnippets_quizzes_question:list")

    assert "t1-c1-1" in editor.get(listing).content.decode()
    only = editor.get(listing, {"purpose": "check"}).content.decode()
    assert "t1-c1-1" in only and "t1-q01" not in only
    banks = BeautifulSoup(editor.get(reverse("wagtailsnippets_quizzes_bank:list")).content, "html.parser")
    cells = [cell.get_text(strip=True) for cell in banks.select("table tbody tr td")]
    assert "12" in cells and "15" in cells
    edit = editor.get(reverse("wagtailsnippets_quizzes_bank:edit", args=[full_bank.pk]))
    assert "12 questions can be drawn today." in edit.content.decode()


@pytest.mark.parametrize("view", ["edit", "history", "usage", "copy", "unpublish"])
def test_the_editor_opens(editor, publish_question, view):
    question = publish_question("t2-q01")

    response = editor.get(reverse(f"wagtailsnippets_quizzes_question:{view}", args=[question.pk]))

    assert response.status_code == 200


@pytest.mark.sql
def test_figures_of_banks_agree_with_what_can_be_drawn(
    full_bank, publish_question, locale, django_assert_num_queries
):
    Question.objects.get(code="t1-q03").unpublish()
    publish_question("t2-q01")

    with django_assert_num_queries(1):
        figures = {bank.slug: (bank.ready, bank.all) for bank in banks_with_figures()}

    assert figures == {"t1": (11, 15), "t2": (1, 1)}
    banks = {bank.pk: bank.slug for bank in Bank.objects.all()}
    counts = drawable_counts(banks)
    assert {banks[pk]: number for (pk, _locale), number in counts.items()} == {"t1": 11, "t2": 1}


@pytest.mark.sql
def test_what_is_counted_as_drawable_is_what_a_draw_can_draw(full_bank, publish_question):
    """The database counts as the rule does, in each language, whatever stands beside."""
    known = publish_question("t2-q01")
    publish_question("t2-q01", locale=german(), translation_key=known.translation_key)
    publish_question("t2-q02", locale=german())
    publish_question("t2-q03", locale=german(), purpose="check")
    Question.objects.get(code="t1-q03").unpublish()

    counts = drawable_counts(Bank.objects.values_list("pk", flat=True))
    drawn = {
        (bank.pk, locale.pk): len(drawable(candidates(bank_id=bank.pk, locale_id=locale.pk)))
        for bank in Bank.objects.all()
        for locale in (english(), german())
    }

    assert counts == Counter(drawn)
    assert sorted(drawn.values()) == [0, 1, 2, 11]
    assert [bank.ready for bank in banks_with_figures()] == [11, 2]


def test_employees_do_not_get_into_the_editor(client, employee, publish_question):
    question = publish_question("t2-q01")
    client.force_login(employee)

    for name, args in (
        ("list", []),
        ("edit", [question.pk]),
        ("usage", [question.pk]),
        ("history", [question.pk]),
    ):
        response = client.get(reverse(f"wagtailsnippets_quizzes_question:{name}", args=args))
        assert response.status_code in {302, 403}
        assert "told in forty letters" not in response.content.decode()
