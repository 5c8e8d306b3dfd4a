from django.urls import URLPattern, URLResolver, path

from consistency.api import acceptance, agreement, gold

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "projects/<int:project_id>/deliveries/",
        acceptance.ProjectDeliveriesView.as_view(),
        name="api-deliveries",
    ),
    path("deliveries/<int:delivery_id>/", acceptance.DeliveryView.as_view(), name="api-delivery"),
    path(
        "deliveries/<int:delivery_id>/plan", acceptance.DeliveryPlanView.as_view(), name="api-delivery-plan"
    ),
    path(
        "deliveries/<int:delivery_id>/sample",
        acceptance.DeliverySampleView.as_view(),
        name="api-delivery-sample",
    ),
    path(
        "deliveries/<int:delivery_id>/verdict",
        acceptance.DeliveryVerdictView.as_view(),
        name="api-delivery-verdict",
    ),
    path("questions/<int:question_id>/agreement", agreement.AgreementView.as_view(), name="api-agreement"),
    path("questions/<int:question_id>/reports/", agreement.ReportsView.as_view(), name="api-reports"),
    path("questions/<int:question_id>/gold/scores", gold.GoldScoresView.as_view(), name="api-gold-scores"),
    path(
        "questions/<int:question_id>/repeats/scores",
        gold.SelfAgreementView.as_view(),
        name="api-self-agreement",
    ),
    path("reports/<int:report_id>/", agreement.ReportView.as_view(), name="api-report"),
]
