from django.urls import URLPattern, path

from labeling.web import examples, exports, home, item, items, label, links, members, projects, reviews, votes

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("links/<str:token>/", links.link, name="link"),
    path("votes/", votes.votes_new, name="votes_import"),
    path("votes/<uuid:job_id>/", votes.votes_job, name="votes_job"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("projects/new/preview/", label.new_project_preview, name="project_new_preview"),
    path("projects/<int:project_id>/", projects.project, name="project"),
    path("projects/<int:project_id>/setup/", projects.project_setup, name="project_setup"),
    path("projects/<int:project_id>/examples/", examples.project_examples, name="project_examples"),
    path("projects/<int:project_id>/members/", members.project_members, name="project_members"),
    path("projects/<int:project_id>/rounds/", projects.round_open, name="round_open"),
    path("projects/<int:project_id>/rounds/<int:round_id>/", projects.round_change, name="round_change"),
    path("projects/<int:project_id>/label/", label.label, name="label"),
    path("projects/<int:project_id>/preview/", label.preview, name="project_preview"),
    path("projects/<int:project_id>/review/", reviews.review_queue, name="review_queue"),
    path("projects/<int:project_id>/review/<int:task_id>/", reviews.review_task, name="review_task"),
    path(
        "projects/<int:project_id>/review/<int:task_id>/decide", reviews.review_decide, name="review_decide"
    ),
    path(
        "projects/<int:project_id>/review/<int:task_id>/correct/<int:annotation_id>/",
        reviews.review_correct,
        name="review_correct",
    ),
    path("projects/<int:project_id>/changes/", reviews.changes, name="changes"),
    path(
        "projects/<int:project_id>/changes/<int:review_id>/object",
        reviews.change_object,
        name="change_object",
    ),
    path("projects/<int:project_id>/resolve", exports.project_resolve, name="project_resolve"),
    path("datasets/<int:dataset_id>/versions/export", exports.version_export, name="version_export"),
    path("projects/<int:project_id>/items/", items.project_items, name="project_items"),
    path("datasets/<int:dataset_id>/items/", items.items, name="items"),
    path("datasets/<int:dataset_id>/examples/", examples.dataset_examples, name="dataset_examples"),
    path("items/<int:item_id>/", item.item, name="item"),
]
