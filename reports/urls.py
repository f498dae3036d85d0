"""Reports for HR, and a manager's own people."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/completion/", views.completion, name="completion"),
    path("reports/completion/people/<int:pk>/", views.person, name="person"),
    path("reports/people/", views.find, name="people"),
    path("team/", views.team, name="team"),
    path("team/<int:pk>/", views.team_person, name="team_person"),
]
