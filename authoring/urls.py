"""The author's pages of the site; the editor itself is Wagtail's."""

from django.urls import path

from authoring import preview, views

app_name = "write"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("course/", views.new_course, name="new_course"),
    path("course/<int:course>/lesson/", views.new_lesson, name="new_lesson"),
    path("course/<int:course>/copy/", views.copy_course, name="copy_course"),
    path("copy/<uuid:copy>/", views.copying, name="copying"),
    path("course/<int:course>/authors/", views.team, name="team"),
    path("report/<int:report>/", views.reply, name="reply"),
    path("take-back/<str:kind>/<int:pk>/", views.take_back, name="take_back"),
    path("preview/<int:lesson>/", preview.lesson, name="preview"),
]
