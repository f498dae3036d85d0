"""People in: a list from HR becomes employees, moves and leavings. See docs/hr.md."""

from people.importing.actions import PlanChanged, import_people
from people.importing.deciding import HeadingsRefused, plan_import
from people.importing.rules.plans import Plan
from people.importing.running import AnotherImport

__all__ = ["AnotherImport", "HeadingsRefused", "Plan", "PlanChanged", "import_people", "plan_import"]
