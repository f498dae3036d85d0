"""A picture, film or document that a lesson shows is not deleted, whichever door the deletion comes through."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from courses.queries.files import Use, uses_of
from gates.typography import within_quotes
from publishing.reviewing import Refused

MOST_NAMED: Final = 5


class FileInUse(Refused):
    """Somebody would meet a broken picture or a dead link. Nothing was deleted."""

    def __init__(self, file: Any, uses: Sequence[Use]) -> None:
        super().__init__(str(file))
        self.file = file
        self.uses = uses

    def told(self) -> str:
        return self._said(self.uses)

    def told_to(self, person: Any) -> str:
        """Titles of drafts stand only in what somebody reads who may open them. Two queries."""
        drafts = [use.page_id for use in self.uses if not use.is_live]
        mine = page_permission_policy.explorable_instances(person).values("pk")
        open_to_them = set(
            Page.objects.filter(pk__in=drafts).filter(pk__in=mine).values_list("pk", flat=True)
        )
        return self._said([use for use in self.uses if use.is_live or use.page_id in open_to_them])

    def _said(self, uses: Sequence[Use]) -> str:
        named = [
            (_("“%(title)s” (live)") if use.is_live else _("“%(title)s” (a draft)"))
            % {"title": within_quotes(use.title)}
            for use in uses[:MOST_NAMED]
        ]
        more = len(self.uses) - len(named)
        if more:
            counted = ngettext("%(count)d that is not named here", "%(count)d that are not named here", more)
            named.append(counted % {"count": more})
        return _(
            "“%(file)s” was not deleted, because it is in use: %(uses)s. Take it out there first, and publish what is "
            "live without it; then it can be deleted."
        ) % {"file": within_quotes(self.file), "uses": ", ".join(named)}


def refuse_if_in_use(file: Any) -> None:
    """Raises: FileInUse"""
    if uses := uses_of(file):
        raise FileInUse(file, uses)
