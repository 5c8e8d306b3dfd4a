"""Asking for an export of a closed version, and for the accepted answers that go into one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from labeling import policies
from labeling.selectors.access import project_for
from labeling.services import exports, resolutions
from metadata.kernel.errors import InvalidInput
from metadata.kernel.numbers import whole_number
from metadata.selectors.datasets import dataset_for
from metadata.selectors.versions import LARGEST_NUMBER, version_of
from metadata.web.callers import page_caller


@login_required
@require_POST
def version_export(request: HttpRequest, dataset_id: int) -> HttpResponse:
    caller = page_caller(request)
    access = dataset_for(caller, dataset_id)
    policies.require(policies.can_manage(access))
    number = whole_number(request.POST.get("version"), "version", most=LARGEST_NUMBER)
    if number is None:
        raise InvalidInput(fields={"version": "must be the number of a version"})
    version = version_of(dataset_id, number)
    exports.request_export(version.pk, format=request.POST.get("format", ""), by=caller.agent_id)
    messages.success(request, gettext("A worker writes the files; they appear here."))
    return redirect("versions", dataset_id)


@login_required
@require_POST
def project_resolve(request: HttpRequest, project_id: int) -> HttpResponse:
    """Turns votes into accepted answers, question by question; ties stay open."""
    access = project_for(page_caller(request), project_id)
    policies.require(policies.can_review(access), access)
    me = page_caller(request).agent_id
    for question in access.project.questions.filter(retired_at=None):
        resolutions.request_resolution(question.pk, by=me)
    messages.success(
        request,
        gettext(
            "A worker counts the votes. Answers that people agree on by majority become accepted; ties are kept."
        ),
    )
    return redirect("project", project_id)
