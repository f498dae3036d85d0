"""Addresses of stewards: what waits for a signature, and one meaning to read and sign."""

from django.urls import path

from glossary import views

app_name = "agreement"
urlpatterns = [
    path("", views.agreement, name="waiting"),
    path("<int:sense>/", views.meaning, name="meaning"),
    path("<int:sense>/sign/", views.sign, name="sign"),
    path("<int:sense>/why/", views.why, name="why"),
]
