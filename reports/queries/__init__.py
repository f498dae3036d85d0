"""What HR and managers can ask. Each docstring states its number of SQL queries."""

from reports.queries.completion import figures, figures_lately, months_of
from reports.queries.person import CourseExplanation, explained
from reports.queries.population import Basis, Departments, Report, ReportQuery, basis
from reports.queries.rows import Line, lines, lines_of, page_of
from reports.queries.team import is_below, managers, somebody

__all__ = [
    "Basis",
    "CourseExplanation",
    "Departments",
    "Line",
    "Report",
    "ReportQuery",
    "basis",
    "explained",
    "figures",
    "figures_lately",
    "is_below",
    "lines",
    "lines_of",
    "managers",
    "months_of",
    "page_of",
    "somebody",
]
