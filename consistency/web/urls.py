from django.urls import URLPattern, path

from consistency.web import agreement

urlpatterns: list[URLPattern] = [
    path("projects/<int:project_id>/agreement/", agreement.agreement, name="agreement"),
    path(
        "projects/<int:project_id>/agreement/figures", agreement.agreement_figures, name="agreement_figures"
    ),
    path(
        "projects/<int:project_id>/agreement/measure", agreement.agreement_measure, name="agreement_measure"
    ),
]
