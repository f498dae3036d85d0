"""Every view, bulk action and API action of Wagtail that writes, whom it opens to, and what the log says then."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import reverse

JSON = {"content_type": "application/json"}
ROLES = (
    "employee",
    "hr",
    "steward",
    "other_author",
    "author",
    "same_side",
    "reviewer",
    "administrator",
    "boss",
)
KEEPERS = frozenset({"reviewer", "administrator", "boss"})
"""Who may do most of it: the other side of the author, who administers, and a superuser."""
REVIEWERS = KEEPERS | {"same_side"}
BOSS = frozenset({"boss"})


@dataclass(frozen=True)
class Door:
    """A request that writes, whom it opens to, and what the log says of it then."""

    name: str
    ask: Callable[[Client, SimpleNamespace], Any]
    log: tuple[str, ...]
    to: frozenset[str] = KEEPERS


def page(name: str, *which: str, **sent: Any) -> Callable[[Client, SimpleNamespace], Any]:
    """A view of pages, by its name and the things that its address names."""

    def ask(client: Client, site: SimpleNamespace) -> Any:
        args = [getattr(site, one).pk if hasattr(site, one) else one for one in which]
        return client.post(reverse(f"wagtailadmin_pages:{name}", args=args), filled(sent, site))

    return ask


def bulk(action: str, *which: str, model: str = "wagtailcore/page", **sent: Any) -> Callable[..., Any]:
    def ask(client: Client, site: SimpleNamespace) -> Any:
        ids = "&".join(f"id={getattr(site, one).pk}" for one in which)
        return client.post(f"/admin/bulk/{model}/{action}/?{ids}&next=/admin/", filled(sent, site))

    return ask


def api(action: str, which: str, **sent: Any) -> Callable[..., Any]:
    def ask(client: Client, site: SimpleNamespace) -> Any:
        address = f"/admin/api/main/pages/{getattr(site, which).pk}/action/{action}/"
        return client.post(address, json.dumps(filled(sent, site)), **JSON)

    return ask


def snippet(name: str, which: str, **sent: Any) -> Callable[..., Any]:
    def ask(client: Client, site: SimpleNamespace) -> Any:
        item = getattr(site, which)
        opts = item._meta
        address = reverse(f"wagtailsnippets_{opts.app_label}_{opts.model_name}:{name}", args=[item.pk])
        return client.post(address, sent)

    return ask


def filled(sent: dict[str, Any], site: SimpleNamespace) -> dict[str, Any]:
    """What is sent, with the number of a thing for ":its name"."""
    return {
        name: getattr(site, value[1:]).pk if isinstance(value, str) and value.startswith(":") else value
        for name, value in sent.items()
    }


NOBODY: frozenset[str] = frozenset()
DOORS = [
    Door("unpublish", page("unpublish", "two"), ("unpublished",), REVIEWERS),
    Door(
        "unpublish a course",
        page("unpublish", "second", include_descendants="on"),
        ("unpublished",) * 3,
        REVIEWERS,
    ),
    Door("bulk unpublish", bulk("unpublish", "two"), ("unpublished",), REVIEWERS),
    Door(
        "bulk unpublish a course",
        bulk("unpublish", "second", include_descendants="on"),
        ("unpublished",) * 3,
        REVIEWERS,
    ),
    Door("API unpublish", api("unpublish", "two"), ("unpublished",), REVIEWERS),
    Door(
        "API unpublish a course", api("unpublish", "second", recursive=True), ("unpublished",) * 3, REVIEWERS
    ),
    Door("move what is live", page("move_confirm", "two", "second"), ("moved",), REVIEWERS),
    Door("bulk move what is live", bulk("move", "two", chooser=":second"), ("moved",), REVIEWERS),
    Door(
        "API move of what is live",
        api("move", "two", destination_page_id=":second", position="last-child"),
        ("moved",),
        REVIEWERS,
    ),
    Door("move a draft", page("move_confirm", "ready", "second"), ("moved",), REVIEWERS),
    Door("set position", page("set_page_position", "two"), ("moved",), REVIEWERS),
    Door(
        "API set position",
        api("move", "two", destination_page_id=":one", position="left"),
        ("moved",),
        REVIEWERS,
    ),
    Door("bulk publish", bulk("publish", "ready"), ("published",)),
    Door("bulk publish what is not ready", bulk("publish", "unready"), (), NOBODY),
    Door("API publish", api("publish", "ready"), ("published",)),
    Door("API publish what is not ready", api("publish", "unready"), (), NOBODY),
    Door(
        "approve from the list",
        page("workflow_action", "one", "approve", "task"),
        ("published",),
        frozenset({"reviewer", "boss"}),
    ),
    Door(
        "copy",
        page("copy", "two", new_title="Twin", new_slug="twin", new_parent_page=":first"),
        ("copied",),
        REVIEWERS | {"author"},
    ),
    Door(
        "copy as an alias",
        page("copy", "two", new_title="T", new_slug="t", new_parent_page=":first", alias="on"),
        ("copied",),
        frozenset({"author"}),  # the form offers an alias to whoever may publish only; others get a draft
    ),
    Door("API copy", api("copy", "two", keep_live=False), ("copied",), REVIEWERS | {"author"}),
    Door("API copy, live", api("copy", "two", keep_live=True), ("copied", "published"), BOSS),
    Door("API copy of a course", api("copy", "first", keep_live=False, recursive=True), (), NOBODY),
    Door("API alias", api("create_alias", "two"), (), NOBODY),
    Door("delete", page("delete", "unready"), ("deleted",), REVIEWERS | {"author"}),
    Door("bulk delete", bulk("delete", "unready"), ("deleted",), REVIEWERS | {"author"}),
    Door("API delete", api("delete", "unready"), ("deleted",), REVIEWERS | {"author"}),
    Door("delete what has records", page("delete", "first"), (), NOBODY),
    Door("API delete of what has records", api("delete", "first"), (), NOBODY),
    Door("a question: unpublish", snippet("unpublish", "question"), ("unpublished",), REVIEWERS),
    Door("a question: delete", snippet("delete", "free"), ("deleted",), frozenset({"administrator", "boss"})),
    Door(
        "questions: bulk delete",
        bulk("delete", "free", model="quizzes/question"),
        ("deleted",),
        frozenset({"administrator", "boss"}),
    ),
    Door(
        "a meaning: unpublish",
        snippet("unpublish", "sense"),
        ("unpublished",),
        frozenset({"steward", "administrator", "boss"}),
    ),
]
