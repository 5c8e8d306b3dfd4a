"""The label page: one frame and the desk's settings; the work itself goes over the JSON endpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from labeling import policies
from labeling.models import Flag, Project, Task
from labeling.selectors.access import ProjectAccess, project_for
from labeling.selectors.media import examples_in
from labeling.selectors.pauses import holds_a_task
from labeling.selectors.projects import asked_by_round, own_progress
from labeling.selectors.reviewed import sent_back
from labeling.services.desk import SKIP_REASONS
from labeling.services.flags import FLAGS
from labeling.services.projects import questions_if
from labeling.web.projects import managed
from labeling.web.questions import typed_card
from metadata.kernel.errors import DomainError, NotFound, PermissionRefused
from metadata.kernel.numbers import whole_number
from metadata.selectors.datasets import manages_something, steered_datasets
from metadata.selectors.parts import ShownPart, first_item, parts_of
from metadata.web.callers import is_worker_from_elsewhere, page_caller

if TYPE_CHECKING:
    from metadata.models import Item

EXAMPLE_TEXT = 280


@never_cache
@login_required
@require_GET
def label(request: HttpRequest, project_id: int) -> HttpResponse:
    caller = page_caller(request)
    access = project_for(caller, project_id)
    if not policies.can_label(access):
        raise PermissionRefused(_("You see this project as an admin. Join it on its Members page to label."))
    task_id = whole_number(request.GET.get("task"), "task")
    if access.is_paused and task_id is None and not holds_a_task(caller.agent_id, project_id):
        return redirect("paused", project_id)
    done, total = own_progress(access, caller.agent_id)
    desk = desk_settings(access, agent_id=caller.agent_id, done=done, total=total)
    if is_worker_from_elsewhere(request):
        _as_crowd_worker(desk, access.most_tasks)
    if access.is_paused:
        desk["home_url"], desk["home_words"] = reverse("paused", args=[project_id]), _("Why it is paused")
    desk["open_task"] = task_id
    if task_id is not None:
        back = sent_back([project_id], caller.agent_id).filter(task_id=task_id).first()
        desk["sent_back"] = back.reason if back else ""
    return render(request, "labeling/label.html", {"desk": desk, "project": access.project})


def _as_crowd_worker(desk: dict[str, Any], most_tasks: int | None) -> None:
    """Who came by a platform's link leaves by its last page, and sees their own share as the whole."""
    desk["home_url"] = reverse("crowd_end")
    desk["home_words"] = _("Finish")
    desk["claims_url"] = ""
    if most_tasks is not None:
        desk["progress"]["total"] = min(desk["progress"]["total"], most_tasks)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # its type forgets the address
def preview(request: HttpRequest, project_id: int) -> HttpResponse:
    """The label page over the dataset's first item; nothing is claimed, nothing is stored.

    Sent a question as the set-up page types it, it shows that one as it would be.
    """
    access = managed(request, project_id)
    item = first_item(access.project.dataset_id)
    if item is None:
        return render(request, "labeling/preview_empty.html", {"access": access, "project": access.project})
    questions = None
    if request.method == "POST":
        try:
            questions = _typed_questions(request, access.project)
        except DomainError as error:
            page = {"reasons": sorted(set(error.fields.values())) or [str(error)]}
            return render(request, "labeling/preview_refused.html", page, status=422)
    desk = desk_settings(access, agent_id=page_caller(request).agent_id, done=0, total=1, questions=questions)
    desk["preview"] = {"item": _shown_item(access.project, item)}
    desk["home_url"] = reverse("project_setup", args=[project_id])
    return render(request, "labeling/label.html", {"desk": desk, "project": access.project})


@never_cache
@login_required
@require_POST
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def new_project_preview(request: HttpRequest) -> HttpResponse:
    """The label page of a project that is still being typed, over its dataset's first item; nothing is stored."""
    caller = page_caller(request)
    policies.require(manages_something(caller))
    dataset_id = whole_number(request.POST.get("dataset"), "dataset") or 0
    dataset = steered_datasets(caller).filter(pk=dataset_id).first()
    if dataset is None:
        raise NotFound
    project = Project(dataset=dataset, name=request.POST.get("name", "").strip() or _("New project"))
    item = first_item(dataset.pk)
    reasons = [] if item else [_("The dataset has no item to look at yet.")]
    asked: list[dict[str, Any]] = []
    try:
        asked = questions_if(project, typed_card(request.POST).as_raw(), question_id=None)
    except DomainError as error:
        reasons += sorted(set(error.fields.values())) or [str(error)]
    if reasons or item is None:
        return render(request, "labeling/preview_refused.html", {"reasons": reasons}, status=422)
    desk = {
        "project": {"id": 0, "name": project.name},
        "agent": caller.agent_id,
        "guideline": {"id": 0, "version": "", "text": ""},
        "preview": {"item": _shown_item(project, item)},
        "questions": _asked(asked),
        "examples": _shown_examples(asked, lambda part: reverse("media", args=[part.asset_id])),
        "progress": {"done": 0, "total": 1},
        "skip_reasons": [],
        "home_url": reverse("project_new"),
    }
    return render(request, "labeling/label.html", {"desk": desk, "project": project})


