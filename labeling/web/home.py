"""The first page: a labeler's work, or projects and datasets with what to do next."""

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from labeling import policies
from labeling.selectors.deliveries import returned_tasks
from labeling.selectors.home import work_of
from labeling.selectors.reviewed import sent_back
from metadata.selectors.datasets import datasets_of
from metadata.web.callers import is_worker_from_elsewhere, page_caller


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    caller = page_caller(request)
    if is_worker_from_elsewhere(request):
        return redirect("crowd_end")  # they came by a platform's link and have no other place here
    work = work_of(caller)
    datasets = list(datasets_of(caller).filter(archived_at=None)[:50])
    if not work and not datasets and caller.is_admin:
        return redirect("first_run")
    if not caller.is_admin and not datasets and not any(one.steers for one in work):
        labeling = [one for one in work if one.may_label]
        first = next((one for one in labeling if one.mine_left), labeling[0] if labeling else None)
        back = Counter(
            sent_back([one.project.pk for one in labeling], caller.agent_id).values_list(
                "task__round__project_id", flat=True
            )
        )
        own = {
            "first": first,
            "sent_back": back[first.project.pk] if first else 0,
            "leads": first is not None
            and policies.can_lead(first.access)
            and first.access.team_id is not None,
            "returned": len(returned_tasks(first.project.pk, caller.agent_id))
            if first and first.access.team_only
            else 0,
            "others": [(one, back[one.project.pk]) for one in labeling if one is not first],
        }
        return render(request, "labeling/your_work.html", own)
    waiting = next((one for one in work if one.may_label and one.mine_left), None)
    page = {
        "work": work,
        "datasets": datasets,
        "waiting": waiting,
        "caller": caller,
        "has_demo": caller.is_admin and any(one.demo for one in datasets),
    }
    return render(request, "labeling/home.html", page)
