"""Reports of HR, and of managers about their own people."""

from reports.views.completion import completion
from reports.views.person import person, team_person
from reports.views.team import team

__all__ = ["completion", "person", "team", "team_person"]
