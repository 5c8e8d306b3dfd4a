"""Background work as a page shows it: a fragment that asks again until the job has ended."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from metadata import policies
from metadata.models import Job
from metadata.selectors.jobs import dataset_of_job, job_for
from metadata.services import jobs
from metadata.web.callers import page_caller

ENDED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELED)


@never_cache
@login_required
@require_GET
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The fragment; when the job ends, the page around it is loaded anew, since its result stands there."""
    shown = job_for(page_caller(request), job_id)
    answer = render(request, "metadata/job.html", {"job": shown})
    if request.headers.get("HX-Request") and shown.state in ENDED:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def job_cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    caller = page_caller(request)
    shown = job_for(caller, job_id)
    is_own = shown.created_by_id == caller.agent_id
    policies.require(policies.can_cancel_job(caller, dataset_of_job(caller, shown), is_own=is_own))
    jobs.cancel(job_id, caller.agent_id)
    messages.success(request, gettext("The job is stopped. What it had finished stays."))
    back = request.POST.get("next", "/")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
