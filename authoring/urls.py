"""The author's pages of the site; the editor itself is Wagtail's."""

from django.urls import path

from authoring import preview
from authoring.views import desk, review

app_name = "write"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("course/", desk.new_course, name="new_course"),
    path("course/<int:course>/lesson/", desk.new_lesson, name="new_lesson"),
    path("course/<int:course>/copy/", desk.copy_course, name="copy_course"),
    path("copy/<uuid:copy>/", desk.copying, name="copying"),
    path("course/<int:course>/order/", review.move, name="move"),
    path("course/<int:course>/submit/", review.submit, name="submit"),
    path("course/<int:course>/approve/", review.approve, name="approve"),
    path("course/<int:course>/authors/", desk.team, name="team"),
    path("report/<int:report>/", desk.reply, name="reply"),
    path("take-back/<str:kind>/<int:pk>/", desk.take_back, name="take_back"),
    path("review/<int:page>/", review.review, name="review"),
    path("preview/<int:lesson>/", preview.lesson, name="preview"),
]
