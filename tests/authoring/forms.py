"""The editor's forms, as a browser sends them."""

import json
from typing import Any

from courses.models import LessonPage


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
