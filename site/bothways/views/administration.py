"""/administration/: where an administrator begins, with the way to everything that only administrators keep."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bothways.operations import health
from people import roles
from people.access import only_for


@dataclass(frozen=True)
class Way:
    """A page that administrators keep, and what is done there."""

    url: str
    label: str
    what_for: str


@require_safe
@only_for(roles.ADMINISTRATOR)
def administration(request: HttpRequest) -> HttpResponse:
    """Whether everything is well, as the health page says it, and where the rest is."""
    findings = health.look(now=timezone.now())
    context = {
        "state": health.worst(findings),
        "statement": health.STATEMENTS[health.worst(findings)],
        "findings": [finding for finding in findings if finding.state != health.WELL],
        "ways": ways(),
    }
    return render(request, "administration.html", context)


def ways() -> list[Way]:
    """The pages of administrators, those of every week first."""
    return [
        Way(
            reverse("wagtailusers_users:index"),
            _("People"),
            _("Who is here, in which roles, and whether they may sign in. Add somebody, or give a role."),
        ),
        Way(
            reverse("people:import"),
            _("Import people"),
            _("A list from your HR system: you see what it would change before anything is written."),
        ),
        Way(
            reverse("audit"),
            _("Audit log"),
            _("Who signed in, and who read, exported or changed what, about whom."),
        ),
        Way(
            reverse("health"),
            _("Is everything well?"),
            _("Every part of the installation as it is now, and the versions that run."),
        ),
        Way(
            reverse("wagtailusers_groups:index"),
            _("Groups"),
            _("Which rights each role has in the editor. Roles themselves are given under “People”."),
        ),
        Way(
            reverse("wagtailadmin_home"),
            _("The editor’s start page"),
            _(
                "Pages, pictures and documents; everything else that can be set stands there under “Settings”."
            ),
        ),
    ]
