"""Banks and questions in Wagtail's editor. What was asked is taken offline, never deleted."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet, SnippetViewSetGroup

from gates.typography import within_quotes
from people.finding import FindsWords
from publishing.editing import OnceOnly
from quizzes import queries
from quizzes.chooser import BankChooserViewSet, QuestionChooserViewSet
from quizzes.forms import QuestionForm
from quizzes.models import Attempt, Bank, Question
from quizzes.policies import banks_of, guarded


class ReadyPanel(Panel):
    """How many questions of the bank a quiz could draw today, and how many it should have."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "quizzes/admin/ready.html"

        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.pk is not None

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["ready"] = queries.banks_with_figures().get(pk=self.instance.pk).ready  # type: ignore[attr-defined]  # an annotation
            return context


class BanksIndexView(FindsWords, IndexView):
    pass


class BankViewSet(SnippetViewSet):
    model = Bank
    icon = "folder-open-inverse"
    chooser_viewset_class = BankChooserViewSet
    menu_label = gettext_lazy("Banks")
    list_display = [
        "name",
        Column("ready", label=gettext_lazy("Quiz questions ready"), accessor="ready"),
        Column("all", label=gettext_lazy("Questions in all"), accessor="all"),
    ]
    search_fields = ["name", "slug"]
    index_view_class = BanksIndexView
    panels = [FieldPanel("name"), FieldPanel("slug"), ReadyPanel(heading=gettext_lazy("Ready to be asked"))]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bank]:
        return queries.banks_with_figures().filter(pk__in=banks_of(request.user))

    def get_urlpatterns(self) -> list[URLPattern]:
        return guarded(super().get_urlpatterns(), Bank)


class QuestionEditView(OnceOnly, EditView):
    pass


class QuestionFilterSet(WagtailFilterSet):
    """Only the own banks can be asked for: a bank is called like its course, which may be a draft."""

    bank = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Bank"), queryset=lambda request: banks_of(request.user)
    )

    class Meta:
        model = Question
        fields = ["bank", "purpose", "kind", "outcome", "difficulty", "side", "live"]


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    edit_view_class = QuestionEditView
    chooser_viewset_class = QuestionChooserViewSet
    menu_label = gettext_lazy("Questions")
    list_display = ["__str__", "bank", "purpose", "kind", "outcome", "difficulty"]
    filterset_class = QuestionFilterSet
    list_per_page = 50
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("stem"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("shuffle")]),
                    InlinePanel(
                        "options",
                        heading=gettext_lazy("Options"),
                        label=gettext_lazy("Option"),
                        panels=[FieldPanel("text"), FieldPanel("is_correct"), FieldPanel("explanation")],
                        help_text=gettext_lazy(
                            "Every option needs a reason of at least 40 characters, also the correct one. "
                            "“I’m not sure” is added by the program."
                        ),
                    ),
                ],
                heading=gettext_lazy("Question"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("bank"), FieldPanel("code")]),
                    FieldRowPanel([FieldPanel("purpose"), FieldPanel("probe_kind")]),
                    FieldRowPanel([FieldPanel("outcome"), FieldPanel("difficulty"), FieldPanel("side")]),
                    MultiFieldPanel(
                        [FieldPanel("lesson_slug"), FieldPanel("section")],
                        heading=gettext_lazy("Where a lesson explains it"),
                        help_text=gettext_lazy(
                            "The address of the lesson and the exact text of one of its headings: feedback links there."
                        ),
                    ),
                    InlinePanel(
                        "sense_tags",
                        heading=gettext_lazy("Evidence for the understanding of"),
                        label=gettext_lazy("Sense"),
                        panels=[FieldPanel("sense")],
                    ),
                ],
                heading=gettext_lazy("Place"),
            ),
            ObjectList(
                [
                    HelpPanel(
                        content=gettext_lazy(
                            "Only for kinds that cannot be answered yet. They are kept as they are and never drawn."
                        )
                    ),
                    FieldPanel("settings"),
                ],
                heading=gettext_lazy("Other kinds"),
            ),
        ],
        base_form_class=QuestionForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        mine = Question.objects.filter(bank__in=banks_of(request.user))
        return mine.select_related("bank", "locale").order_by("code")

    def get_urlpatterns(self) -> list[URLPattern]:
        return guarded(super().get_urlpatterns(), Question)


class QuestionGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, BankViewSet)
    menu_label = gettext_lazy("Questions")
    menu_icon = "help"
    menu_order = 240


register_snippet(QuestionGroup)


@hooks.register("before_delete_snippet")
def keep_what_was_asked(request: HttpRequest, instances: list[Model]) -> HttpResponse | None:
    """The single and the bulk door: answers point at published questions, so those are taken offline instead."""
    for question in instances:
        if isinstance(question, Question) and (question.versions.exists() or question.uses.exists()):
            messages.error(
                request,
                _(
                    "“%(question)s” was published: attempts, answers and lessons may point at it. Unpublish it instead."
                )
                % {"question": within_quotes(question)},
            )
            return redirect("wagtailsnippets_quizzes_question:list")
    for bank in instances:
        if isinstance(bank, Bank) and (bank.questions.exists() or Attempt.objects.filter(bank=bank).exists()):
            messages.error(
                request,
                _(
                    "“%(bank)s” holds questions or was drawn from, so it stays. Questions can be unpublished one by one."
                )
                % {"bank": within_quotes(bank)},
            )
            return redirect("wagtailsnippets_quizzes_bank:list")
    return None


@hooks.register("insert_global_admin_js")
def check_dialog() -> SafeString:
    return format_html('<script src="{}"></script>', static("quizzes/check-dialog.js"))
