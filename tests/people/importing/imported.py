"""A list that is imported, and what stands in the database then."""

from people.importing import import_people
from people.importing.translation import reason_of
from people.models import Employee
from tests.people.importing.lists import HEAD, NOW, stream

TODAY = NOW.date()


def load(*lines, now=NOW, head=HEAD, **options):
    return import_people(stream(*lines, head=head), by=None, now=now, **options)


def person(number):
    return Employee.objects.get(employee_number=number)


def reasons(plan):
    return {told.line: reason_of(told) for told in plan.reported}


ANNA = "A1,Anna Ash,anna@example.com,Works / IT,technology,,2024-03-01,"
BEN = "B2,Ben Birch,ben@example.com,Works > IT > Data,business,A1,2025-01-15,"


def person_of(row):
    return Employee.objects.get(pk=row.pk)
