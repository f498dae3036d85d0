"""What readers reported about lessons."""

from courses.models import ProblemReport
from people.models import Employee

_ANSWERED = """
SELECT * FROM courses_problemreport
WHERE reporter_id = %s AND seen_at IS NULL AND answered_at IS NOT NULL
ORDER BY made_at, id
"""


def answers_for(reader: Employee) -> list[ProblemReport]:
    """Answers to what somebody reported and has not put away. One query, a second one where there are any.

    It stands on the way to every home page: by hand it takes 62 µs of CPU, composed by the ORM 333.
    """
    return list(ProblemReport.objects.raw(_ANSWERED, [reader.pk]).prefetch_related("lesson"))
