"""Markdown made to take long."""

import pytest

from gates.markdown import INLINE_LIMIT, MARKDOWN_LIMIT, render_inline, render_markdown
from tests.gates.clock import at_most
from tests.soak import ROUNDS

# Each of these made the Markdown library, or one of those beside it, work for minutes or fail. In the suite
# they are a fifth as long as they may be, under `make soak` as long.
SIZE = min(20_000 * ROUNDS, MARKDOWN_LIMIT)


def of(most: int) -> int:
    """As many of what a text of the greatest size has `most` of."""
    return most * SIZE // MARKDOWN_LIMIT


HOSTILE = {
    text: text
    for text in (
        "[", "![", "[[", "[a](", "[a][", "[[a|", "``a`", "`a", "*a **b ", "***a ", "_a __b_ ", "**a*", "<a@", "<x@y.z> ",
        "<http://", "> ", ">", "- ", "  - a\n", "1. ", "* * ", "# a\n", "# a b\n\n", "a\n---\n", "a\n===\n", "a\n: b\n",
        "a\n:   b\n\n", "a|", "|a|b|\n|-|-|\n|c|d|\n\n", "\\", "\\(", "$", "$a", "$x$ ", "$$\n", "- $x$\n", "[^1]", "[^1]: a\n",
        "[a]: b\n", '[a]: "', "&", "&#", "<!--", "a\n\n", "    a\n\n", "a  \n", "```a\n", "~~~ {.", "\t", " ", "\x02",
        "\x02wzxhzdk:0\x03", "$\\frac{a}{b}$ ", "(", "{", "<", "[a](b)", "![a](b)", "*a* ", "`a` ",
    )
} | {
    "nested brackets": "[" * of(45_000) + "]" * of(45_000),
    "nested links": "[" * of(16_000) + "a" + "](b)" * of(16_000),
    "backticks of every length": "".join("`" * count + "a" for count in range(1, int(of(430**2) ** 0.5))),
    "backticks in a table": "|a|b|\n|-|-|\n" + "|`|" * of(33_000),
    "a wide head over short rows": "|a" * of(15_000) + "\n" + "|-" * of(15_000) + "\n" + "|b\n" * of(12_000),
    "one footnote called a thousand times": "[^1]" * of(24_000) + "\n\n[^1]: a",
    "a thousand footnotes": "".join(f"[^{n}]: b\n\n" for n in range(of(3_000))) + "".join(f"[^{n}] " for n in range(of(3_000))),
    "nested braces": " ".join("$" + "{" * 490 + "}" * 490 + "$" for _ in range(of(90))),
    "nested fractions": " ".join("$" + "\\frac{" * 120 + "}" * 120 + "$" for _ in range(of(100))),
    "nested list": "".join(" " * 4 * depth + "- a\n" for depth in range(int(of(210**2) ** 0.5))),
    "java": "```java\n" + "a " * 1_490 + "\n```\n",
    "terraform": "```terraform\n" + "-" * 2_990 + "\n```\n",
    "much yaml": ("```yaml\n" + "@" * 2_990 + "\n```\n\n") * of(33),
    "much c": ("```c\n" + " \n" * 1_490 + "\n```\n\n") * of(33),
}  # fmt: skip


@pytest.mark.soak
@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_hostile_markdown_takes_less_than_two_seconds(name):
    piece = HOSTILE[name]
    text = piece if len(piece) > 50 else piece * (SIZE // len(piece))

    with at_most(2):
        try:
            render_markdown(text)
        except ValueError as error:
            assert "limit" in str(error) or "nested" in str(error)


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_a_hostile_line_takes_less_than_two_seconds(name):
    piece = HOSTILE[name]
    text = (piece * (INLINE_LIMIT // len(piece) + 1))[:INLINE_LIMIT]

    with at_most(2):
        try:
            render_inline(text)
        except ValueError as error:
            assert "limit" in str(error) or "nested" in str(error)
