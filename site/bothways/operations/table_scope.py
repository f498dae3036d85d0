"""Which rows go where: into a backup, and into the fresh database when a demo ends.

Our models say it of themselves. `is_content`: what authors wrote, not people and what they did. `stays_here`: of
one machine only, or secret, so that no backup holds it. Of Django's and Wagtail's models it stands here.
"""

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import models

_FOREIGN_CONTENT = frozenset(
    """
    auth.Group auth.Permission contenttypes.ContentType taggit.Tag taggit.TaggedItem
    wagtailcore.Collection wagtailcore.CollectionViewRestriction wagtailcore.GroupApprovalTask
    wagtailcore.GroupCollectionPermission wagtailcore.GroupPagePermission wagtailcore.GroupSitePermission
    wagtailcore.Locale
    wagtailcore.Page wagtailcore.PageViewRestriction wagtailcore.Revision wagtailcore.Site wagtailcore.Task
    wagtailcore.Workflow wagtailcore.WorkflowContentType wagtailcore.WorkflowPage wagtailcore.WorkflowTask
    wagtaildocs.Document wagtailimages.Image wagtailimages.Rendition wagtailredirects.Redirect
    """.split()
)
# What was planned, waits, or is made anew (indexes, caches, logs).
_FOREIGN_REST = frozenset(
    """
    account.EmailAddress account.EmailConfirmation django_tasks_database.DBTaskResult sessions.Session
    socialaccount.SocialAccount socialaccount.SocialApp socialaccount.SocialToken simple_translation.SimpleTranslation
    wagtailadmin.Admin wagtailadmin.EditingSession wagtailadmin.FormState wagtailcore.APIToken wagtailcore.Comment
    wagtailcore.CommentReply wagtailcore.ModelLogEntry wagtailcore.PageLogEntry wagtailcore.PageSubscription
    wagtailcore.ReferenceIndex wagtailcore.TaskState wagtailcore.UploadedFile wagtailcore.WorkflowState
    wagtailembeds.Embed wagtailsearch.IndexEntry wagtailsearch.SQLiteFTSIndexEntry wagtailusers.UserProfile
    """.split()
)
_FOREIGN_SECRET_OR_LOCAL = frozenset(
    """
    sessions.Session socialaccount.SocialApp socialaccount.SocialToken wagtailadmin.EditingSession
    wagtailcore.APIToken wagtailsearch.IndexEntry wagtailsearch.SQLiteFTSIndexEntry
    """.split()
)


def content() -> list[type[models.Model]]:
    """The models whose rows a demo leaves to the company, by label."""
    chosen = [model for model in _models() if _says(model, "is_content", _FOREIGN_CONTENT)]
    return sorted(chosen, key=lambda model: model._meta.label)


@cache
def tables_that_stay() -> frozenset[str]:
    """The tables whose rows no backup holds."""
    return frozenset(
        model._meta.db_table for model in _models() if _says(model, "stays_here", _FOREIGN_SECRET_OR_LOCAL)
    )


def undecided() -> list[str]:
    """Models of which nobody has said yet whether they are content."""
    return sorted(
        model._meta.label
        for model in _models()
        if (
            "is_content" not in vars(model)
            if _is_ours(model)
            else model._meta.label not in _FOREIGN_CONTENT | _FOREIGN_REST
        )
    )


def _models() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model._meta.managed and not model._meta.proxy)


def _is_ours(model: type[models.Model]) -> bool:
    return (settings.BASE_DIR / model.__module__.partition(".")[0]).is_dir() or model.__module__.startswith(
        "bothways."
    )


def _says(model: type[models.Model], name: str, foreign: frozenset[str]) -> bool:
    return bool(vars(model).get(name)) if _is_ours(model) else model._meta.label in foreign
