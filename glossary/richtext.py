"""Marks in rich text: as the editor stores them, and as people see them."""

import re
from html import escape
from typing import Any

from wagtail.rich_text import LinkHandler

from glossary.addresses import sense_address
from glossary.models import Sense


class TermLinkHandler(LinkHandler):
    """`<a linktype="term" id="SENSE_ID">` of the database as the link that people see. One query for a text."""

    identifier = "term"

    @staticmethod
    def get_model() -> type[Sense]:
        return Sense

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Sense | None]:
        ids = [_whole(attrs.get("id")) for attrs in attrs_list]
        wanted = {pk for pk in ids if pk is not None}
        senses = Sense.objects.filter(live=True).select_related("word", "locale").in_bulk(wanted)
        return [senses.get(pk) if pk is not None else None for pk in ids]

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, Any]) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        return [
            f'<a class="term" href="{escape(sense_address(sense))}">' if sense else "<a>"
            for sense in cls.get_many(attrs_list)
        ]

    @classmethod
    def extract_references(cls, attrs: dict[str, Any]) -> Any:
        if (pk := _whole(attrs.get("id"))) is not None:
            yield Sense, str(pk), "", ""


def _whole(value: object) -> int | None:
    """A row id out of what somebody posted, or None. Longer figures overflow the database."""
    text = str(value)
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
