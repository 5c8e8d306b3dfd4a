from django.urls import URLPattern, URLResolver, path

from consistency.api import agreement, gold

urlpatterns: list[URLPattern | URLResolver] = [
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
