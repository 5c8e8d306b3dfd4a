from django.urls import URLPattern, path

from metadata.web import account, datasets, imports, jobs, people, sign_in, versions

urlpatterns: list[URLPattern] = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/tokens/<int:token_id>/revoke", account.token_revoke, name="token_revoke"),
    path("people/", people.people, name="people"),
    path("people/<int:agent_id>/state", people.person_state, name="person_state"),
    path("datasets/", datasets.datasets, name="datasets"),
    path("datasets/new/", datasets.dataset_new, name="dataset_new"),
    path("datasets/<int:dataset_id>/", datasets.dataset, name="dataset"),
    path("datasets/<int:dataset_id>/state", datasets.dataset_state, name="dataset_state"),
    path("datasets/<int:dataset_id>/import/", imports.dataset_import, name="dataset_import"),
    path("datasets/<int:dataset_id>/versions/", versions.dataset_versions, name="versions"),
    path("datasets/<int:dataset_id>/versions/close", versions.version_close, name="version_close"),
    path("batches/<int:batch_id>/", imports.batch, name="batch"),
    path("batches/<int:batch_id>/change", imports.batch_change, name="batch_change"),
    path("version-files/<int:file_id>/", versions.version_file, name="version_file"),
    path("jobs/<uuid:job_id>/", jobs.job, name="job"),
    path("jobs/<uuid:job_id>/cancel", jobs.job_cancel, name="job_cancel"),
]
