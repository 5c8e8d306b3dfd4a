from django.urls import URLPattern, URLResolver, path

from labeling.api import (
    crowd,
    desk,
    drafts,
    exports,
    gold,
    media,
    own_work,
    projects,
    resolutions,
    reviews,
    vendors,
    votes,
)

urlpatterns: list[URLPattern | URLResolver] = [
    # The labeler's loop first: addresses are tried in order.
    path("projects/<int:project_id>/claim", desk.ClaimView.as_view(), name="api-claim"),
    path("tasks/<int:task_id>/annotations", desk.SubmitView.as_view(), name="api-submit"),
    path("projects/", projects.ProjectsView.as_view(), name="api-projects"),
    path("projects/<int:project_id>/", projects.ProjectView.as_view(), name="api-project"),
    path("projects/<int:project_id>/progress/", projects.ProgressView.as_view(), name="api-progress"),
    path("projects/<int:project_id>/questions/", projects.QuestionsView.as_view(), name="api-questions"),
    path("projects/<int:project_id>/guideline/", projects.GuidelineView.as_view(), name="api-guideline"),
    path("projects/<int:project_id>/members/", projects.MembersView.as_view(), name="api-members"),
    path(
        "projects/<int:project_id>/members/<int:agent_id>/", projects.MemberView.as_view(), name="api-member"
    ),
    path("projects/<int:project_id>/rounds/", projects.RoundsView.as_view(), name="api-rounds"),
    path("projects/<int:project_id>/answers/own", own_work.OwnAnswersView.as_view(), name="api-own-answers"),
    path(
        "projects/<int:project_id>/examples/<int:part_id>/",
        media.ExamplePartView.as_view(),
        name="api-example",
    ),
    path("projects/<int:project_id>/team/", vendors.VendorTeamView.as_view(), name="api-vendor-team"),
    path(
        "projects/<int:project_id>/team/invitations",
        vendors.VendorInvitationsView.as_view(),
        name="api-vendor-invitations",
    ),
    path(
        "projects/<int:project_id>/team/people/<int:agent_id>/",
        vendors.VendorPersonView.as_view(),
        name="api-vendor-person",
    ),
    path(
        "projects/<int:project_id>/team/deliveries/",
        vendors.VendorDeliveriesView.as_view(),
        name="api-vendor-deliveries",
    ),
    path("projects/<int:project_id>/crowd-links/", crowd.CrowdLinksView.as_view(), name="api-crowd-links"),
    path("crowd-links/<int:link_id>/", crowd.CrowdLinkView.as_view(), name="api-crowd-link"),
    path("crowd-links/<int:link_id>/close", crowd.CrowdLinkCloseView.as_view(), name="api-crowd-close"),
    path("crowd-links/<int:link_id>/runs/", crowd.CrowdRunsView.as_view(), name="api-crowd-runs"),
    path("crowd-links/<int:link_id>/verdicts", crowd.CrowdVerdictsView.as_view(), name="api-crowd-verdicts"),
    path("questions/<int:question_id>/", projects.QuestionView.as_view(), name="api-question"),
    path("questions/<int:question_id>/gold/", gold.GoldView.as_view(), name="api-gold"),
    path("gold/<int:gold_id>/", gold.OneGoldView.as_view(), name="api-one-gold"),
    path("rounds/<int:round_id>/", projects.RoundView.as_view(), name="api-round"),
    path("tasks/<int:task_id>/parts/<int:part_id>/", media.TaskPartView.as_view(), name="task-part"),
    path("tasks/<int:task_id>/skip", desk.SkipView.as_view(), name="api-skip"),
    path("tasks/<int:task_id>/draft", drafts.DraftView.as_view(), name="api-draft"),
    path("tasks/<int:task_id>/lease", drafts.LeaseView.as_view(), name="api-lease"),
    path("projects/<int:project_id>/drafts/own", drafts.OwnDraftsView.as_view(), name="api-own-drafts"),
    path("tasks/<int:task_id>/flags", reviews.FlagsView.as_view(), name="api-flags"),
    path("annotations/<int:annotation_id>/reviews", reviews.ReviewsView.as_view(), name="api-reviews"),
    path("reviews/<int:review_id>/objection", reviews.ObjectionView.as_view(), name="api-objection"),
    path("reviews/<int:review_id>/reply", reviews.ReplyView.as_view(), name="api-reply"),
    path("versions/<int:version_id>/exports", exports.ExportsView.as_view(), name="api-exports"),
    path("votes-imports/", votes.VotesImportsView.as_view(), name="api-votes-imports"),
    path(
        "questions/<int:question_id>/resolutions/",
        resolutions.ResolutionsView.as_view(),
        name="api-resolutions",
    ),
]
