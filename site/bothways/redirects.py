"""The two steps of Wagtail's import of redirects, on several nodes and with whatever a browser sends.

Between the steps the file lies in the cache, which all nodes share, under a name that only its sender's key
opens. Wagtail's views do the work; here is asked first whether the file is there and can be imported.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import PurePosixPath
from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.contrib.redirects import views
from wagtail.contrib.redirects.base_formats import Dataset
from wagtail.contrib.redirects.utils import (
    RedirectsCacheStorage,
    get_format_cls_by_extension,
    get_import_formats,
)

FILE_LIMIT: Final = 1_000_000
LINE_LIMIT: Final = 2_000
"""Lines that are imported while their sender waits; about ten seconds."""
_sender: ContextVar[int] = ContextVar("_sender")


class Gone(Exception):
    """The file of the first step is not there any more, or is somebody else's."""


class Unfit(Exception):
    """The file cannot be imported; the message says why and what to do."""


class KeptFile(RedirectsCacheStorage):
    """A file between the two steps. It is there for whoever sent it and for nobody else."""

    @property
    def CACHE_PREFIX(self) -> str:  # noqa: N802 - Wagtail's name
        return f"redirects-of-{_sender.get()}-"

    def read(self, read_mode: str = "r") -> Any:
        """Raises: Gone"""
        content = super().read(read_mode)
        if content is None:
            raise Gone
        return content


@contextmanager
def sent_by(person: Any) -> Iterator[None]:
    """Files that are kept or read inside are this person's."""
    token = _sender.set(person.pk)
    try:
        yield
    finally:
        _sender.reset(token)


@views.permission_checker.require_any("add")
def start(request: HttpRequest) -> HttpResponse:
    """The first step: what cannot be imported is refused before it is kept."""
    file = request.FILES.get("import_file")
    if file is not None:
        kind = get_format_cls_by_extension(PurePosixPath(file.name or "").suffix.lstrip("."))
        try:
            if (file.size or 0) > FILE_LIMIT:
                raise Unfit(_("The file is larger than 1 MB. Divide it and import one part after the other."))
            if kind is not None and file.size:  # else Wagtail's own view says what is wrong
                _examine(_read(kind(), file.read()))
        except Unfit as problem:
            return _again(request, str(problem))
        file.seek(0)
    with sent_by(request.user):
        answer: HttpResponse = views.start_import(request)
    return answer


@views.permission_checker.require_any("add")
def process(request: HttpRequest) -> HttpResponse:
    """The second step; whatever is wrong with its file leads back to the first, and nothing was imported.

    Each line is a transaction of its own, so that nobody waits for all of them. Cut off, the same file goes
    on: what is in already is told as that. Opened by its address it leads to the first step.
    """
    if request.method != "POST":
        return redirect("wagtailredirects:start_import")
    with sent_by(request.user):
        try:
            kind, name = _named(request)
            rows = _read(kind, KeptFile(name=name).read())
            _examine(rows)
            _refuse_targets(rows, request.POST.get("to_index", ""))
            answer: HttpResponse = views.process_import(request)
        except Gone:
            return _again(
                request,
                _(
                    "The file that you chose is not here any more: it was imported already, or it waited too "
                    "long. If its redirects are not in the list, choose it again."
                ),
            )
        except Unfit as problem:
            return _again(request, str(problem))
    return answer


def _named(request: HttpRequest) -> tuple[Any, str]:
    """The format and the name of the file, as the first step has signed them. Raises: Gone"""
    signer = Signer()  # as Wagtail's form does
    try:
        name = signer.unsign(request.POST.get("import_file_name", ""))
        number = signer.unsign(request.POST.get("input_format", ""))
    except BadSignature:
        raise Gone from None
    kinds = dict(enumerate(get_import_formats()))
    kind = kinds.get(int(number)) if number.isascii() and number.isdecimal() and len(number) < 3 else None
    if kind is None:
        raise Gone
    return kind(), name


def _read(kind: Any, data: Any) -> Dataset:
    """Raises: Unfit"""
    try:
        return kind.create_dataset(data if kind.is_binary() else force_str(data))  # type: ignore[no-any-return]
    except Exception as error:  # whatever openpyxl and csv meet in a file that is none
        raise Unfit(
            _(
                "The file could not be read. Save it as CSV in UTF-8, as TSV or as XLSX, "
                "with an ending that says which, and choose it again."
            )
        ) from error


def _examine(rows: Dataset) -> None:
    """Raises: Unfit"""
    if len(rows.headers) < 2 or not rows:
        raise Unfit(
            _(
                "The file has nothing to import. It needs a first line that names its columns, "
                "one for the old address and one for the new one, and below it a line for each redirect."
            )
        )
    if len(rows) > LINE_LIMIT:
        raise Unfit(
            _(
                "The file has %(count)d lines, and more than %(limit)d take too long. Divide it and import one "
                "part after the other."
            )
            % {"count": len(rows), "limit": LINE_LIMIT}
        )
    for line, row in enumerate(rows, start=2):
        if len(row) < len(rows.headers):
            raise Unfit(
                _(
                    "Line %(line)d has fewer columns than the first line. Complete or remove it, "
                    "and choose the file again."
                )
                % {"line": line}
            )
        for cell in row:
            _refuse_address(cell, line)


def _refuse_address(cell: Any, line: int) -> None:
    """What breaks Wagtail's reading of an address. Raises: Unfit"""
    try:
        views.Redirect.normalise_path(str(cell))
    except ValueError:
        raise Unfit(
            _("Line %(line)d: %(address)s is not an address. Mend it, and choose the file again.")
            % {"line": line, "address": str(cell)[:100]}
        ) from None


def _refuse_targets(rows: Dataset, column: str) -> None:
    """Wagtail takes a line without a new address, and says of a part of one only that it is no URL. Raises: Unfit"""
    if not (column.isascii() and column.isdecimal() and int(column) < len(rows.headers)):
        return  # its form says so
    for line, row in enumerate(rows, start=2):
        target = str(row[int(column)] or "").strip()
        if not target or target.startswith("/"):
            raise Unfit(
                _(
                    "Line %(line)d: the new address is “%(address)s”. Write all of it, for example "
                    "https://bothways.example.com/courses/, and choose the file again."
                )
                % {"line": line, "address": target[:100]}
            )


def _again(request: HttpRequest, why: str) -> HttpResponse:
    messages.error(request, _("Nothing was imported. %(reason)s") % {"reason": why})
    return redirect("wagtailredirects:start_import")


# Before Wagtail's addresses of the same names. They have no turn (bothways/admin_transactions.py): nothing is
# published by them, and it would last for all lines of a file.
urlpatterns = [
    path("redirects/import/", require_admin_access(start)),
    path("redirects/import/process/", require_admin_access(process)),
]
