"""A small folder of plain Markdown in our own words, as many programs write it."""

from exchange.importing.markdown import AskedCourse
from tests.exchange.files import picture

ASKED = AskedCourse("Moving house", "MOVE", "business-for-technicians")

README = """# Moving house

How an office moves in three days.

- [What to pack](pack/Übersicht.markdown)
- [The van](2-van.MD)
"""
PACK = """---
title: What to pack
description: say what goes into which box
tags: [boxes]
---

# What to pack

Take [the van](../2-van.MD#who-drives), see [the list][list] and the [plan](../files/plan.csv).[^tape]

Boxes
-----

> [!WARNING]
> Glass goes on top.
>
> Not below.

!!! note "Who packs"

    Whoever owns it:

    - cups
    - books

<table>
  <caption>Boxes</caption>
  <thead>
    <tr><th>Kind</th><th>Weight</th></tr>
  </thead>
  <tbody>
    <tr>
        <td><b>Books </b></td>
        <td align="right">12</td>
    </tr>
  </tbody>
</table>

```python
print("<table>")
```

| a | b |
|---|--:|
| 1 | 2 |

![A box](../img/box%20one.png "The first box")

Press <CR>, then read List<String>.

[list]: https://example.com/list
[^tape]: Tape is in the drawer.
"""
VAN = """The van
=======

### Who drives

Anna.

<div class="note">
    <p>
        Keep left.
    </p>
</div>

<img src="img/van.svg" alt="A van from the side">

<table><tr><td colspan="2">Both</td></tr><tr><td>1</td><td>2</td></tr></table>

<details>
<summary>Where is the key?</summary>

Under the mat.

</details>
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="20mm">'
    '<style>.v{fill:#456}</style><path class="v" d="M0 0h9v9z" style="stroke:red"/></svg>'
)
MARKDOWN_FILES: dict[str, str | bytes | None] = {
    "course.yaml": None, "questions.yaml": None, "session-plan.md": None, "01-lines.md": None,
    "02-ladders.md": None, "images/two-boxes.svg": None, "images/red.png": None,
    "README.md": README,
    "2-van.MD": VAN,
    "10-after.md": "# Afterwards\n\nClean.\n",
    "9-empty.md": "# Nothing\n",
    "pack/Übersicht.markdown": PACK,
    "img/box one.png": picture("brown"),
    "img/van.svg": SVG,
    "files/plan.csv": "a,b\n",
    "LICENSE.md": "# Licence\n\nFree.\n",
}  # fmt: skip
