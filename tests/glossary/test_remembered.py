"""What a page shows to everybody alike is rendered once, and anew as soon as anything in it is another."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from gates.memo import Memo
from glossary import rendering
from glossary.actions import sign
from glossary.rendering import remembered

PART = "glossary/words.html"


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that are really rendered, in their order."""
    names: list[str] = []
    render = rendering.render_to_string

    def noted(template: str, context: dict[str, Any]) -> Any:
        names.append(template.removeprefix("glossary/"))
        return render(template, context)

    monkeypatch.setattr(rendering, "render_to_string", noted)
    return names


@pytest.mark.django_db
def test_an_entry_is_rendered_again_only_when_its_text_or_a_name_in_it_changed(
    get: Any, written: Any, publish_again: Any, rendered: list[str], steward_business: Any, now: Any
) -> None:
    sense = written("uptime", gloss="Old.")
    sign(version=sense.current_version, side="business", employee=steward_business, now=now)
    rendered.clear()

    assert "Signed for business by Steward Business" in get("/glossary/uptime/")
    get("/glossary/uptime/")
    assert rendered == ["entry.html"]

    steward_business.display_name = "Ada Other"
    steward_business.save()
    assert "Signed for business by Ada Other" in get("/glossary/uptime/")
    publish_again(sense, gloss="New.", changed_because="It was unclear")
    rendered.clear()
    assert "New." in get("/glossary/uptime/")
    get("/glossary/uptime/")
    assert rendered == ["entry.html"]


@pytest.mark.django_db
def test_the_list_is_rendered_again_only_when_a_word_changed(
    get: Any, written: Any, rendered: list[str]
) -> None:
    written("uptime")
    rendered.clear()
    get("/glossary/")
    get("/glossary/")
    assert rendered == ["words.html"]

    written("downtime")
    rendered.clear()
    assert "downtime" in get("/glossary/")
    assert rendered == ["words.html"]


def test_each_time_zone_has_its_own_since_days_are_told(rendered: list[str]) -> None:
    for zone in ("UTC", "Pacific/Auckland", "UTC"):
        with timezone.override(ZoneInfo(zone)):
            remembered(PART, {}, "key")

    assert len(rendered) == 2


def test_whoever_changes_templates_sees_the_change(rendered: list[str], settings: Any) -> None:
    settings.DEBUG = True

    for _time in range(2):
        remembered(PART, {}, "key")

    assert len(rendered) == 2


def test_keys_take_room_too(rendered: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    room = len(remembered(PART, {}, "size")) + 1_500
    monkeypatch.setattr(rendering, "_remembered", Memo(room))
    rendered.clear()

    for letter in "abab":
        remembered(PART, {}, letter * 1_000)

    assert len(rendered) == 4  # there is room for one
