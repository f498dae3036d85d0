"""What comes in from an author's pages, as clean values."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from authoring.reviewing import APPROVE, SEND_BACK
from courses.models import Direction, ProblemReport
from people import roles
from people.models import Employee


class CourseForm(forms.Form):
    """A course to start or the copy of one: enough to have a place to write in."""

    title = forms.CharField(label=_("Title"), max_length=150)
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        validators=[
            RegexValidator(
                r"^[A-Za-z][A-Za-z0-9-]*$", _("A letter first, then letters, figures and hyphens.")
            )
        ],
        help_text=_(
            "Short, and nobody else’s: T7 is technology for business, B7 is business for technicians."
        ),
    )
    direction = forms.ChoiceField(label=_("For whom"), choices=Direction.choices, widget=forms.RadioSelect)


class CopyForm(CourseForm):
    direction = None  # type: ignore[assignment] # a copy goes the way of its course


class AuthorForm(forms.Form):
    """A colleague with the role of an author, by e-mail address."""

    email = forms.EmailField(label=_("E-mail address of an author"))

    def clean_email(self) -> Employee:
        email = self.cleaned_data["email"].strip().lower()
        person = Employee.objects.filter(email=email, is_active=True).first()
        if person is None or not person.groups.filter(name=roles.AUTHOR).exists():
            raise forms.ValidationError(
                _("Nobody with the role of an author has this address. An administrator gives that role.")
            )
        return person


class DecisionForm(forms.Form):
    """What a reviewer decides about the text of one revision; sending it back needs a remark."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        choices=[(APPROVE, APPROVE), (SEND_BACK, SEND_BACK)], widget=forms.HiddenInput
    )
    remark = forms.CharField(
        label=_("Your remark"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Needed to send it back: what should change, and in which paragraph. Whoever submitted it gets this by mail "
            "and reads it beside the text."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == SEND_BACK and not cleaned.get("remark"):
            self.add_error("remark", _("Write what should change. Nothing was sent yet."))
        return cleaned


class ReplyForm(forms.ModelForm):
    """What the author answers."""

    class Meta:
        model = ProblemReport
        fields = ("answer",)
        widgets = {"answer": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "answer": _(
                "What you changed, or why it stays. It goes to the reader by mail and stands on their page."
            )
        }
        error_messages = {"answer": {"required": _("Write an answer. Nothing was sent yet.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True
