"""Who gets in, and what everybody else is told."""

from django.utils.translation import gettext as _

from people import roles
from people.access import Refusal, guarded, only_for


def _not_hr() -> Refusal:
    return Refusal(
        _("This page is for HR."),
        _("It says who completed what. If that is your work, ask an administrator to give you the role HR."),
    )


def no_team() -> Refusal:
    """For somebody to whom nobody reports."""
    return Refusal(
        _("This page is for line managers and their own people."),
        _(
            "Nobody is entered as reporting to you here. If that is not right, ask HR: they keep who reports to whom."
        ),
    )


for_hr = only_for(roles.HR, told=_not_hr)
"""The group HR and nobody else: not an administrator, not a superuser."""

for_managers = guarded(lambda user: user.leads, no_team)
"""Everybody to whom somebody reports."""
