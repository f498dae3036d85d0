"""HTTP edges of courses: the catalogue, a course, a lesson, its quiz."""

from courses.views.catalogue import catalogue
from courses.views.course import course, session_plan, start
from courses.views.lesson import lesson
from courses.views.pages import serve_page, serve_preview
from courses.views.problems import problem, put_away
from courses.views.quiz import question, quiz, result

__all__ = [
    "catalogue",
    "course",
    "lesson",
    "problem",
    "put_away",
    "question",
    "quiz",
    "result",
    "serve_page",
    "serve_preview",
    "session_plan",
    "start",
]
