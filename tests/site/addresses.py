"""Every address of the URL map, with an existing thing for every name in it, and who asks for them cheaply."""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver

from people.accounts.backends import EmployeeBackend

# What an address of Wagtail calls `pk` or the like, by a part of the address. The first that fits counts.
_BY_PLACE = [
    ("api/main/^images/", "image"), ("api/main/^documents/", "document"), ("api/main/^pages/", "page"),
    ("editing-sessions/", "page"), ("take-back/", "page"), ("/sense/", "sense"), ("/word/", "word"), ("/bank/", "bank"), ("/question/", "question"),
    ("documents/chooser", "document"), ("images/chooser", "image"), ("collections/", "collection"),
    ("groups/", "group"), ("users/", "user"), ("locales/", "locale"), ("sites/", "site"),
    ("workflows/task", "task"), ("workflows/", "workflow"), ("audiences/", "audience"), ("people/", "led"), ("team/", "led"),
    ("submit/snippet/", "word"), ("admin/pages/", "page"),
]  # fmt: skip
_ALIKE = {
    "page_id": "page", "page_to_move_id": "page", "parent_page_id": "parent", "page_pk": "page", "image_id": "image",
    "document_id": "document", "doc_id": "document", "collection_id": "collection", "redirect_id": "redirect",
    "task_id": "task", "destination_id": "destination", "session_id": "session", "workflow_pk": "workflow",
    "page_view_restriction_id": "restriction", "name": "file", "uidb36": "uid", "root_page_id": "parent",
}  # fmt: skip
_WORDS = {
    "app_label": "wagtailcore", "model_name": "page", "action": "delete", "action_name": "approve",
    "filter_spec": "width-100", "content_type_app_name": "courses", "content_type_model_name": "lessonpage",
    "revision_id_a": "earliest", "revision_id_b": "latest", "position": "1", "token": "x", "uidb64": "x",
    "app_name": "taggit", "provider_id": "company", "key": "set-password", "kind": "page",
}  # fmt: skip
# What an address asks for behind the question mark, without which it finds nothing.
_ASKED = [
    ("admin/bulk/", "?id=", "page"), ("^images/find/", "?id=", "image"), ("^documents/find/", "?id=", "document"),
    ("^pages/find/", "?id=", "page"), ("choose-page/chosen-multiple/", "?id=", "page"),
    ("images/chooser/chosen-multiple/", "?id=", "image"), ("documents/chooser/chosen-multiple/", "?id=", "document"),
    ("question/chosen-multiple/", "?id=", "question"), ("bank/chosen-multiple/", "?id=", "bank"),
    ("sense/chosen-multiple/", "?id=", "sense"), ("word/chosen-multiple/", "?id=", "word"),
    ("tag-autocomplete/", "?term=", "zq"), ("block-preview/", "?id=", "block"),
]  # fmt: skip


def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Every address of the URL map, as written there."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def filled(route: str, things: Mapping[str, Any], otherwise: str | None = None) -> str:
    """The address with an existing thing for every name in it; `otherwise` stands for one that is not given.

    Raises: KeyError, where nothing is given for a name
    """

    def value(name: str) -> str:
        found = _named(name, route, things)
        if found is None and otherwise is None:
            raise KeyError(f"{name} in {route}")
        return str(otherwise if found is None else found)

    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda match: value(match[1]), route)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: value(match[1]), path)
    path = (
        path.replace(r"((?:[\w\-]+/)*)", "nothing/")
        .replace(r"(\d+)", str(things["document"]))
        .replace("(.*)", str(things["file"]).rpartition("/")[2])
    )
    asked, thing = next((asked for place, *asked in _ASKED if place in route), ("", ""))
    return "/" + re.sub(r"[\^$\\]|/\?", "", path) + (f"{asked}{things.get(thing, thing)}" if asked else "")


def _named(name: str, route: str, things: Mapping[str, Any]) -> Any:
    """What stands in an address for a name; addresses of Wagtail call different things alike."""
    found = _special(name, route) or _ALIKE.get(name)
    if found is None and name in {"pk", "object_id"}:
        found = next(thing for place, thing in _BY_PLACE if place in route)
    return things.get(found or name) or _model(name, route) or _WORDS.get(name)


def _special(name: str, route: str) -> str | None:
    """The thing, where its name means another one than elsewhere."""
    if name in {"revision_id", "workflow_state_id", "task_state_id"}:
        kind = next((kind for kind in ("question", "sense") if f"/{kind}/" in route), "page")
        thing = name.removeprefix("workflow_").removesuffix("_id")
        return thing if (kind, thing) == ("page", "revision") else f"{kind}_{thing}"
    places = {
        ("course", "<int:course>"): "parent", ("lesson", "write/preview/"): "page", ("task_id", "workflow/preview/"): "step",
        ("page_id", "convert_alias"): "alias", ("uploaded_file_id", "images/"): "half_image",
        ("uploaded_file_id", "documents/"): "half_document", ("key", "accounts/"): "reset_key",
        ("pk", "collections/<int:pk>/delete/"): "attic",
    }  # fmt: skip
    return next((thing for (asked, place), thing in places.items() if asked == name and place in route), None)


def _model(name: str, route: str) -> str | None:
    """The kind of thing that an address spells out, where it is no page."""
    models = {
        "tag-autocomplete/": ("taggit", "tag"), "submit/snippet/": ("glossary", "word"),
        "workflows/tasks/add/": ("courses", "othersideapproval"), "pages/create/": ("courses", "lessonpage"),
    }  # fmt: skip
    if name == "action_name":
        return "publish" if "admin/api/" in route else None
    found = next((model for place, model in models.items() if place in route), None)
    return found[name == "model_name"] if found else None


class Visitor(Client):
    """Keeps no cookie, and nothing of a page but the answer: Django's client copies every template's context."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


def once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is the same in every one of 13,000 requests is not done in each.

    The rights of a person stay what they are, since every request is undone; the words at the door have
    tests of their own; a line of the log takes longer than a refusal.
    """
    ask, known = EmployeeBackend.get_all_permissions, {}

    def rights(backend: Any, user: Any, obj: Any = None) -> Any:
        if obj is not None or not user.is_active:
            return ask(backend, user, obj)
        if user.pk not in known:
            known[user.pk] = ask(backend, user)
        return known[user.pk]

    def page(request: Any, template: str, context: Any, *, status: int) -> HttpResponse:
        return HttpResponse(status=status)

    monkeypatch.setattr(EmployeeBackend, "get_all_permissions", rights)
    monkeypatch.setattr("bothways.middleware.render", page)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
