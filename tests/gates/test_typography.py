"""Figures keep their units, quotations within quotations have the other marks."""

import pytest

from gates.typography import NO_BREAK, unbroken, unbroken_html, within_quotes


@pytest.mark.parametrize(
    "text",
    [
        "99.5_%",
        "5_ms after 10_s",
        "40_GB, then 2_Mbit/s",
        "€4_bn",
        "20_°C",
        "EUR_500",
        "at 9_a.m.",
        "120_kWh",
        "(3_km)",
    ],
)
def test_a_figure_stays_with_its_unit(text: str) -> None:
    assert unbroken(text.replace("_", " ")) == text.replace("_", NO_BREAK)


@pytest.mark.parametrize(
    "text", ["5 minutes", "2 more", "3 sites", "step 4 has", "a % of", "5 MBA students", "99.5%"]
)
def test_words_may_go_to_the_next_line(text: str) -> None:
    assert unbroken(text) == text


@pytest.mark.parametrize(
    "html",
    [
        '<a title="99 % of it" href="/5 %">x</a>',
        "<pre><code>retry 5 s</code></pre>",
        "<code>99.5 %</code>",
        "<svg><text>5 ms</text></svg>",
        "<math><mn>5</mn> <mi>s</mi></math>",
        "<textarea>5 s</textarea>",
    ],
)
def test_attributes_code_and_drawings_stay(html: str) -> None:
    assert unbroken_html(html) == html


def test_text_between_tags_is_mended_also_behind_code() -> None:
    html = "<p><code>1 s</code> is <b>1 s</b></p>"

    assert unbroken_html(html) == f"<p><code>1 s</code> is <b>1{NO_BREAK}s</b></p>"


def test_entities_stay_entities() -> None:
    assert unbroken_html("<p>5 &lt; 6 &amp; 7 %</p>") == f"<p>5 &lt; 6 &amp; 7{NO_BREAK}%</p>"


def test_a_quotation_within_a_quotation_has_single_marks() -> None:
    assert f"“{within_quotes('“Critical” is a level')}”" == "“‘Critical’ is a level”"
