from django.urls import URLPattern, path

from consistency.web import acceptance, agreement, copying, gold

urlpatterns: list[URLPattern] = [
    path("projects/<int:project_id>/deliveries/", acceptance.deliveries, name="deliveries"),
    path("projects/<int:project_id>/deliveries/<int:delivery_id>/", acceptance.delivery, name="delivery"),
    path("projects/<int:project_id>/copying/", copying.copying, name="copying"),
    path("projects/<int:project_id>/gold/", gold.gold_answers, name="gold"),
    path("projects/<int:project_id>/agreement/", agreement.agreement, name="agreement"),
    path(
        "projects/<int:project_id>/agreement/figures", agreement.agreement_figures, name="agreement_figures"
    ),
    path(
        "projects/<int:project_id>/agreement/measure", agreement.agreement_measure, name="agreement_measure"
    ),
]
