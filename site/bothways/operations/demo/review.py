"""A lesson that waits for its reviewer, in the workflow that an author's click begins."""

from bothways.operations.demo import edits
from courses.models import CoursePage, LessonPage
from people.models import Employee

LESSON = "change-windows"
OBJECTIVE = "agree on a window: what waiting costs against what the night risks"


def hand_in(course: CoursePage, author: Employee) -> None:
    """The author says more plainly what a lesson is for, and asks for a review. The public text stays as it is."""
    lesson = LessonPage.objects.child_of(course).filter(slug=LESSON, live=True).first()
    workflow = lesson.get_workflow() if lesson else None
    if lesson is None or workflow is None:
        return  # somebody took it offline, or nobody reviews here
    lesson.objective = OBJECTIVE
    edits.remember(lesson.save_revision(user=author))
    workflow.start(LessonPage.objects.get(pk=lesson.pk), author)