def _asked(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    shown = ("key", "prompt", "label_type", "required", "spec", "shown_if")
    return [{key: question.get(key) for key in shown} for question in questions]


def _typed_questions(request: HttpRequest, project: Project) -> list[dict[str, Any]]:
    raw = request.POST.get("question", "")
    question = project.questions.filter(pk=raw, retired_at=None).first() if raw.isdecimal() else None
    typed = typed_card(request.POST, question=question).as_raw()
    return questions_if(project, typed, question_id=question.pk if question else None)


def desk_settings(
    access: ProjectAccess,
    *,
    agent_id: int,
    done: int,
    total: int,
    questions: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """`questions`: to be asked instead of those of the newest guideline."""
    project = access.project
    guideline = project.guideline_versions.order_by("-major", "-minor").first()
    asked = guideline.questions if guideline and questions is None else questions or []
    return {
        "project": {"id": project.pk, "name": project.name},
        "agent": agent_id,
        "claim_url": reverse("api-claim", args=[project.pk]),
        "claims_url": reverse("api-claims", args=[project.pk]),
        "annotations_url": "/api/v1/tasks/{task}/annotations",
        "skip_url": "/api/v1/tasks/{task}/skip",
        "drafts_url": reverse("api-own-drafts", args=[project.pk]),
        "draft_url": "/api/v1/tasks/{task}/draft",
        "lease_url": "/api/v1/tasks/{task}/lease",
        "flag_url": "/api/v1/tasks/{task}/flags",
        "flags": [{"key": str(kind), "label": _flag_words()[kind]} for kind in FLAGS],
        "past_url": reverse("api-own-answers", args=[project.pk]),
        "home_url": reverse("home"),
        "grid_url": reverse("grid", args=[project.pk]),
        "sign_in_url": f"{reverse('sign_in')}?next={reverse('label', args=[project.pk])}",
        "guideline": {
            "id": guideline.pk if guideline else 0,
            "version": str(guideline or ""),
            "text": guideline.body if guideline else "",
        },
        "preview": False,
        "questions": _asked(asked),
        "examples": _shown_examples(asked, lambda part: reverse("api-example", args=[project.pk, part.id])),
        "rounds": asked_by_round(access),
        "progress": {"done": done, "total": total},
        "skip_reasons": [{"key": key, "label": _skip_words()[key]} for key in SKIP_REASONS],
    }


def _shown_examples(
    asked: Sequence[Mapping[str, Any]], address: Callable[[ShownPart], str]
) -> dict[int, dict[str, Any]]:
    """What the examples of the classes look like: a picture, or the beginning of a text."""
    shown: dict[int, dict[str, Any]] = {}
    for item_id, parts in parts_of(examples_in(asked)).items():
        picture = next((part for part in parts if part.kind == "image"), None)
        text = next((part.text for part in parts if part.text), "")
        url = address(picture) if picture else None
        shown[item_id] = {"url": url, "text": "" if picture else text[:EXAMPLE_TEXT]}
    return shown


def _flag_words() -> dict[str, str]:
    return {
        Flag.Kind.AMBIGUOUS: _("Ambiguous: more than one answer fits"),
        Flag.Kind.UNREADABLE: _("Unreadable input"),
        Flag.Kind.NEEDS_EXPERT: _("Needs an expert"),
    }


def _skip_words() -> dict[str, str]:
    return {
        "unreadable": _("Cannot be read or seen"),
        "unsure": _("I cannot decide"),
        "needs_expert": _("An expert should look"),
        "broken": _("The item is broken"),
        "other": _("Something else"),
    }


def shown_task(project: Project, task: Task) -> dict[str, Any]:
    """A task as the page shows it to who reviews it, its media opened through the task."""
    item = _shown_item(project, task.item)
    for part, shown in zip(parts_of([task.item_id])[task.item_id], item["parts"], strict=True):
        if part.asset_id:
            shown["url"] = reverse("task-part", args=[task.pk, part.id])
    return {
        "id": task.pk,
        "round": task.round_id,
        "guideline_version": task.round.guideline_version_id,
        "item": item,
    }


def _shown_item(project: Project, item: Item) -> dict[str, Any]:
    shown = set(project.visible_fields)
    return {
        "id": item.pk,
        "key": item.external_key if "key" in shown else "",
        "fields": {name: value for name, value in item.fields.items() if name in shown},
        "parts": [
            {
                "role": part.role,
                "kind": part.kind,
                "url": reverse("media", args=[part.asset_id]) if part.asset_id else None,
                "text": part.text,
                "width": part.width,
                "height": part.height,
            }
            for part in parts_of([item.pk])[item.pk]
        ],
    }
