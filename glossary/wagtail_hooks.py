"""The glossary in Wagtail's editor: words and senses, and the term mark in rich text."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from draftjs_exporter.dom import DOM
from wagtail import hooks
from wagtail.admin.forms.choosers import BaseFilterForm, LocaleFilterMixin
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from gates.typography import within_quotes
from glossary import actions
from glossary.addresses import sense_address
from glossary.editing import RemarksPanel, SensesPanel, WordForm, WordPanel
from glossary.models import Sense, Word
from glossary.richtext import TermLinkHandler
from people.finding import FindsWords, having_words
from publishing.editing import OnceOnly


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    return [*icons, "glossary/icons/book.svg"]


# --- The term mark in rich text -----------------------------------------------------------------------


def term_entity(props: dict[str, Any]) -> Any:
    """What a term mark is stored as. Only a whole number goes in, whatever the browser sent."""
    children = props["children"]
    number = str(props.get("id", ""))
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return DOM.create_element("span", {}, children)
    return DOM.create_element("a", {"linktype": "term", "id": number}, children)


class TermElementHandler(LinkElementHandler):
    """What the editor is told about a stored term mark."""

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, Any]:
        sense = TermLinkHandler.get_many([attrs])[0]
        if sense is None:
            return {"id": attrs.get("id", "")}
        return {"id": sense.pk, "label": str(sense), "url": sense_address(sense)}


@hooks.register("register_rich_text_features")
def register_term_feature(features: FeatureRegistry) -> None:
    features.register_link_type(TermLinkHandler)
    features.register_editor_plugin(
        "draftail",
        "term",
        EntityFeature(
            {
                "type": "TERM",
                "icon": "book",
                "description": gettext_lazy("Glossary word"),
                "chooserUrls": {"senseChooser": reverse_lazy(CHOOSER + ":choose")},
            },
            js=["wagtailadmin/js/chooser-modal.js", "glossary/term.js"],
        ),
    )
    features.register_converter_rule(
        "contentstate",
        "term",
        {
            "from_database_format": {'a[linktype="term"]': TermElementHandler("TERM")},
            "to_database_format": {"entity_decorators": {"TERM": term_entity}},
        },
    )


# --- Choosing a sense ---------------------------------------------------------------------------------

CHOOSER = "wagtailsnippetchoosers_glossary_sense"


class SenseFilterForm(LocaleFilterMixin, BaseFilterForm):
    q = forms.CharField(
        label=gettext_lazy("Search term"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("A word, its short form or a synonym")}),
    )

    def filter(self, objects: QuerySet[Sense]) -> QuerySet[Sense]:
        objects = super().filter(objects)
        query = self.cleaned_data.get("q", "").strip()
        if not query:
            return objects
        self.is_searching, self.search_query = True, query
        fields = ("word__lemma", "qualifier", "gloss", "abbreviation", "expansion", "synonyms__label")
        return objects.filter(having_words(query, fields)).distinct()


class SenseChooseView(ChooseView):
    filter_form_class = SenseFilterForm


class SenseChooseResultsView(ChooseResultsView):
    filter_form_class = SenseFilterForm


class SenseChooserViewSet(SnippetChooserViewSet):
    choose_view_class = SenseChooseView
    choose_results_view_class = SenseChooseResultsView

    def get_object_list(self) -> QuerySet[Sense]:
        return Sense.objects.filter(live=True).select_related("word")


# --- Words and senses ---------------------------------------------------------------------------------


class WritesItsRow:
    """A word has no revisions: saving it is publishing it, in one transaction."""

    def save_instance(self) -> Word:
        with transaction.atomic():
            word: Word = super().save_instance()  # type: ignore[misc]
            actions.record_word(word_id=word.pk, now=timezone.now())
        return word


class WordCreateView(WritesItsRow, CreateView):
    pass


class WordEditView(WritesItsRow, EditView):
    pass


class WordsIndexView(FindsWords, IndexView):
    pass


class WordViewSet(SnippetViewSet):
    model = Word
    icon = "book"
    menu_label = gettext_lazy("Words")
    list_display = ["lemma", "part_of_speech"]
    search_fields = ["lemma", "slug"]
    index_view_class = WordsIndexView
    add_view_class = WordCreateView
    edit_view_class = WordEditView
    edit_handler = ObjectList(
        [
            FieldPanel("lemma"),
            FieldPanel("slug"),
            FieldRowPanel([FieldPanel("part_of_speech"), FieldPanel("pronunciation")]),
            SensesPanel(heading=gettext_lazy("Meanings")),
            MultiFieldPanel(
                [FieldPanel("spine"), FieldPanel("careful")], heading=gettext_lazy("Only for a false friend")
            ),
        ],
        base_form_class=WordForm,
    )


class SenseEditView(OnceOnly, EditView):
    pass


class SenseViewSet(SnippetViewSet):
    model = Sense
    edit_view_class = SenseEditView
    icon = "list-ul"
    menu_label = gettext_lazy("Senses")
    list_display = ["__str__", "home_side", "status", "owner_business", "owner_technology"]
    list_filter = ["home_side", "status"]
    search_fields = ["word__lemma", "qualifier", "gloss", "abbreviation", "expansion"]
    index_view_class = WordsIndexView
    chooser_viewset_class = SenseChooserViewSet
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    WordPanel(),
                    FieldPanel("word"),
                    FieldRowPanel([FieldPanel("qualifier"), FieldPanel("slug"), FieldPanel("position")]),
                    FieldRowPanel([FieldPanel("home_side"), FieldPanel("domain"), FieldPanel("importance")]),
                    FieldPanel("gloss"),
                    RemarksPanel("gloss"),
                    FieldPanel("wording_business"),
                    RemarksPanel("wording_business"),
                    FieldPanel("wording_technology"),
                    RemarksPanel("wording_technology"),
                    FieldPanel("why_it_matters"),
                    InlinePanel(
                        "exchanges",
                        heading=gettext_lazy("In a meeting"),
                        label=gettext_lazy("Exchange"),
                        max_num=3,
                    ),
                    RemarksPanel("in_a_meeting"),
                    RemarksPanel("false_friends"),
                ],
                heading=gettext_lazy("Meaning"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "synonyms", heading=gettext_lazy("Other words for it"), label=gettext_lazy("Word")
                    ),
                    FieldRowPanel([FieldPanel("abbreviation"), FieldPanel("expansion")]),
                    FieldRowPanel([FieldPanel("formula"), FieldPanel("unit")]),
                    InlinePanel("sources", heading=gettext_lazy("Sources"), label=gettext_lazy("Source")),
                    RemarksPanel("sources"),
                    InlinePanel(
                        "matches", heading=gettext_lazy("In other vocabularies"), label=gettext_lazy("Match")
                    ),
                ],
                heading=gettext_lazy("Facts"),
            ),
            ObjectList(
                [
                    HelpPanel(
                        content=gettext_lazy(
                            "A meaning is agreed when a business steward and an IT steward, two different people, "
                            "have signed the text that is public. Changing the text puts it back into review."
                        )
                    ),
                    FieldPanel("status", read_only=True),
                    FieldRowPanel([FieldPanel("owner_business"), FieldPanel("owner_technology")]),
                    FieldPanel("review_due"),
                    FieldPanel("meaning_changed"),
                    FieldPanel("changed_because"),
                    FieldPanel("replaced_by"),
                ],
                heading=gettext_lazy("Agreement"),
            ),
        ]
    )


class GlossaryGroup(SnippetViewSetGroup):
    items = (WordViewSet, SenseViewSet)
    menu_label = gettext_lazy("Glossary")
    menu_icon = "book"
    menu_order = 250


register_snippet(GlossaryGroup)


@hooks.register("before_delete_snippet")
def keep_what_is_used(request: HttpRequest, instances: list[models.Model]) -> HttpResponse | None:
    """Words and senses that were public or are used stay; the single and the bulk door say what to do instead."""
    senses = [instance for instance in instances if isinstance(instance, Sense)]
    words = [instance for instance in instances if isinstance(instance, Word)]
    for sense in senses:
        if sense.versions.exists() or sense.uses.exists():
            messages.error(
                request,
                _(
                    "“%(sense)s” was public: lessons, questions and answers may point at it. Unpublish it instead."
                )
                % {"sense": within_quotes(sense)},
            )
            return redirect("wagtailsnippets_glossary_sense:list")
    for word in words:
        if word.senses.exists():
            messages.error(
                request,
                _(
                    "“%(word)s” has senses. Delete or unpublish them first; a word without a public sense is not shown."
                )
                % {"word": within_quotes(word)},
            )
            return redirect("wagtailsnippets_glossary_word:list")
    return None
