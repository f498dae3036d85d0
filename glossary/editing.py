"""A word and its meanings in one form: each row is the heart of a sense, saved as its draft."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import Panel

from glossary.advice import remarks_by_field
from glossary.models import Sense, Word

FIELDS = ("qualifier", "home_side", "gloss", "wording_business", "wording_technology", "why_it_matters")


class SenseRow(forms.ModelForm):
    """What a meaning is for both sides. Meetings, sources and agreement have their place in its own editor."""

    class Meta:
        model = Sense
        fields = FIELDS
        widgets = {
            "gloss": forms.Textarea(attrs={"rows": 2}),
            "wording_business": forms.Textarea(attrs={"rows": 4}),
            "wording_technology": forms.Textarea(attrs={"rows": 4}),
            "why_it_matters": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("gloss", "wording_business", "wording_technology"):
            self.fields[name].required = False  # a draft; publishing asks for them

    def _post_clean(self) -> None:
        """Rows are drafts: the model's rules are asked when the sense is published."""
        self.instance.__dict__.update(
            {name: value for name, value in self.cleaned_data.items() if name in FIELDS}
        )

    @property
    def is_new(self) -> bool:
        return self.instance.pk is None

    @property
    def edit_url(self) -> str:
        return "" if self.is_new else reverse("wagtailsnippets_glossary_sense:edit", args=[self.instance.pk])

    @property
    def remarks(self) -> dict[str, list[str]]:
        """By field, and under "other" what has no field here."""
        if self.is_new:
            return {}
        remarks = remarks_by_field(self.instance)
        other = [text for field, texts in remarks.items() if field not in FIELDS for text in texts]
        return {**remarks, "other": other}

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each field with what weakens it, as the page shows them."""
        return [{"field": self[name], "remarks": self.remarks.get(name, [])} for name in FIELDS]


class WordForm(WagtailAdminModelForm):
    """The word, its meanings, and one empty row for a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data = self.data if self.is_bound else None
        self.sense_rows: list[SenseRow] = []
        if self.for_user is not None and not self.for_user.has_perm("glossary.change_sense"):
            return
        senses = self.instance.senses.order_by("position", "pk") if self.instance.pk else []
        for sense in senses:
            draft = sense.get_latest_revision_as_object() if sense.latest_revision_id else sense
            self.sense_rows.append(SenseRow(data, instance=draft, prefix=f"sense-{sense.pk}"))
        self.sense_rows.append(
            SenseRow(data, prefix="sense-new", empty_permitted=True, use_required_attribute=False)
        )

    @property
    def sent_rows(self) -> list[SenseRow]:
        """The rows that the browser sent: who opened the page before a sense was added sends fewer."""
        return [row for row in self.sense_rows if row.add_prefix("gloss") in self.data]

    def is_valid(self) -> bool:
        return bool(super().is_valid()) and all(row.is_valid() for row in self.sent_rows)

    def has_changed(self) -> bool:
        return bool(super().has_changed()) or any(row.has_changed() for row in self.sent_rows)

    def save(self, commit: bool = True) -> Word:
        word: Word = super().save(commit=commit)
        if commit:
            self.save_senses(word)
        return word

    def save_senses(self, word: Word) -> None:
        """Changed rows become drafts of their senses; nothing that is public changes by it."""
        for row in self.sent_rows:
            if not row.has_changed():
                continue
            sense = row.instance
            if row.is_new:
                sense.word, sense.locale, sense.live = word, word.locale, False
                sense.position = word.senses.count() + 1
                sense.slug = _free_slug(word, sense.qualifier)
                sense.save()
            sense.save_revision(user=self.for_user, clean=False)


def _free_slug(word: Word, qualifier: str) -> str:
    base = slugify(qualifier)[:50] or "main"
    taken = set(word.senses.values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


class SensesPanel(Panel):
    """The meanings of a word, to be written here; each leads to its own editor for the rest."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "glossary/admin/senses.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["rows"] = getattr(self.form, "sense_rows", [])
            return context


class RemarksPanel(Panel):
    """What weakens the field above it: a warning, never an obstacle."""

    def __init__(self, field: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field = field

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "field": self.field}

    class BoundPanel(Panel.BoundPanel):
        template_name = "glossary/admin/remarks.html"

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.instance.pk and self.remarks)

        @property
        def remarks(self) -> list[str]:
            return remarks_by_field(self.instance).get(self.panel.field, [])

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "remarks": self.remarks}


class WordPanel(Panel):
    """Above a sense: its word and the word's other meanings, so that nobody loses the way."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "glossary/admin/word.html"

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.instance.pk)

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            word = self.instance.word
            others = (
                word.senses.exclude(pk=self.instance.pk).select_related("word").order_by("position", "pk")
            )
            context["word"] = word
            context["word_url"] = reverse("wagtailsnippets_glossary_word:edit", args=[word.pk])
            context["others"] = [
                {"sense": sense, "url": reverse("wagtailsnippets_glossary_sense:edit", args=[sense.pk])}
                for sense in others
            ]
            return context
