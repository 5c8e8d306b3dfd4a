from django.urls import URLPattern, path

from labeling.web import home, label, links, members, projects

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("links/<str:token>/", links.link, name="link"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("projects/<int:project_id>/", projects.project, name="project"),
    path("projects/<int:project_id>/setup/", projects.project_setup, name="project_setup"),
    path("projects/<int:project_id>/members/", members.project_members, name="project_members"),
    path("projects/<int:project_id>/rounds/", projects.round_open, name="round_open"),
    path("projects/<int:project_id>/rounds/<int:round_id>/", projects.round_change, name="round_change"),
    path("projects/<int:project_id>/label/", label.label, name="label"),
    path("projects/<int:project_id>/preview/", label.preview, name="project_preview"),
]
