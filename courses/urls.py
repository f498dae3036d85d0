"""Courses and lessons, before Wagtail's own addresses."""

from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<slug:course>/", views.course, name="course"),
    path("<slug:course>/start/", views.start, name="start"),
    path("<slug:course>/session-plan/", views.session_plan, name="session_plan"),
    path("<slug:course>/quiz/", views.quiz, name="quiz"),
    path("<slug:course>/quiz/<uuid:attempt>/<int:position>/", views.question, name="question"),
    path("<slug:course>/quiz/<uuid:attempt>/result/", views.result, name="result"),
    path("reports/<int:report>/away/", views.put_away, name="put_away"),
    path("<slug:course>/<slug:lesson>/problem/", views.problem, name="problem"),
    path("<slug:course>/<slug:lesson>/", views.lesson, name="lesson"),
]
