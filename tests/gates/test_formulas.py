"""Formulas in Markdown become MathML; money, code and what cannot be read stay text."""

import pytest

from gates.markdown import render_markdown


def test_formulas_become_mathml():
    html = render_markdown("The rate $\\frac{a}{b}$ and\n\n$$\n\\sum_{i=1}^n i\n= x\n$$\n\nend")

    assert '<math display="inline"><mrow><mfrac>' in html
    assert '<p><math display="block">' in html
    assert "<h1" not in html
    assert "\\" not in html


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "$ 5$",
        "$5 $",
        "US$5/US$6",
        "a $ b",
        "between $5\nand 6$",
        "\\$x$",
        "$",
        "$$",
        "$$$",
    ],
)
def test_money_is_no_formula(text):
    html = render_markdown(text)

    assert "<math" not in html
    assert "math-error" not in html


def test_a_formula_in_code_is_code():
    assert render_markdown("`$x$`") == "<p><code>$x$</code></p>"


@pytest.mark.parametrize(
    "latex",
    [
        "\\frac",
        "\\left(",
        "x^{",
        "\\begin{matrix}",
        "x_a_b",
        "\\newcommand{\\a}{b}\\a",
        "\\def\\a{b}",
        "{" * 900,
        "x" * 1001,
    ],
)
def test_a_formula_that_cannot_be_read_is_shown_as_its_source(latex):
    html = render_markdown(f"a ${latex}$ b")

    assert f'<code class="math-error">{latex}</code>' in html
    assert html.endswith(" b</p>")


def test_text_in_a_formula_cannot_become_markup():
    html = render_markdown("$\\text{<b>&lt;i&gt;</b>}$")

    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;" in html


def test_many_formulas_stay_readable():
    html = render_markdown(" ".join(["$x$"] * 1_500))

    assert html.count("<math") > 500
    assert html.count("<math") + html.count('<code class="math-error">x</code>') == 1_500


def test_a_formula_of_two_dollars_may_have_two_lines_and_two_prices_are_no_formula():
    assert '<math display="block">' in render_markdown("From $$a\n= b$$ on.")
    assert "<math" not in render_markdown("From $5\nto $6 a month.")
