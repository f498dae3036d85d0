"""The form that takes a course or a document."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from courses.forms import CourseField
from courses.models import CoursePage, Direction
from exchange.importing.carpentries import CONFIG
from exchange.importing.manifest import COURSE
from exchange.importing.markdown import AskedCourse, is_markdown
from gates.archives import ARCHIVE_LIMIT, ArchiveRefused, check
from gates.sources import SOURCE_LIMIT
from gates.word import DOCUMENT_LIMIT


class ImportForm(forms.Form):
    """A .zip is a course; a .docx is a lesson and needs a course to go into. Markdown may be either.

    `asked` is what plain Markdown does not say of its course, where the file is such a course.
    """

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A course or a folder of Markdown as a ZIP archive (at most 25 MB), or one lesson: a Word document, .docx "
            "(at most 15 MB), or a Markdown file, .md."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,.docx,.md,.markdown"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    course = CourseField(
        CoursePage.objects.none(),
        label=_("Course that gets the lesson"),
        required=False,
        empty_label=_("None: the file is a whole course"),
        help_text=_(
            "Needed for a Word document. A Markdown file becomes a new course where you choose none."
        ),
    )
    title = forms.CharField(label=_("Title of the course"), max_length=150, required=False)
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        required=False,
        validators=[
            RegexValidator(
                r"^[A-Za-z][A-Za-z0-9-]*$", _("A letter first, then letters, figures and hyphens.")
            )
        ],
        help_text=_(
            "Short, and nobody else’s: T7 is technology for business, B7 is business for technicians."
        ),
    )
    direction = forms.ChoiceField(
        label=_("For whom"), choices=Direction.choices, widget=forms.RadioSelect, required=False
    )
    asked: AskedCourse | None = None

    def __init__(self, *args: Any, courses: Any, may_start: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined] # the field above
        self.may_start = may_start
        for name in ("course", "title", "code", "direction"):
            self.fields[name].is_needed_sometimes = True  # type: ignore[attr-defined] # for its template

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file is None:
            return cleaned
        name = str(file.name or "").lower()
        if name.endswith(".docx"):
            self._clean_document(file, cleaned)
        elif name.endswith(".zip"):
            self._clean_archive(file, cleaned)
        elif is_markdown(name):
            self._clean_markdown(file, cleaned)
        else:
            self.add_error(
                "file",
                _("Choose a ZIP archive (.zip), a Word document (.docx) or a Markdown file (.md)."),
            )
        return cleaned

    def _clean_document(self, file: Any, cleaned: dict[str, Any]) -> None:
        if file.size > DOCUMENT_LIMIT:
            self.add_error("file", _("The document is larger than 15 MB. Make its pictures smaller."))
        if cleaned.get("course") is None and "course" not in self.errors:
            self.add_error("course", _("Choose the course that gets the lesson."))

    def _clean_archive(self, file: Any, cleaned: dict[str, Any]) -> None:
        if file.size > ARCHIVE_LIMIT:
            self.add_error("file", _("The archive is larger than 25 MB. Leave films out."))
        cleaned["course"] = None
        if not self.may_start:
            self.add_error("file", _("Only authors import whole courses. An administrator gives that role."))
        elif not self.errors.get("file") and is_plain_markdown(file.read()):
            self._ask(cleaned)
        file.seek(0)

    def _clean_markdown(self, file: Any, cleaned: dict[str, Any]) -> None:
        if file.size > 4 * SOURCE_LIMIT:
            self.add_error("file", _("The file is larger than 4 MB. Divide it."))
        if cleaned.get("course") is None and "course" not in self.errors:
            if self.may_start:
                self._ask(cleaned)
            else:
                self.add_error("course", _("Choose the course that gets the lesson."))

    def _ask(self, cleaned: dict[str, Any]) -> None:
        """What plain Markdown does not say of its course has to be said here."""
        for name, message in (
            ("title", _("These files do not say what the course is called. Give it a title, and choose the file again.")),
            ("code", _("Give the course a code.")),
            ("direction", _("Say for whom the course is.")),
        ):  # fmt: skip
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, message)
        if not self.errors:
            self.asked = AskedCourse(cleaned["title"], cleaned["code"], cleaned["direction"])


def is_plain_markdown(data: bytes) -> bool:
    """Whether an archive holds Markdown and nothing that says what its course is. Nothing is unpacked."""
    try:
        names = [entry.filename for entry in check(data)]
    except ArchiveRefused:
        return False  # and refused when it is read
    last = {name.rpartition("/")[2] for name in names}
    return not last & {COURSE, CONFIG} and any(map(is_markdown, names))
