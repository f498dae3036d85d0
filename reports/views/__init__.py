"""Reports of HR, and of managers about their own people."""

from reports.views.completion import completion
from reports.views.people import find
from reports.views.person import person, team_person
from reports.views.team import team

__all__ = ["completion", "find", "person", "team", "team_person"]
