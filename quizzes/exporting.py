"""Questions out, as `quizzes.importing` reads them: nothing changes on the way back in."""

from typing import Any

from wagtail.models import Locale

from quizzes.models import Bank, Question
from quizzes.questionfile import key_of

# Names that option ids usually have. The name itself is not stored: the key is made from it.
_NAMES = ("a", "b", "c", "d", "e", "f", "g", "h", "true", "false", "yes", "no")


def question_items(bank: Bank, locale: Locale) -> list[dict[str, Any]]:
    """The newest draft of every question of a bank, in the order of their codes, as items of a file.

    An option whose name is unknown (it was written in the editor) is named by its key, which the import takes.
    """
    rows = (
        Question.objects.filter(bank=bank, locale=locale).select_related("latest_revision").order_by("code")
    )
    return [_item(row.get_latest_revision_as_object() if row.latest_revision else row) for row in rows]


def _item(question: Question) -> dict[str, Any]:
    item: dict[str, Any] = {"id": question.code, "purpose": question.purpose}
    if question.probe_kind:
        item["probe"] = question.probe_kind
    item |= {"kind": question.kind, "stem": question.stem}
    for name, value in (
        ("outcome", question.outcome),
        ("lesson", question.lesson_slug),
        ("section", question.section),
    ):
        if value:
            item[name] = value
    item |= {"difficulty": question.difficulty, "side": question.side}
    tags = sorted(question.sense_tags.all(), key=lambda tag: tag.sort_order or 0)
    if tags:
        item["senses"] = [f"{tag.sense.word.slug}#{tag.sense.slug}" for tag in tags]
    if not question.shuffle:
        item["shuffle"] = False
    item |= question.settings if isinstance(question.settings, dict) else {}
    options = sorted(question.options.all(), key=lambda option: option.sort_order or 0)
    if options:
        item["options"] = [_option(question.code, option) for option in options]
    return item


def _option(code: str, option: Any) -> dict[str, Any]:
    key = str(option.key)
    name = next((name for name in _NAMES if str(key_of(code, name)) == key), key)
    return {
        "id": name,
        "text": option.text,
        "correct": option.is_correct,
        "explain": option.explanation,
    }
