"""What readers reported about lessons."""

from courses.models import ProblemReport
from people.models import Employee


def answers_for(reader: Employee) -> list[ProblemReport]:
    """Answers to what somebody reported and has not put away. One query."""
    answered = ProblemReport.objects.filter(reporter=reader, seen_at=None).exclude(answered_at=None)
    return list(answered.select_related("lesson", "answered_by"))
