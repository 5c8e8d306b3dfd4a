"""Exams of a project on a page: opened, who passed, and letting somebody in who did not."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from labeling.selectors.exams import counted_exams, exams_of, newest_results
from labeling.services import exams
from labeling.web.projects import managed
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.kernel.numbers import whole_number
from metadata.selectors.people import names_of
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm

SHOWN = 200


class ExamForm(PageForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    items = forms.IntegerField(
        label=_("Items with a known answer"),
        min_value=1,
        max_value=exams.MOST_ITEMS,
        initial=10,
        help_text=_("Drawn once, the same for everybody, in an order of each one’s own."),
    )
    pass_mark = forms.IntegerField(
        label=_("Percent that must be right"), min_value=1, max_value=100, initial=80
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def project_exams(request: HttpRequest, project_id: int) -> HttpResponse:
    access = managed(request, project_id)
    action = request.POST.get("action", "")
    form = ExamForm(request.POST if action == "open" else None)
    refused = ""
    if request.method == "POST":
        try:
            if _changed(request, project_id, action, form):
                return redirect("project_exams", project_id)
        except InvalidInput as error:
            if action == "open":
                form.refuse(error)
            else:
                refused = " ".join(error.fields.values())
    results = newest_results(project_id, SHOWN)
    names = names_of({one.agent_id for one in results})
    page = {
        "access": access,
        "project": access.project,
        "exams": counted_exams(project_id),
        "results": [(one, names.get(one.agent_id, str(one.agent_id))) for one in results],
        "form": form,
        "refused": refused,
    }
    return render(request, "labeling/exams.html", page, status=422 if refused or form.errors else 200)


def _changed(request: HttpRequest, project_id: int, action: str, form: ExamForm) -> bool:
    """Does what was asked for; False if the form could not be read."""
    me = page_caller(request).agent_id
    if action == "open":
        if form.is_valid():
            exams.open_exam(project_id, **form.cleaned_data, by=me)
        return form.is_valid()
    exam = exams_of(project_id).filter(pk=whole_number(request.POST.get("exam"), "exam") or 0).first()
    if action != "let_in" or exam is None:
        raise NotFound
    agent = whole_number(request.POST.get("agent"), "agent") or 0
    exams.let_in(exam.pk, agent, request.POST.get("reason", ""), by=me)
    return True
