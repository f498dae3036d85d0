"""What comes in from a course's pages, as clean values."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from courses.models import Audience, CoursePage, Direction, ProblemReport
from courses.queries import Standing
from courses.queries.audiences import courses_to_ask
from courses.rules.completion import COMPLETED
from people.models import Department, Side
from quizzes.rules.given import Given
from quizzes.rules.ordering import LONGEST_KEPT


class CatalogueForm(forms.Form):
    """The catalogue's filters; a value that does not exist filters nothing."""

    direction = forms.ChoiceField(required=False, choices=[("", _("Both ways")), *Direction.choices])
    minutes = forms.TypedChoiceField(
        label=_("Time"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Any length")), (20, _("At most 20 minutes")), (40, _("At most 40 minutes"))],
    )
    asked = forms.ChoiceField(
        label=_("For me"),
        required=False,
        choices=[
            ("", _("All courses")),
            ("required", _("Required for me")),
            ("open", _("Not completed yet")),
        ],
    )

    def fits(self, standing: Standing) -> bool:
        wanted: dict[str, Any] = getattr(self, "cleaned_data", {})
        return all(_fits(standing, name, wanted[name]) for name in FILTERS if wanted.get(name))

    def offered(self, standings: Collection[Standing]) -> list[forms.BoundField]:
        """The filters with those choices that let some of these courses through and not all of them.

        What is chosen already stays a choice, so that it can be taken back.
        """
        shown = []
        for name in FILTERS:
            field = self.fields[name]
            chosen = self.data.get(name, "")
            field.choices = [  # type: ignore[attr-defined]  # a ChoiceField
                (value, label)
                for value, label in field.choices  # type: ignore[attr-defined]  # a ChoiceField
                if value in ("", chosen) or str(value) == chosen or _divides(standings, name, value)
            ]
            if len(field.choices) > 1:  # type: ignore[attr-defined]  # a ChoiceField
                shown.append(self[name])
        return shown


FILTERS = ("minutes", "asked")


def _fits(standing: Standing, name: str, value: Any) -> bool:
    if name == "minutes":
        return standing.minutes <= value
    return standing.is_required if value == "required" else standing.status != COMPLETED


def _divides(standings: Collection[Standing], name: str, value: Any) -> bool:
    return 0 < sum(_fits(standing, name, value) for standing in standings) < len(standings)


class AnswerForm(forms.Form):
    """An answer to a question: the idempotency key, what was chosen, how sure.

    A script that sends it adds how many milliseconds ago it was given; a page that shows an earlier
    answer adds the key of that one.
    """

    key = forms.UUIDField()
    check = forms.UUIDField()
    version = forms.IntegerField(min_value=1)
    confidence = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(1, "1"), (2, "2"), (3, "3")]
    )
    age = forms.IntegerField(required=False)
    seen = forms.UUIDField(required=False)

    @property
    def age_when_sent(self) -> timedelta | None:
        age = self.cleaned_data["age"]
        longest = int(LONGEST_KEPT.total_seconds() * 1000)
        return None if age is None else timedelta(milliseconds=min(max(age, 0), longest))

    @property
    def chosen_before_sign_in(self) -> Given | None:
        """What the address of a page says was chosen when the sign-in had expired; None where it says nothing."""
        self.is_valid()  # how sure somebody was is read from what is clean
        return Given.read(self._sent) if self._sent else None

    def other_key(self) -> uuid.UUID:
        """For another choice in a form that was sent before: the same each time that choice is sent."""
        sent = self.cleaned_data
        return uuid.uuid5(sent["key"], repr([sorted(set(self._sent)), sent["version"], sent["confidence"]]))

    @property
    def chosen(self) -> list[str]:
        """Option keys as they were sent; the action refuses what the question does not have."""
        return list(Given.read(self._sent).chosen)

    @property
    def is_unsure(self) -> bool:
        return Given.read(self._sent).is_unsure

    @property
    def _sent(self) -> list[str]:
        return self.data.getlist("answer") if isinstance(self.data, QueryDict) else []


class QuizAnswerForm(AnswerForm):
    """An answer to a drawn question: the address names the question and the attempt keeps its version."""

    check = version = seen = None  # type: ignore[assignment]


class StartForm(forms.Form):
    """Which attempt of a quiz a click begins: the first one `after` this number. Sent twice, it begins one."""

    after = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


def new_key() -> str:
    return str(uuid.uuid4())


class CourseField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.title}"


class AudienceForm(forms.Form):
    """Course, who, required or recommended, and until when."""

    course = CourseField(
        label=_("Course"),
        queryset=CoursePage.objects.none(),
        empty_label=_("Choose a course"),
        error_messages={"required": _("Choose a course.")},
    )
    who = forms.ChoiceField(
        label=_("Who"),
        help_text=_("A department means everybody in it and in those below it, also who joins later."),
    )
    requirement = forms.ChoiceField(
        label=_("How"),
        choices=Audience.Requirement.choices,
        initial=Audience.Requirement.REQUIRED,
        widget=forms.RadioSelect,
    )
    due_on = forms.DateField(
        label=_("Due on"),
        required=False,
        help_text=_(
            "The last day, in the company’s time zone. Without one nobody becomes overdue; with what is only recommended nobody ever does."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["course"].queryset = courses_to_ask()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["who"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("everyone", _("Everyone")),
            (
                _("A side"),
                [
                    (f"side:{Side.BUSINESS}", _("Business")),
                    (f"side:{Side.TECHNOLOGY}", _("Technology")),
                ],
            ),
            (
                _("A department"),
                [
                    (f"department:{row.pk}", f"{'– ' * (row.depth - 1)}{row.name}")
                    for row in self._departments.values()
                ],
            ),
        ]

    @cached_property
    def _departments(self) -> dict[int, Department]:
        return {row.pk: row for row in Department.objects.order_by("path")}

    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on is not None and due_on < self.today:
            raise forms.ValidationError(
                _("This day is over: nobody could be in time any more. Choose a later one.")
            )
        return due_on

    @property
    def audience(self) -> Audience:
        """What the valid form says, not saved."""
        values = self.cleaned_data
        scope, _colon, value = values["who"].partition(":")
        return Audience(
            course=values["course"],
            course_key=values["course"].translation_key,
            scope=scope,
            side=value if scope == Audience.Scope.SIDE else "",
            department=self._departments[int(value)] if scope == Audience.Scope.DEPARTMENT else None,
            requirement=values["requirement"],
            due_on=values["due_on"],
        )

    @property
    def said(self) -> str:
        """Equal where the form says the same: what was looked at is what is set."""
        return "|".join(self.data.get(name, "") for name in self.fields)


class ReportForm(forms.ModelForm):
    """What a reader says is wrong with a lesson."""

    class Meta:
        model = ProblemReport
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "text": _("Which sentence, and what is wrong or unclear about it? The author sees your name.")
        }
        error_messages = {"text": {"required": _("Say what the problem is. Nothing was sent yet.")}}

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).strip()
