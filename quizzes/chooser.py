"""Checks inside a lesson's editor: found, written and changed in the dialog, without leaving the lesson."""

import re
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
    SnippetCreateView,
)

from people.finding import having_words
from quizzes.actions import WrittenOption, write_check
from quizzes.models import Bank, Question
from quizzes.policies import banks_of
from quizzes.rules.publishable import EXPLANATION_MIN

MOST_OPTIONS = 8
_ROWS_SHOWN = 4
_PAGE = re.compile(r"/admin/pages/(\d+)/edit/")


class CheckForm(forms.Form):
    """Stem, options and explanations in one place. Everything may be left for later but the question."""

    bank = forms.ModelChoiceField(label=gettext_lazy("Kept in the bank"), queryset=Bank.objects.none())
    stem = forms.CharField(
        label=gettext_lazy("Question"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("State every fact that is needed to answer. Markdown."),
        error_messages={"required": gettext_lazy("Write the question; options can follow later.")},
    )

    def __init__(
        self,
        *args: Any,
        person: Any,
        question: Question | None = None,
        address: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        options = []
        if question is not None:
            draft = question.get_latest_revision_as_object() if question.latest_revision_id else question
            options = list(draft.options.all())
            self.initial = {**self.initial, "stem": draft.stem, "bank": question.bank_id}
            del self.fields["bank"]
        else:
            self._choose_bank(person, address)
        self.row_count = max(MOST_OPTIONS, len(options))
        self.shown_count = max(_ROWS_SHOWN, len(options))
        too_short = _(
            "People read this after they have chosen: %(least)d characters at least, now {length}."
        ) % {"least": EXPLANATION_MIN}
        for number in range(1, self.row_count + 1):
            self.fields[f"text_{number}"] = forms.CharField(label=_("What it says"), required=False)
            self.fields[f"correct_{number}"] = forms.BooleanField(label=_("This is right"), required=False)
            self.fields[f"why_{number}"] = forms.CharField(
                label=_("Why it is right or not"),
                required=False,
                widget=forms.Textarea(
                    attrs={"rows": 2, "data-least": EXPLANATION_MIN, "data-too-short": too_short}
                ),
            )
        for number, option in enumerate(options, start=1):
            self.initial = {
                **self.initial,
                f"text_{number}": option.text,
                f"correct_{number}": option.is_correct,
                f"why_{number}": option.explanation,
            }

    def _choose_bank(self, person: Any, address: str) -> None:
        """The bank of the course whose lesson is open; asked for only where that does not say it."""
        banks = banks_of(person)
        field = self.fields["bank"]
        field.queryset = banks  # type: ignore[attr-defined] # declared above as a choice of banks
        bank_id = bank_of_page(address)
        if bank_id is not None and banks.filter(pk=bank_id).exists():
            field.initial = bank_id
        elif banks.count() == 1:
            field.initial = banks.get().pk
        if field.initial:
            field.widget = forms.HiddenInput()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"number": number, **{name: self[f"{name}_{number}"] for name in ("text", "correct", "why")}}
            for number in range(1, self.row_count + 1)
        ]

    @property
    def first_rows(self) -> list[dict[str, Any]]:
        return self.rows[: self.shown_count]

    @property
    def further_rows(self) -> list[dict[str, Any]]:
        """Behind a fold, for a check with more options than most have."""
        return self.rows[self.shown_count :]

    @property
    def options(self) -> list[WrittenOption]:
        """The rows that say anything, in the order of the page."""
        clean = self.cleaned_data
        rows = [
            WrittenOption(
                text=clean[f"text_{number}"].strip(),
                is_correct=clean[f"correct_{number}"],
                explanation=clean[f"why_{number}"].strip(),
            )
            for number in range(1, self.row_count + 1)
        ]
        return [row for row in rows if row.text or row.explanation]


def bank_of_page(address: str) -> int | None:
    """The bank of the course that the page open in the editor belongs to, by the editor's address."""
    from wagtail.models import Page

    match = _PAGE.search(address)
    page = Page.objects.filter(pk=match[1]).first() if match else None
    while page is not None and page.depth > 1:
        bank_id = getattr(page.specific, "bank_id", None)
        if bank_id:
            return int(bank_id)
        page = page.get_parent()
    return None


class QuestionFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=gettext_lazy("Search term"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Words of the question, or its code")}),
    )

    def filter(self, objects: QuerySet[Question]) -> QuerySet[Question]:
        objects = super().filter(objects)
        query = self.cleaned_data.get("q", "").strip()
        if not query:
            return objects
        self.is_searching, self.search_query = True, query
        return objects.filter(having_words(query, ("stem", "code")))


class OwnQuestions:
    """The questions of the banks that this person writes; others are not there."""

    request: HttpRequest

    def get_object_list(self) -> QuerySet[Question]:
        return own_questions(self.request)


def own_questions(request: HttpRequest) -> QuerySet[Question]:
    """Those of the course whose lesson is open come first."""
    bank_id = bank_of_page(request.headers.get("Referer", ""))
    is_other = Case(When(bank_id=bank_id, then=Value(0)), default=Value(1))
    questions = Question.objects.filter(bank__in=banks_of(request.user)).select_related("bank")
    return questions.order_by(is_other, "code") if bank_id else questions.order_by("code")


