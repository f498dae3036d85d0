"""What HR and managers can ask. Each docstring states its number of SQL queries."""

from reports.queries.completion import completions_by_month, figures, latest_due
from reports.queries.person import Explained, explained
from reports.queries.population import Basis, Departments, Question, Report, basis
from reports.queries.rows import Line, lines, longest_overdue, page_of
from reports.queries.team import is_below, managers, somebody

__all__ = [
    "Basis",
    "Departments",
    "Explained",
    "Line",
    "Question",
    "Report",
    "basis",
    "completions_by_month",
    "explained",
    "figures",
    "is_below",
    "latest_due",
    "lines",
    "longest_overdue",
    "managers",
    "page_of",
    "somebody",
]
