from django.urls import URLPattern, URLResolver, path

from metadata.api import agents, assets, datasets, imports, items, jobs, versions

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", agents.MeView.as_view(), name="api-me"),
    path("tokens/", agents.TokensView.as_view(), name="api-tokens"),
    path("tokens/<int:token_id>/", agents.TokenView.as_view(), name="api-token"),
    path("agents/", agents.PeopleView.as_view(), name="api-agents"),
    path("agents/<int:agent_id>/", agents.PersonView.as_view(), name="api-agent"),
    path("agents/<int:agent_id>/links", agents.PersonLinksView.as_view(), name="api-agent-links"),
    path("teams/", agents.TeamsView.as_view(), name="api-teams"),
    path("teams/<int:team_id>/members/", agents.TeamMembersView.as_view(), name="api-team-members"),
    path(
        "teams/<int:team_id>/members/<int:agent_id>/", agents.TeamMemberView.as_view(), name="api-team-member"
    ),
    path("datasets/", datasets.DatasetsView.as_view(), name="api-datasets"),
    path("datasets/<int:dataset_id>/", datasets.DatasetView.as_view(), name="api-dataset"),
    path("datasets/<int:dataset_id>/archive", datasets.ArchiveView.as_view(), name="api-dataset-archive"),
    path("datasets/<int:dataset_id>/restore", datasets.RestoreView.as_view(), name="api-dataset-restore"),
    path(
        "datasets/<int:dataset_id>/members/",
        datasets.DatasetMembersView.as_view(),
        name="api-dataset-members",
    ),
    path(
        "datasets/<int:dataset_id>/members/<int:agent_id>/",
        datasets.DatasetMemberView.as_view(),
        name="api-dataset-member",
    ),
    path("datasets/<int:dataset_id>/items/", items.ItemsView.as_view(), name="api-items"),
    path("items/<int:item_id>/", items.ItemView.as_view(), name="api-item"),
    path("datasets/<int:dataset_id>/imports/", imports.ImportsView.as_view(), name="api-imports"),
    path("datasets/<int:dataset_id>/imports/lines", imports.LinesView.as_view(), name="api-import-lines"),
    path("datasets/<int:dataset_id>/batches/", datasets.BatchesView.as_view(), name="api-batches"),
    path("batches/<int:batch_id>/", datasets.BatchView.as_view(), name="api-batch"),
    path("batches/<int:batch_id>/refused/", datasets.RefusedView.as_view(), name="api-batch-refused"),
    path("batches/<int:batch_id>/undo", datasets.UndoView.as_view(), name="api-batch-undo"),
    path("batches/<int:batch_id>/resume", datasets.ResumeView.as_view(), name="api-batch-resume"),
    path("jobs/", jobs.JobsView.as_view(), name="api-jobs"),
    path("jobs/<uuid:job_id>/", jobs.JobView.as_view(), name="api-job"),
    path("jobs/<uuid:job_id>/cancel", jobs.CancelView.as_view(), name="api-job-cancel"),
    path("assets/", assets.AssetsView.as_view(), name="api-assets"),
    path("assets/<int:asset_id>/", assets.AssetView.as_view(), name="api-asset"),
    path("assets/<int:asset_id>/file", assets.AssetFileView.as_view(), name="api-asset-file"),
    path("datasets/<int:dataset_id>/versions/", versions.VersionsView.as_view(), name="api-versions"),
    path("versions/<int:version_id>/", versions.VersionView.as_view(), name="api-version"),
    path("versions/<int:version_id>/diff", versions.DiffView.as_view(), name="api-version-diff"),
    path("versions/<int:version_id>/freeze", versions.FreezeView.as_view(), name="api-version-freeze"),
    path("versions/<int:version_id>/files/", versions.FilesView.as_view(), name="api-version-files"),
    path(
        "versions/<int:version_id>/files/<int:file_id>/", versions.FileView.as_view(), name="api-version-file"
    ),
]