class WritesChecks:
    """The form of the dialog, with the person and the address of the page it is opened from."""

    creation_form_template_name = "quizzes/admin/check_form.html"
    request: HttpRequest

    def can_create(self) -> bool:
        return banks_of(self.request.user).exists()

    def get_creation_form_class(self) -> type[CheckForm]:
        return CheckForm

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_creation_form_kwargs()  # type: ignore[misc]
        kwargs.pop("files", None)
        return kwargs | {"person": self.request.user, "address": self.request.headers.get("Referer", "")}


class QuestionChooseView(WritesChecks, OwnQuestions, ChooseView):
    filter_form_class = QuestionFilterForm


class QuestionChooseResultsView(WritesChecks, OwnQuestions, ChooseResultsView):
    filter_form_class = QuestionFilterForm


class QuestionChosenView(SnippetChosenView):
    def get_object(self, pk: str) -> Question:
        return own_questions(self.request).get(pk=pk)


class QuestionChosenMultipleView(SnippetChosenMultipleView):
    def get_objects(self, pks: list[str]) -> QuerySet[Question]:
        return own_questions(self.request).filter(pk__in=[pk for pk in pks if pk.isdigit()])


class CheckCreateView(WritesChecks, SnippetCreateView):
    def save_form(self, form: CheckForm) -> Question:
        return write_check(
            bank=form.cleaned_data["bank"],
            stem=form.cleaned_data["stem"],
            options=form.options,
            author=self.request.user,
        )


class CheckEditView(SnippetChosenView, View):
    """The check of a lesson, changed in the dialog: a new draft of it in the bank."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._shown(CheckForm(person=request.user, question=self._question(pk)))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        question = self._question(pk)
        form = CheckForm(request.POST, person=request.user, question=question)
        if not form.is_valid():
            return self._shown(form)
        saved = write_check(
            bank=question.bank,
            stem=form.cleaned_data["stem"],
            options=form.options,
            author=request.user,
            question=question,
        )
        response: HttpResponse = self.get_chosen_response(saved)
        return response

    def _question(self, pk: str) -> Question:
        question = Question.objects.filter(pk=pk).first() if pk.isdigit() else None
        if question is None:
            raise Http404
        if not own_questions(self.request).filter(pk=question.pk).exists():
            raise PermissionDenied
        return question

    def _shown(self, form: CheckForm) -> HttpResponse:
        question = form.question
        assert question is not None  # noqa: S101 - only an existing check is changed here
        context = {
            "form": form,
            "question": question,
            "url": reverse(f"{CHOOSER}:write", args=[question.pk]),
            "bank_url": reverse("wagtailsnippets_quizzes_question:edit", args=[question.pk]),
        }
        return render_modal_workflow(
            self.request, "quizzes/admin/check_dialog.html", None, context, json_data={"step": "edit"}
        )


CHOOSER = "wagtailsnippetchoosers_quizzes_question"


class QuestionChooserViewSet(SnippetChooserViewSet):
    choose_view_class = QuestionChooseView
    choose_results_view_class = QuestionChooseResultsView
    chosen_view_class = QuestionChosenView
    chosen_multiple_view_class = QuestionChosenMultipleView
    create_view_class = CheckCreateView
    creation_form_class = CheckForm
    search_tab_label = gettext_lazy("Find a question")
    create_action_label = gettext_lazy("Write a check")

    def inject_view_methods(self, view_class: Any, method_names: list[str]) -> Any:
        """Our views say themselves what can be chosen: that depends on who asks."""
        names = [name for name in method_names if name != "get_object_list"]
        return super().inject_view_methods(view_class, names)

    def get_urlpatterns(self) -> list[URLPattern]:
        view = self.construct_view(CheckEditView)
        return [*super().get_urlpatterns(), path("write/<str:pk>/", view, name="write")]


class OwnBanks:
    """The banks that this person writes; others are not there."""

    request: HttpRequest

    def get_object_list(self) -> QuerySet[Bank]:
        return banks_of(self.request.user).order_by("name")


class BankChooseView(OwnBanks, ChooseView):
    pass


class BankChooseResultsView(OwnBanks, ChooseResultsView):
    pass


class BankChosenView(SnippetChosenView):
    def get_object(self, pk: str) -> Bank:
        return banks_of(self.request.user).get(pk=pk)


class BankChosenMultipleView(SnippetChosenMultipleView):
    def get_objects(self, pks: list[str]) -> QuerySet[Bank]:
        return banks_of(self.request.user).filter(pk__in=[pk for pk in pks if pk.isdigit()])


class BankChooserViewSet(SnippetChooserViewSet):
    choose_view_class = BankChooseView
    choose_results_view_class = BankChooseResultsView
    chosen_view_class = BankChosenView
    chosen_multiple_view_class = BankChosenMultipleView

    def inject_view_methods(self, view_class: Any, method_names: list[str]) -> Any:
        """As for questions: what can be chosen depends on who asks."""
        return view_class
