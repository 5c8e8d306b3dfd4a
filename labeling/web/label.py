"""The label page: one frame and the desk's settings; the work itself goes over the JSON endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from labeling import policies
from labeling.models import Project
from labeling.selectors.access import ProjectAccess, project_for
from labeling.selectors.projects import asked_by_round, own_progress
from labeling.services.desk import SKIP_REASONS
from labeling.web.projects import managed
from metadata.kernel.errors import PermissionRefused
from metadata.kernel.numbers import whole_number
from metadata.selectors.parts import first_item, parts_of
from metadata.web.callers import page_caller

if TYPE_CHECKING:
    from metadata.models import Item


@never_cache
@login_required
@require_GET
def label(request: HttpRequest, project_id: int) -> HttpResponse:
    caller = page_caller(request)
    access = project_for(caller, project_id)
    if not policies.can_label(access):
        raise PermissionRefused(_("You see this project as an admin. Join it on its Members page to label."))
    done, total = own_progress(access.project, caller.agent_id)
    desk = desk_settings(access, agent_id=caller.agent_id, done=done, total=total)
    desk["open_task"] = whole_number(request.GET.get("task"), "task")
    return render(request, "labeling/label.html", {"desk": desk, "project": access.project})


@never_cache
@login_required
@require_GET
def preview(request: HttpRequest, project_id: int) -> HttpResponse:
    """The label page over the dataset's first item; nothing is claimed, nothing is stored."""
    access = managed(request, project_id)
    item = first_item(access.project.dataset_id)
    if item is None:
        return render(request, "labeling/preview_empty.html", {"access": access, "project": access.project})
    desk = desk_settings(access, agent_id=page_caller(request).agent_id, done=0, total=1)
    desk["preview"] = {"item": _shown_item(access.project, item)}
    desk["home_url"] = reverse("project_setup", args=[project_id])
    return render(request, "labeling/label.html", {"desk": desk, "project": access.project})


def desk_settings(access: ProjectAccess, *, agent_id: int, done: int, total: int) -> dict[str, Any]:
    project = access.project
    guideline = project.guideline_versions.order_by("-major", "-minor").first()
    asked = guideline.questions if guideline else []
    return {
        "project": {"id": project.pk, "name": project.name},
        "agent": agent_id,
        "claim_url": reverse("api-claim", args=[project.pk]),
        "annotations_url": "/api/v1/tasks/{task}/annotations",
        "skip_url": "/api/v1/tasks/{task}/skip",
        "past_url": reverse("api-own-answers", args=[project.pk]),
        "home_url": reverse("home"),
        "sign_in_url": f"{reverse('sign_in')}?next={reverse('label', args=[project.pk])}",
        "guideline": {"version": str(guideline or ""), "text": guideline.body if guideline else ""},
        "preview": False,
        "questions": [
            {
                key: question.get(key)
                for key in ("key", "prompt", "label_type", "required", "spec", "shown_if")
            }
            for question in asked
        ],
        "rounds": asked_by_round(project),
        "progress": {"done": done, "total": total},
        "skip_reasons": [{"key": key, "label": _skip_words()[key]} for key in SKIP_REASONS],
    }


def _skip_words() -> dict[str, str]:
    return {
        "unreadable": _("Cannot be read or seen"),
        "unsure": _("I cannot decide"),
        "needs_expert": _("An expert should look"),
        "broken": _("The item is broken"),
        "other": _("Something else"),
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
