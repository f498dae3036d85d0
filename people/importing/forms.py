"""The form that takes a list of people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

UPLOAD_LIMIT = 10_000_000


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("The list, as CSV"),
        help_text=_("From Excel: “Save as”, then “CSV UTF-8”. At most 10 MB, which is about 90,000 people."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. It needs a first line with headings and a line a person."),
        },
    )
    invite = forms.BooleanField(
        label=_("Mail everybody new a link for the first sign-in"),
        required=False,
        help_text=_("Not needed where people sign in with the company’s account."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_LIMIT:
            raise forms.ValidationError(
                _(
                    "The file is larger than 10 MB. Nothing was kept. Ask whoever runs the server to import it with "
                    "“manage.py import_people”, which has no limit."
                )
            )
        return file
