"""A question as its author fills it in: a draft is always saved, what is missing stops publishing."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from publishing.row_forms import LeavesOutEmptyRows
from quizzes.policies import banks_of
from quizzes.rules.publishable import OptionDraft, QuestionDraft, problems

# Where the editor shows a problem of the rules.
_FIELDS = {"stem": "stem", "probe_kind": "probe_kind", "settings": "settings"}


class QuestionForm(LeavesOutEmptyRows, WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "bank" in self.fields and self.for_user is not None:
            self.fields["bank"].queryset = banks_of(self.for_user)
        if self.instance.pk and "code" in self.fields:
            # Files and reports name the question by it.
            self.fields["code"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.is_deferred_validation and "kind" in cleaned:
            self._tell_what_is_missing(cleaned)
        return cleaned

    def _tell_what_is_missing(self, cleaned: dict[str, Any]) -> None:
        """Errors at the very field or option, so that nobody has to search for them."""
        option_forms = self._kept_forms("options")
        draft = QuestionDraft(
            kind=cleaned["kind"],
            purpose=cleaned.get("purpose", ""),
            probe_kind=cleaned.get("probe_kind", ""),
            stem=cleaned.get("stem", ""),
            options=[_option(form.cleaned_data) for form in option_forms],
            sense_count=len(self._kept_forms("sense_tags")),
            settings=cleaned.get("settings") or {},
        )
        for problem in problems(draft):
            sentence = _(problem.message) % problem.values
            if problem.option is not None:
                option_forms[problem.option].add_error(problem.field_name, sentence)
            elif problem.field_name in _FIELDS and _FIELDS[problem.field_name] in self.fields:
                self.add_error(_FIELDS[problem.field_name], sentence)
            else:
                self.add_error(None, sentence)

    def _kept_forms(self, name: str) -> list[Any]:
        """The rows of an inline panel that will stay, in the order of the page."""
        formset = self.formsets.get(name)
        if formset is None:
            return []
        formset.is_valid()  # fills cleaned_data; its own errors are shown anyway
        kept = [
            form
            for form in formset.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]
        return sorted(kept, key=lambda form: form.cleaned_data.get("ORDER") or 0)


def _option(cleaned: dict[str, Any]) -> OptionDraft:
    return OptionDraft(
        key="",
        text=cleaned.get("text") or "",
        is_correct=bool(cleaned.get("is_correct")),
        explanation=cleaned.get("explanation") or "",
    )
