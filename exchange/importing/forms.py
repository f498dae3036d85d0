"""The form that takes a course or a document."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage
from gates.archives import ARCHIVE_LIMIT
from gates.word import DOCUMENT_LIMIT


class ImportForm(forms.Form):
    """A .zip is a course; a .docx is a lesson and needs a course to go into."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A course as a ZIP archive (at most 25 MB), or one lesson as a Word document, .docx (at most 15 MB)."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,.docx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    course = forms.ModelChoiceField(
        CoursePage.objects.none(),
        label=_("Course for a Word document"),
        required=False,
        empty_label=_("None: the file is a whole course"),
    )

    def __init__(self, *args: Any, courses: Any, may_start: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined] # the field above
        self.may_start = may_start

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file is None:
            return cleaned
        name = str(file.name or "").lower()
        if name.endswith(".docx"):
            if file.size > DOCUMENT_LIMIT:
                self.add_error("file", _("The document is larger than 15 MB. Make its pictures smaller."))
            if cleaned.get("course") is None and "course" not in self.errors:
                self.add_error("course", _("Choose the course that gets the lesson."))
        elif name.endswith(".zip"):
            if file.size > ARCHIVE_LIMIT:
                self.add_error("file", _("The archive is larger than 25 MB. Leave films out."))
            cleaned["course"] = None
            if not self.may_start:
                self.add_error(
                    "file", _("Only authors import whole courses. An administrator gives that role.")
                )
        else:
            self.add_error("file", _("Choose a ZIP archive (.zip) or a Word document (.docx)."))
        return cleaned
