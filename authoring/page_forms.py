"""Courses and lessons as their authors fill them in: what is named must be theirs to use."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import Select
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.permissions import policy_registry

from authoring.reading import counted_minutes
from courses.blocks import references_in
from courses.models import CoursePage
from people import roles
from people.models import Side
from publishing.row_forms import LeavesOutEmptyRows
from quizzes.models import Question
from quizzes.policies import banks_of

_FRESH = re.compile(r"^new-lesson(-\d+)?$")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


class DraftForm(LeavesOutEmptyRows, WagtailAdminPageForm):
    """A draft is always saved: what could not be stored of a field stays as it was, and `kept` says why.

    Required fields are asked for by the list of what is missing, whatever is done with the form.
    """

    MAY_REFUSE: frozenset[str] = frozenset()
    """Fields whose errors stop saving: what somebody may not use is not stored."""

    def full_clean(self) -> None:
        self.kept: dict[str, str] = {}
        if not self.is_deferred_validation:
            self.defer_required_fields()
        before = {
            field.name: getattr(self.instance, field.attname)
            for field in self.instance._meta.concrete_fields
            if field.name in self.fields
        }
        super().full_clean()
        if not self.instance.pk:
            return  # there is nothing that could stay as it was
        for name in [name for name in self.errors if name in before and name not in self.MAY_REFUSE]:
            self.kept[name] = " ".join(self.errors.pop(name))
            field = self.instance._meta.get_field(name)
            setattr(self.instance, field.attname, before[name])
            self.cleaned_data[name] = getattr(self.instance, name)

    def restore_required_fields(self) -> None:
        """Nothing of what a form shows again is made red for being empty: the list says it."""


class CourseForm(DraftForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "bank" in self.fields and self.for_user is not None:
            # Choosing a bank would open its questions: only those somebody writes anyway, and the course's own.
            field = self.fields["bank"]
            mine = Q(pk__in=banks_of(self.for_user).values("pk")) | Q(pk=self.instance.bank_id)
            field.queryset = field.queryset.filter(mine)
        for side in (Side.BUSINESS, Side.TECHNOLOGY):
            self._offer_stewards(side)
        if self.is_bound:
            for name, points_at in (("course_terms", "sense"), ("course_competences", "competence")):
                if name in self.formsets:
                    _read_together(self.formsets[name], points_at)
                    _read_together(self.formsets[name], "id")

    def _offer_stewards(self, side: str) -> None:
        """Who keeps meanings for a side, and whoever the course names already."""
        name = f"steward_{side}"
        if name in self.fields:
            field = self.fields[name]
            stewards = Q(groups__name=roles.STEWARD, side=side, is_active=True)
            named = Q(pk=getattr(self.instance, f"{name}_id"))
            field.queryset = field.queryset.filter(stewards | named).distinct()


def _read_together(formset: Any, name: str) -> None:
    """What the rows of a form chose is read with one query, where Django asks for each: others wait meanwhile."""
    fields = {form.add_prefix(name): form.fields[name] for form in formset.forms if name in form.fields}
    if not fields:
        return
    sent = {formset.data.get(prefix, "") for prefix in fields}
    choices = next(iter(fields.values())).queryset
    rows = choices.filter(pk__in=[pk for pk in sent if _NUMBER.fullmatch(pk)])
    known = {str(row.pk): row for row in rows}
    for field in fields.values():
        field.to_python = partial(_known, known, field.to_python)


def _known(rows: dict[str, Any], otherwise: Callable[[Any], Any], value: Any) -> Any:
    """The row; what was not found is asked for as ever, and told as ever."""
    return rows[value] if value in rows else otherwise(value)


class LessonForm(DraftForm):
    """Whatever is missing, a draft is saved. What somebody may not read is not shown to them by a preview."""

    MAY_REFUSE = frozenset({"body"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "minutes" in self.fields:
            self._offer_to_count()
        if "outcome" in self.fields:
            self._offer_outcomes()

    def _offer_to_count(self) -> None:
        """The field is empty while the lesson has the minutes that its text and checks take."""
        field, counted = self.fields["minutes"], counted_minutes(self.instance.body, self.instance.locale_id)
        field.required = False
        field.help_text = _(
            "Left empty, they are counted from the text and its checks; today %(minutes)d."
        ) % {"minutes": counted}
        if self.instance.minutes == counted:
            self.initial["minutes"] = None

    def _offer_outcomes(self) -> None:
        """The outcomes of the course as it is written now; a key that none has any more stays to be seen."""
        course = self.parent_page.specific if self.parent_page else None
        draft = course.get_latest_revision_as_object() if isinstance(course, CoursePage) else None
        choices = {item.value["key"]: item.value["text"] for item in draft.outcomes} if draft else {}
        own = self.instance.outcome
        if own and own not in choices:
            choices[own] = _("%(key)s (no outcome of the course any more)") % {"key": own}
        field = self.fields["outcome"]
        field.widget = Select(choices=[("", _("None")), *choices.items()])
        field.help_text = (
            _("Which outcome of the course this lesson leads to.")
            if choices
            else _("The course has no outcomes yet: write them on the course, under “After this you can”.")
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        body = cleaned.get("body")
        if body is not None and self.for_user is not None:
            self._refuse_what_is_not_theirs(body)
        if "minutes" in self.fields and cleaned.get("minutes") is None and "minutes" not in self.errors:
            cleaned["minutes"] = counted_minutes(body, self.instance.locale_id)
        return cleaned

    def clean_slug(self) -> str:
        """The address follows the title of a lesson that nobody has opened yet."""
        slug = str(self.cleaned_data.get("slug") or "")
        title = slugify(self.cleaned_data.get("title") or "")
        is_new = self.instance.pk and self.instance.first_published_at is None
        if not (is_new and _FRESH.match(slug) and title and not _FRESH.match(title)):
            return slug
        taken = set(self.instance.get_siblings(inclusive=False).values_list("slug", flat=True))
        return title[:200] if title[:200] not in taken else slug

    def _refuse_what_is_not_theirs(self, body: Any) -> None:
        """Questions, pictures and documents that a browser named, against what this person may use.

        What the stored lesson already shows stays: somebody with other rights put it there.
        """
        named = _named(body)
        stored = type(self.instance).objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        known: dict[str, set[int]] = {"question": set(), "image": set(), "document": set()}
        if stored is not None:
            for version in (stored, stored.get_latest_revision_as_object()):
                for kind, ids in _named(version.body).items():
                    known[kind] |= ids
        new = {kind: ids - known[kind] for kind, ids in named.items()}
        allowed = Question.objects.filter(pk__in=new["question"], bank__in=banks_of(self.for_user))
        refused = new["question"] - set(allowed.values_list("pk", flat=True))
        for kind, model in (("image", get_image_model()), ("document", get_document_model())):
            policy = policy_registry.get_by_type(model)
            usable = policy.instances_user_has_permission_for(self.for_user, "choose")
            refused |= new[kind] - set(usable.filter(pk__in=new[kind]).values_list("pk", flat=True))
        if refused:
            self.add_error(
                "body",
                ValidationError(
                    _(
                        "A question, picture or document here belongs to another course. Choose one of this course."
                    )
                ),
            )


def _named(body: Any) -> dict[str, set[int]]:
    kinds: dict[Any, str] = {
        Question: "question",
        get_image_model(): "image",
        get_document_model(): "document",
    }
    named: dict[str, set[int]] = {kind: set() for kind in kinds.values()}
    for model, number in references_in(body):
        if model in kinds:
            named[kinds[model]].add(number)
    return named
