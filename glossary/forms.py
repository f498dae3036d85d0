"""What stewards say on their desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from glossary.models import Sense


class WhyForm(forms.Form):
    """Why somebody wants another text than the one that waits for their signature."""

    reason = forms.CharField(
        label=_("Why do you want another text?"),
        max_length=Sense._meta.get_field("changed_because").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other side reads it beside your text."),
        error_messages={"required": _("Say why, in a sentence. Nothing was saved yet.")},
    )
