"""The list of time zones: cities by continent, found by the beginning of their names."""

from bs4 import BeautifulSoup
from django import forms

from people.forms import ZoneField, _zone_options, zone_choices


def cities() -> dict[str, str]:
    return {zone: words for _continent, group in zone_choices()[1:] for zone, words in group}


def test_a_city_stands_once_below_its_continent() -> None:
    groups = [label for label, _group in zone_choices()]

    assert groups[0] == "UTC"
    assert groups[1:] == sorted(set(groups[1:]))
    assert {"Europe", "America", "Asia"} <= set(groups)
    assert cities()["Europe/Stockholm"] == "Stockholm"
    assert cities()["America/Argentina/Buenos_Aires"] == "Buenos Aires, Argentina"
    assert cities()["America/New_York"] == "New York"
    for _continent, group in zone_choices()[1:]:
        assert [words for _zone, words in group] == sorted(words for _zone, words in group)


def test_no_alias_and_nothing_technical_is_offered() -> None:
    assert (
        not {"US/Alaska", "Asia/Calcutta", "Africa/Asmera", "Etc/GMT+3", "posixrules", "CET"}
        & cities().keys()
    )
    assert len(cities()) < 430


class Form(forms.Form):
    zone = ZoneField(company="As the <company>")


def test_the_list_is_grouped_and_has_what_is_chosen_once() -> None:
    for chosen in ("", "UTC", "Europe/Berlin", "US/Alaska"):
        html = BeautifulSoup(str(Form(initial={"zone": chosen})["zone"]), "html.parser")
        assert [option["value"] for option in html.select("option[selected]")] == [chosen]
        assert html.select_one('optgroup[label="Europe"] option[value="Europe/Berlin"]')
        assert html.select_one('option[value=""]').get_text() == "As the <company>"
        values = [option["value"] for option in html.select("option")]
        assert values[:2] == ["", "UTC"]
        assert len(values) == len(set(values))
    assert Form({"zone": "US/Alaska"}).is_valid()
    assert not Form({"zone": "Mars/Base"}).is_valid()


def test_the_list_is_written_once_and_what_somebody_sends_is_not_remembered() -> None:
    _zone_options.cache_clear()

    for sent in ("", "Mars/Base", '"><script>', "Venus/Base", ""):
        html = str(Form({"zone": sent})["zone"])
        assert "<script>" not in html

    assert _zone_options.cache_info().misses == 1
