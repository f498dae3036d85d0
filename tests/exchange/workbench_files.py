"""A small course of the Workbench in our own words, with what such courses hold."""

from tests.exchange.files import picture

CONFIG = """carpentry: 'xx'
title: 'Tidy shelves for offices'
source: 'https://example.com/someone/tidy-shelves'
license: 'CC-BY 4.0'
life_cycle: 'beta'
lang: en
episodes:
- 00-begin.md
- 01-shelves.md
"""
INDEX = """---
site: sandpaper
---

This course shows how to [tidy](https://example.com) a shelf. It takes an hour.

::: prereq
## Before
A shelf.
:::
"""
START = """---
title: Why shelves
teaching: 5
exercises: 4
authors:
- Ada *Byron*
contributors:
- Bob
mood: good
---

:::::::::::::::: objectives

- Say what a shelf is for.
- Name two shelves.

::::::::::::::::

:::::::::::::::: instructor

### Guidance

Begin with [the second lesson](01-shelves.md).

::::::::::::::::

### First of all

A shelf costs $5. Press <kbd>F1</kbd>, or <u>call</u>. See [shelves](01-shelves.md#oak), the
[list](data/list.csv), [a page](people.md) and [elsewhere](https://example.com/a_(b)).

:::::::::::::::: challenge

## Count them

How many?

:::::::: solution

## Answer

Three:
![](fig/three.png){alt='Three shelves'}

::::::::

::::::::::::::::

:::::::::::::::: keypoints

- Shelves hold things.

::::::::::::::::
"""
SHELVES = """---
title: Shelves
---

:::: callout
Plain words.
::::

:::: carousel
Round and round.
::::

## Kinds

1. First

2. Second

  ![](fig/three.png)

3. Third

### Oak {#oak}

| Wood | Price |
|------+-------|
| Oak  | 5     |

```source
<b>![](fig/no.png)</b>
```

![Far](https://example.com/x.png)
![Gone](fig/gone.png)
"""
WORKBENCH_FILES: dict[str, str | bytes | None] = {
    "course.yaml": None, "questions.yaml": None, "session-plan.md": None, "01-lines.md": None,
    "02-ladders.md": None, "images/two-boxes.svg": None, "images/red.png": None,
    "config.yaml": CONFIG,
    "index.md": INDEX,
    "episodes/00-begin.md": START,
    "episodes/01-shelves.md": SHELVES,
    "episodes/fig/three.png": picture("brown"),
    "episodes/fig/unused.png": picture("green"),
    "episodes/data/list.csv": "a,b\n",
    "learners/people.md": "# People\n",
}  # fmt: skip
