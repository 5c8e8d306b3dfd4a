"""Every page there is: who opens it, and where it is in the scene. What is no page is listed with the reason.

`tests/e2e/test_pages.py` compares this with the addresses of the product and lets axe look at each page;
`docs/screenshots.py` takes their pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.e2e.harness.scene import Scene

NOBODY = ""
STEERING = ("manager", "admin")
DECIDING = ("expert", *STEERING)
EVERYBODY = ("labeler", "vendor_lead", "crowd_worker", *DECIDING)
LABELING = ("labeler", "vendor_lead", "crowd_worker", "expert", "manager")


@dataclass(frozen=True)
class PageSeen:
    """A page in one state. `path` is filled from the scene; the last of `who` is shown in the documents.

    `name` is the address's name in the urlconf; `title` and `about` are for the documents; `ready` is there once the page
    is complete.
    """

    name: str
    title: str
    about: str
    path: str
    who: tuple[str, ...]
    ready: str = "main h1"
    is_main: bool = False

    @property
    def slug(self) -> str:
        return self.title.lower().replace(":", "").replace(" ", "-")

    def address(self, scene: Scene) -> str:
        link = scene.links["newcomer"].removeprefix(scene.url)
        return self.path.format(scene=scene, pictures=scene.pictures, messages=scene.messages, link=link)


PAGES: tuple[PageSeen, ...] = (
    PageSeen("sign_in", "Sign in", "Errors keep what was typed.", "/sign-in/", (NOBODY,)),
    PageSeen(
        "link",
        "One-time link",
        "Opened from an invitation or the line that `./concord up` prints; only the button uses it up.",
        "{link}",
        (NOBODY,),
    ),
    PageSeen(
        "first_run",
        "First run",
        "What an admin can start with, and what this machine has.",
        "/first-run/",
        ("admin",),
    ),
    PageSeen(
        "home",
        "Home",
        "The projects and datasets one steers, and what waits.",
        "/",
        ("expert", *STEERING),
        is_main=True,
    ),
    PageSeen(
        "home",
        "Your work",
        "What a labeler sees first: Enter goes on with it.",
        "/",
        ("vendor_lead", "crowd_worker", "labeler"),
        is_main=True,
    ),
    PageSeen(
        "account",
        "Your account",
        "Name, password, and tokens for scripts.",
        "/account/",
        ("labeler", "admin"),
    ),
    PageSeen(
        "people",
        "People",
        "Who has an account here; links for those who cannot sign in.",
        "/people/",
        ("admin",),
    ),
    PageSeen("datasets", "Datasets", "Every dataset, the archived ones too.", "/datasets/", STEERING),
    PageSeen(
        "dataset_new",
        "New dataset",
        "A name, and the fields its items declare.",
        "/datasets/new/",
        ("admin",),
    ),
    PageSeen(
        "dataset",
        "Dataset",
        "What a dataset holds, where it came from, and which projects ask about it.",
        "/datasets/{pictures.dataset}/",
        STEERING,
    ),
    PageSeen(
        "dataset_import",
        "Import",
        "Files or a whole folder are dropped here.",
        "/datasets/{pictures.dataset}/import/",
        ("admin",),
    ),
    PageSeen(
        "batch",
        "Import with refused lines",
        "The good lines went in; the bad one is listed with its field and reason.",
        "/batches/{scene.batch}/",
        ("admin",),
    ),
    PageSeen(
        "items",
        "Items",
        "The item browser: filters stand in the address.",
        "/datasets/{pictures.dataset}/items/",
        ("admin",),
        is_main=True,
    ),
    PageSeen(
        "project_items",
        "Disagreements",
        "The items of a project whose answers differ.",
        "/projects/{messages.project}/items/?state=disagree",
        DECIDING,
    ),
    PageSeen(
        "item",
        "Item: a picture",
        "Everybody's answers over one picture, and the accepted one.",
        "/items/{pictures.item}/",
        DECIDING,
        is_main=True,
    ),
    PageSeen("item", "Item: a message", "The same for a text.", "/items/{messages.item}/", DECIDING),
    PageSeen("project_new", "New project", "One question is enough to start.", "/projects/new/", STEERING),
    PageSeen(
        "project",
        "Project overview",
        "Where the project is in the loop, and what is worth doing next.",
        "/projects/{messages.project}/",
        DECIDING,
        is_main=True,
    ),
    PageSeen(
        "project_setup",
        "Guideline",
        "What is asked, what each class means, and every version of it.",
        "/projects/{messages.project}/setup/",
        STEERING,
    ),
    PageSeen(
        "project_members",
        "Members",
        "Who works here, and the links that let more people in.",
        "/projects/{messages.project}/members/",
        STEERING,
    ),
    PageSeen(
        "project_preview",
        "Preview as labeler",
        "The label page over one item; nothing is stored.",
        "/projects/{pictures.project}/preview/",
        STEERING,
        ".picture",
    ),
    PageSeen(
        "label",
        "Label a picture",
        "Boxes, by mouse, pen, touch or keyboard alone.",
        "/projects/{pictures.project}/label/",
        LABELING[::-1],
        ".picture",
        True,
    ),
    PageSeen(
        "label",
        "Label a message",
        "A class, by one key.",
        "/projects/{messages.project}/label/",
        LABELING[::-1],
        ".msg",
        True,
    ),
    PageSeen(
        "grid",
        "Many at once",
        "Easy items side by side: a class is painted over many of them.",
        "/projects/{messages.project}/grid/",
        LABELING[::-1],
        ".gtile, #grid-note p",
    ),
    PageSeen(
        "vendor_team",
        "Team of a vendor",
        "What a vendor's lead sees: the team's batches and people, and what was signed off.",
        "/projects/{messages.project}/team/",
        ("lead",),
    ),
    PageSeen(
        "statement",
        "Statement of work",
        "What was accepted of a vendor's team, the hours in it, and what it comes to.",
        "/projects/{messages.project}/vendors/{scene.vendor}/statement/",
        ("lead", *STEERING),
    ),
    PageSeen(
        "deliveries",
        "Acceptance",
        "What vendors signed off, and what became of it.",
        "/projects/{messages.project}/deliveries/",
        STEERING,
    ),
    PageSeen(
        "delivery",
        "Acceptance: one batch",
        "The plan that a wanted quality gives, with its operating curve.",
        "/projects/{messages.project}/deliveries/{scene.delivery}/",
        STEERING,
    ),
    PageSeen(
        "crowd_links",
        "Crowd",
        "Links for a platform's workers, and how far each study is.",
        "/projects/{messages.project}/crowd/",
        STEERING,
    ),
    PageSeen(
        "crowd_link",
        "Crowd: one study",
        "The address for the platform, each worker's run, and what is decided of it.",
        "/projects/{messages.project}/crowd/{scene.study.id}/",
        STEERING,
    ),
    PageSeen(
        "crowd_enter",
        "Crowd: where a worker arrives",
        "What is asked and agreed to; only the button begins.",
        "/crowd/{scene.study.slug}/?PROLIFIC_PID=5f1c9a",
        (NOBODY,),
    ),
    PageSeen(
        "crowd_end",
        "Crowd: how far one is",
        "How far a worker is; the code, once everything asked was answered.",
        "/crowd/end/",
        ("worker",),
    ),
    PageSeen(
        "project_exams",
        "Exams",
        "Items whose answers are known, asked before other work, and who passed.",
        "/projects/{messages.project}/exams/",
        STEERING,
    ),
    PageSeen(
        "pause_log",
        "Pauses",
        "Rules that withhold tasks, whom they stopped and why, and what was decided.",
        "/projects/{messages.project}/pauses/",
        STEERING,
    ),
    PageSeen(
        "paused",
        "Paused",
        "Why somebody gets no tasks, and what they say to it.",
        "/projects/{messages.project}/paused/",
        ("labeler",),
    ),
    PageSeen(
        "copying",
        "Same wrong answers",
        "People who err alike more often than chance gives.",
        "/projects/{messages.project}/copying/",
        DECIDING,
    ),
    PageSeen(
        "review_queue",
        "Review",
        "What waits for a reviewer, by why it waits.",
        "/projects/{pictures.project}/review/?why=flagged",
        DECIDING,
    ),
    PageSeen(
        "review_task",
        "Review one item",
        "Every answer beside each other: accept, correct, send back, answer an objection.",
        "/projects/{pictures.project}/review/{scene.reviewed.task}/?why=flagged",
        DECIDING,
        is_main=True,
    ),
    PageSeen(
        "review_correct",
        "Correct an answer",
        "The editor over somebody's answer; what is sent is kept beside it, with the reason.",
        "/projects/{pictures.project}/review/{scene.reviewed.task}/correct/{scene.reviewed.annotation}/?why=flagged",
        DECIDING,
        ".picture",
    ),
    PageSeen(
        "changes",
        "What changed in my work",
        "A labeler's answer beside its correction, why, and their one objection.",
        "/projects/{pictures.project}/changes/",
        LABELING[::-1],
        is_main=True,
    ),
    PageSeen(
        "gold",
        "Known answers",
        "Who is how right about items whose answer is known, and where those answers come from.",
        "/projects/{messages.project}/gold/",
        DECIDING,
    ),
    PageSeen(
        "agreement",
        "Agreement: classes",
        "Alpha with its interval, per class and labeler; every figure leads to its items.",
        "/projects/{messages.project}/agreement/",
        DECIDING,
        is_main=True,
    ),
    PageSeen(
        "agreement",
        "Agreement: boxes",
        "For boxes: who sees the class at all, and how well the boxes lie on each other.",
        "/projects/{pictures.project}/agreement/",
        DECIDING,
    ),
    PageSeen(
        "disagreements",
        "Disagreements: boxes",
        "Every disagreement beside its counterpart, by the way in which people differ.",
        "/projects/{pictures.project}/disagreements/",
        DECIDING,
    ),
    PageSeen(
        "disagreements",
        "Disagreements: classes",
        "The same of texts, with what each of the two said.",
        "/projects/{messages.project}/disagreements/",
        DECIDING,
    ),
    PageSeen(
        "votes_import",
        "Bring votes",
        "A file of votes that exist already is dropped here.",
        "/votes/",
        STEERING,
    ),
    PageSeen(
        "votes_job",
        "Votes with refused lines",
        "What came of such a file; without a refused line it leads on to the agreement at once.",
        "/votes/{scene.votes_job}/",
        ("admin",),
    ),
    PageSeen(
        "foreign_import",
        "Bring a project",
        "An export of Label Studio or CVAT is dropped here.",
        "/bring-project/",
        STEERING,
    ),
    PageSeen(
        "foreign_job",
        "A project that was brought",
        "What came of an export, and all that has no equal.",
        "/bring-project/{scene.foreign_job}/",
        ("admin",),
    ),
    PageSeen(
        "versions",
        "Versions",
        "Closed versions, what differs between two, and exported files.",
        "/datasets/{pictures.dataset}/versions/?v=1&v=2",
        DECIDING,
        is_main=True,
    ),
    PageSeen(
        "augmentation",
        "Augmentation",
        "Derived pictures beside their parents.",
        "/datasets/{pictures.dataset}/augmentation/",
        DECIDING,
        is_main=True,
    ),
)

# The admin console has hundreds of addresses of a few kinds; one of each kind is looked at.
CONSOLE: tuple[PageSeen, ...] = (
    PageSeen(
        "admin:index",
        "Console",
        "Every table of every app, for admins alone.",
        "/admin/",
        ("admin",),
        "#content",
    ),
    PageSeen(
        "admin:app_list",
        "Console: an app",
        "The tables of one app.",
        "/admin/labeling/",
        ("admin",),
        "#content",
    ),
    PageSeen(
        "admin:metadata_item_changelist",
        "Console: a list",
        "Search, filters, and actions on many rows that pass the same services as the pages.",
        "/admin/metadata/item/",
        ("admin",),
        "#content",
    ),
    PageSeen(
        "admin:metadata_identity_changelist",
        "Console: a filtered list",
        "People who may come in, narrowed by a filter.",
        "/admin/metadata/identity/?is_active__exact=1&q=demo",
        ("admin",),
        "#content",
    ),
    PageSeen(
        "admin:metadata_dataset_change",
        "Console: a row",
        "What may be changed is a field; the rest is shown.",
        "/admin/metadata/dataset/{pictures.dataset}/change/",
        ("admin",),
        "#content",
    ),
    PageSeen(
        "admin:labeling_annotation_changelist",
        "Console: what people said",
        "Answers are read-only here too.",
        "/admin/labeling/annotation/",
        ("admin",),
        "#content",
    ),
)

# Addresses that show no page of their own, and what they are instead; the test asks each of them.
ACTION, FRAGMENT, FILE = "takes a form only", "a part of another page", "a file or plain text"
NO_PAGES: Mapping[str, str] = {
    "sign_out": ACTION,
    "demo_remove": ACTION,
    "token_revoke": ACTION,
    "person_state": ACTION,
    "dataset_state": ACTION,
    "version_close": ACTION,
    "batch_change": ACTION,
    "job_cancel": ACTION,
    "round_open": ACTION,
    "project_new_preview": ACTION,
    "project_examples": FRAGMENT,
    "dataset_examples": FRAGMENT,
    "review_decide": ACTION,
    "change_object": ACTION,
    "round_change": ACTION,
    "project_resolve": ACTION,
    "version_export": ACTION,
    "agreement_measure": ACTION,
    "job": FRAGMENT,
    "agreement_figures": FRAGMENT,
    "healthz": FILE,
    "schema": FILE,
    "media": FILE,
    "version_file": FILE,
    "crowd_runs": FILE,
    "statement_csv": FILE,
}
