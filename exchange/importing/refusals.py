"""Why files of a course are not taken, in sentences."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import CataloguePage, CoursePage
from gates.pictures import TYPES

_FEW = 3
"""So many questions with the same fault are told one by one."""


def without_use(name: str, count: int) -> str:
    """Why nobody looked at a file, or at so many files like it in one folder."""
    if name.lower().endswith((*TYPES, ".svg")):
        return ngettext(
            "No lesson shows this picture; it was not imported.",
            "No lesson shows these %(count)s pictures; they were not imported.",
            count,
        ) % {"count": f"{count:,}"}
    return ngettext(
        "A course has lessons, questions and a session plan; this file has no place in it and "
        "was not imported.",
        "%(count)s data files are not part of lessons; they were not imported.",
        count,
    ) % {"count": f"{count:,}"}


def together(faults: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Faults of questions by line; what is true of a whole bank is said once, where it comes first."""
    lines: dict[str, list[int]] = {}
    for line, reason in faults:
        lines.setdefault(reason, []).append(line)
    for reason, found in lines.items():
        if len(found) <= _FEW:
            yield from ((line, reason) for line in found)
            continue
        told = ngettext(
            "%(count)s question, the first here: %(reason)s",
            "%(count)s questions, the first here: %(reason)s",
            len(found),
        )
        yield min(found), told % {"count": len(found), "reason": reason}


def taken_address(slug: str, catalogue: CataloguePage) -> str:
    """Why a new course cannot have this address; empty where it is free.

    A changed code makes another course of the same files. That is said once, not for each question.
    """
    other = CoursePage.objects.child_of(catalogue).filter(slug=slug).first()
    if other is None:
        return ""
    return _(
        "The address “%(slug)s” is in use already, by the course %(code)s. If the code was changed in the files, "
        "they describe a new course: give it an address and questions with ids of its own, or change the code "
        "back to %(code)s."
    ) % {"slug": other.slug, "code": other.code}
