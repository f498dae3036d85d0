"""What people type on the pages of the whole site: which entries of the audit log they want to see."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.log import Verb
from people.forms import ColleagueField


class AuditFilterForm(forms.Form):
    """What to show of the audit log."""

    verb = forms.ChoiceField(
        label=_("What"), required=False, choices=lambda: [("", _("Everything")), *Verb.choices]
    )
    who = ColleagueField(label=_("Done by (e-mail)"), required=False)
    about = ColleagueField(label=_("About (e-mail)"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
