"""Courses in and out, for their authors; before the addresses of writing."""

from django.urls import path

from exchange.importing import views

app_name = "import"
urlpatterns = [
    path("", views.upload, name="upload"),
    path("<uuid:key>/", views.preview, name="preview"),
    path("course/<int:course>.zip", views.download, name="download"),
]
