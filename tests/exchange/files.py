"""The files of a small course with every kind of block."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

WAGTAILS_FILES = pytest.mark.filterwarnings(
    # Wagtail makes a smaller picture in a temporary file that it does not close.
    "ignore:(?s).*SpooledTemporaryFile",
    "ignore:(?s).*unclosed file",
    "ignore:(?s).*Implicitly cleaning up",
)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def picture(colour: str = "red", size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 120" role="img">
<title>Two boxes</title><desc>A box leads to another.</desc>
<rect class="d-box" x="10" y="10" width="120" height="60"/><path class="d-line" d="M130 40 H230"/>
</svg>
"""
WHY = "Because half a per cent of 720 hours is 3.6 hours, and not a whole per cent."
COURSE = """code: Z1
title: Lines and ladders
slug: lines-and-ladders
summary: What a line says, and how to climb it.
direction: technology-for-business
outcomes:
  - id: lines
    text: read a line
quiz: {questions: 1, pass_percent: 80, required: true}
session: {title: Lines, kind: brown-bag, minutes: 30}
"""
QUESTIONS = f"""- id: z1-c1-1
  purpose: check
  kind: single_choice
  stem: How many hours is half a per cent of a month?
  outcome: lines
  lesson: lines
  section: A line
  options:
    - {{id: a, text: 3.6 hours, correct: true, explain: "{WHY}"}}
    - {{id: b, text: 7.2 hours, correct: false, explain: "{WHY}"}}
- id: z1-q1
  purpose: quiz
  kind: true_false
  stem: A line is straight.
  options:
    - {{id: "true", text: "Yes", correct: true, explain: "{WHY}"}}
    - {{id: "false", text: "No", correct: false, explain: "{WHY}"}}
"""
LESSON = """---
title: Lines
slug: lines
objective: read a line
outcome: lines
minutes: 5
---
::: hook
In March the line was cut.
:::

## A line

It goes from left to right.

::: meeting
speaker_side: business
speaker: Sales
said: We need the line.
hearer: IT
heard: The line is dead.
say_instead: When is the line back?
:::

::: example
title: half a per cent
intro: A month has 720 hours.
steps:
  - {step: Take half a per cent, working: 720 / 200, result: 3.6 h}
  - {step: Round it}
conclusion: "**3.6 hours.**"
:::

::: exhibit
title: A clause
kind: clause
text: "The line is there [1] all day."
notes: ["Which line?"]
:::

::: figure
image: images/two-boxes.svg
alt: A box leads to another.
caption: Two boxes
credit: Bothways
:::

::: figure
image: images/red.png
decorative: true
:::

::: callout
kind: careful
title: Mind the gap

It is **wide**.
:::

::: fold
title: Solution
parts:
  - text: |
      Half of it, that is:

      1. 3.6 hours
  - figure: {image: images/red.png, alt: A red field}
:::

::: table
caption: Lines
head: ["Line", "Metres"]
rows:
  - ["A", "1"]
  - ["B", "2"]
numbers: [2]
:::

::: resources
- {title: About lines, url: "https://example.com/lines", note: Short}
:::

::: say
When is the line back?
:::

::: checks
- z1-c1-1
:::
"""
SECOND = """---
title: Ladders
slug: ladders
objective: climb a ladder
minutes: 4
---
## A ladder

See [the line](/courses/lines-and-ladders/lines/#a-line), and go up.
"""
COURSE_FILES: dict[str, str | bytes | None] = {
    "course.yaml": COURSE,
    "questions.yaml": QUESTIONS,
    "session-plan.md": "# Lines\n\nDraw one.\n",
    "01-lines.md": LESSON,
    "02-ladders.md": SECOND,
    "images/two-boxes.svg": DRAWING,
    "images/red.png": picture(),
}
EVERYTHING = sorted(COURSE_FILES)
