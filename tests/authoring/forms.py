"""The editor's forms, as a browser sends them."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from courses.models import LessonPage
from quizzes.models import Question

APPROVE = {"action-workflow-action": "true", "workflow-action-name": "approve"}
REJECT = {"action-workflow-action": "true", "workflow-action-name": "reject"}
AUTOSAVE = {"accept": "application/json"}


def lesson_form(
    page: LessonPage, question: int = 0, image: int = 0, document: int = 0, *, folded: bool = False
) -> dict[str, Any]:
    """The editor's form of a lesson, with blocks that name what they like."""
    form: dict[str, Any] = {
        "title": page.title, "slug": page.slug, "objective": page.objective, "minutes": "7", "outcome": "",
        "seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "",
        "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-id": "",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": "",
    }  # fmt: skip
    if question:
        form |= {
            "body-0-type": "checks", "body-0-value-questions-count": "1", "body-0-value-questions-0-deleted": "",
            "body-0-value-questions-0-order": "0", "body-0-value-questions-0-id": "",
            "body-0-value-questions-0-value": str(question),
        }  # fmt: skip
    elif document:
        linked = {
            "blocks": [{
                "key": "a", "text": "this", "type": "unstyled", "depth": 0, "inlineStyleRanges": [],
                "entityRanges": [{"offset": 0, "length": 4, "key": 0}],
            }],
            "entityMap": {"0": {"type": "DOCUMENT", "mutability": "MUTABLE", "data": {"id": document, "url": "/x"}}},
        }  # fmt: skip
        form |= {"body-0-type": "text", "body-0-value": json.dumps(linked)}
    else:
        place = "body-0-value-parts-0" if folded else "body-0"
        if folded:
            form |= {
                "body-0-type": "fold", "body-0-value-title": "More", "body-0-value-parts-count": "1",
                f"{place}-deleted": "", f"{place}-order": "0", f"{place}-id": "",
            }  # fmt: skip
        form |= {
            f"{place}-type": "figure", f"{place}-value-image": str(image), f"{place}-value-alt": "x",
            f"{place}-value-drawing": "", f"{place}-value-caption": "", f"{place}-value-credit": "",
        }  # fmt: skip
    return form


def address(review: SimpleNamespace) -> str:
    return reverse("wagtailadmin_pages:edit", args=[review.page.pk])


def form(review: SimpleNamespace, **changes: str) -> dict[str, Any]:
    """What the editor of the newest draft sends."""
    page = LessonPage.objects.get(pk=review.page.pk).get_latest_revision_as_object()
    fields = lesson_form(page) | {
        "loaded_revision_id": str(page.latest_revision_id),
        "loaded_revision_created_at": page.latest_revision.created_at.isoformat(),
    }
    fields = {name: value for name, value in fields.items() if not name.startswith("body-0-")}
    fields |= dict(_stream("body", list(page.body.raw_data)))
    if page.is_required:
        fields["is_required"] = "on"
    return fields | changes


def _stream(prefix: str, blocks: list[Any]) -> Iterator[tuple[str, str]]:
    """The fields of a stream or list of blocks, as Wagtail's scripts name them."""
    yield f"{prefix}-count", str(len(blocks))
    for place, block in enumerate(blocks):
        at = f"{prefix}-{place}"
        yield from {f"{at}-deleted": "", f"{at}-order": str(place), f"{at}-id": block["id"]}.items()
        yield f"{at}-type", block["type"]
        yield from _value(f"{at}-value", block["value"])


def _value(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _value(f"{prefix}-{name}", one)
    elif isinstance(value, list):
        yield from _stream(prefix, value)
    else:
        yield prefix, str(value).replace("\r\n", "\n").replace("\n", "\r\n")  # as browsers send lines


def question_form(question: Question, **changes: str) -> dict[str, str]:
    draft = Question.objects.get(pk=question.pk).get_latest_revision_as_object()
    fields = {
        "stem": draft.stem, "kind": draft.kind, "bank": str(draft.bank_id), "code": draft.code, "purpose": draft.purpose,
        "probe_kind": draft.probe_kind, "outcome": draft.outcome, "difficulty": str(draft.difficulty), "side": draft.side,
        "lesson_slug": draft.lesson_slug, "section": draft.section, "settings": json.dumps(draft.settings), "initial-settings": json.dumps(draft.settings),
        "options-TOTAL_FORMS": "0", "options-INITIAL_FORMS": "0", "options-MIN_NUM_FORMS": "0", "options-MAX_NUM_FORMS": "",
        "sense_tags-TOTAL_FORMS": "0", "sense_tags-INITIAL_FORMS": "0", "sense_tags-MIN_NUM_FORMS": "0",
        "sense_tags-MAX_NUM_FORMS": "",
    }  # fmt: skip
    options = list(draft.options.all())
    fields |= {"options-TOTAL_FORMS": str(len(options)), "options-INITIAL_FORMS": str(len(options))}
    for place, option in enumerate(options):
        fields |= {
            f"options-{place}-id": str(option.pk), f"options-{place}-ORDER": str(place + 1),
            f"options-{place}-text": option.text, f"options-{place}-explanation": option.explanation,
        }  # fmt: skip
        if option.is_correct:
            fields[f"options-{place}-is_correct"] = "on"
    if draft.shuffle:
        fields["shuffle"] = "on"
    return fields | changes


def place_of(question: Question) -> str:
    return reverse("wagtailsnippets_quizzes_question:edit", args=[question.pk])
