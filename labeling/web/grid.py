"""The grid page: many easy items on one page, for a project that asks one question with one class each."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from labeling import policies
from labeling.selectors.access import project_for
from labeling.selectors.projects import own_progress
from labeling.web.label import desk_settings
from metadata.kernel.errors import PermissionRefused
from metadata.web.callers import page_caller


@never_cache
@login_required
@require_GET
def grid(request: HttpRequest, project_id: int) -> HttpResponse:
    caller = page_caller(request)
    access = project_for(caller, project_id)
    if not policies.can_label(access):
        raise PermissionRefused(_("You see this project as an admin. Join it on its Members page to label."))
    done, total = own_progress(access, caller.agent_id)
    desk = desk_settings(access, agent_id=caller.agent_id, done=done, total=total)
    desk["thumbnails_url"] = reverse("api-thumbnails", args=[project_id])
    desk["label_url"] = reverse("label", args=[project_id])
    desk["sign_in_url"] = f"{reverse('sign_in')}?next={reverse('grid', args=[project_id])}"
    return render(request, "labeling/grid.html", {"desk": desk, "project": access.project})
