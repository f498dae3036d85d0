"""People in: a list from HR becomes employees, moves and leavings. See docs/hr.md.

The way of a list, from the page to the database:

- `views` and `forms` take the file, `actions` stores it and puts it into the queue.
- `running` holds the list in a worker and leads it through the next four, piece by piece.
- `deciding` reads the file, `queries` the people and departments that exist.
- `rules` decides on plain values: `columns` what a heading and a cell say, `planning` what each line does,
  `leavings` who leaves although their line has a fault, `plans` what comes of it, `sentences` what people read.
- `steps` puts a plan into the order of writing and stores it; `pieces` writes some of these steps.
- `outcomes` stores what the page of the import shows, and `translation` says it in the reader's language.
"""

from people.importing.actions import PlanChanged, import_people
from people.importing.deciding import HeadingsRefused, plan_import
from people.importing.rules.plans import Plan
from people.importing.running import AnotherImport

__all__ = ["AnotherImport", "HeadingsRefused", "Plan", "PlanChanged", "import_people", "plan_import"]
