"""People in: a list from HR becomes employees, moves and leavings. See docs/hr.md."""

from people.importing.actions import PlanChanged, import_people, plan_import
from people.importing.columns import HeadingsRefused
from people.importing.planning import Plan

__all__ = ["HeadingsRefused", "Plan", "PlanChanged", "import_people", "plan_import"]
