"""Addresses below /reports/audiences/."""

from django.urls import path

from courses.views import audiences

app_name = "audiences"
urlpatterns = [
    path("", audiences.audiences, name="list"),
    path("new/", audiences.new, name="new"),
    path("<int:pk>/close/", audiences.close, name="close"),
]
