"""Wagtail's forms take a file through the same gates as our importers, whichever of its pages it comes by."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.admin.views import account
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from courses.models import LessonPage
from courses.queries.files import pages_naming
from gates.documents import DocumentRefused, refuse_false_document
from gates.files import HEAD_BYTES
from gates.pictures import PICTURE_LIMIT, PictureRefused, picture_size


class _Picture:
    """Before a field opens a picture, which is where a false one would end in an error page."""

    def to_python(self, data: Any) -> Any:
        if data:
            try:
                picture_size(_bytes(data, PICTURE_LIMIT + 1), data.name)
            except PictureRefused as refusal:
                raise ValidationError(str(refusal), code="refused") from refusal
        return super().to_python(data)  # type: ignore[misc]  # of the field beside it


class PictureField(_Picture, WagtailImageField):
    pass


class PortraitField(_Picture, forms.ImageField):
    pass


class DocumentField(WagtailDocumentField):
    def to_python(self, data: Any) -> Any:
        if data:
            try:
                refuse_false_document(_bytes(data, HEAD_BYTES), data.name)
            except DocumentRefused as refusal:
                raise ValidationError(str(refusal), code="refused") from refusal
        return super().to_python(data)


def _bytes(data: Any, limit: int) -> bytes:
    """The first bytes of an upload, which stands at its beginning before and after."""
    data.seek(0)
    beginning: bytes = data.read(limit)
    data.seek(0)
    return beginning


def _gate(form: Any, field_class: type[forms.FileField]) -> None:
    """Wagtail makes the field from the model and has no place to name another class for it."""
    plain = form.fields.get("file")
    if isinstance(plain, forms.FileField):
        form.fields["file"] = field_class(
            label=plain.label, required=plain.required, widget=plain.widget, max_length=plain.max_length
        )


def _show_again(file: Any) -> None:
    """Lessons are published with the addresses of their files: where another file was put in place of one,
    they are rendered anew, or they would show nothing."""
    for lesson in LessonPage.objects.filter(pk__in=pages_naming(file), live=True):
        lesson.render_published(timezone.now())


class _Gated:
    """A form of Wagtail's with a file, which asks our gate. Stands before it."""

    gate: type[forms.FileField]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _gate(self, self.gate)

    def save(self, commit: bool = True) -> Any:
        is_another = commit and bool(self.original_file) and "file" in self.changed_data  # type: ignore[attr-defined]
        saved = super().save(commit=commit)  # type: ignore[misc]  # of the form beside it
        if is_another:
            _show_again(saved)
        return saved


class PictureForm(_Gated, BaseImageForm):
    """Every form with a picture: add, add several, in a chooser, and another file for a picture that is there."""

    gate = PictureField


class DocumentForm(_Gated, BaseDocumentForm):
    """Every form with a document."""

    gate = DocumentField


class PortraitForm(AvatarPreferencesForm):
    """Somebody's picture of themselves."""

    avatar = PortraitField(label=_("Upload a profile picture"), required=False)


class AccountView(account.AccountView):
    """Wagtail's page of the own account, with our form for the picture."""

    def get_panels(self) -> list[Any]:
        panels: list[Any] = super().get_panels()
        for panel in panels:
            if isinstance(panel, account.AvatarSettingsPanel):
                panel.form_class = PortraitForm
                panel.template_name = "account/portrait.html"  # Wagtail's own says nothing when it refuses
        return panels


own_account = never_cache(require_admin_access(AccountView.as_view()))
