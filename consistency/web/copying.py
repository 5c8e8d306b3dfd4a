"""Who seems to copy whom, on a page of its own and as a part of a crowd link's page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from consistency.selectors.copying import copying_of
from consistency.web.agreement import chosen_question, seen_project
from labeling.selectors.crowd import link_of, workers_of
from metadata.kernel.numbers import whole_number
from metadata.selectors.people import names_of


@login_required
@require_GET
def copying(request: HttpRequest, project_id: int) -> HttpResponse:
    """With `link`, pairs in which one of the link's workers is, as the part of that link's page."""
    access, questions = seen_project(request, project_id)
    question = chosen_question(questions, request.GET.get("question"))
    link = whole_number(request.GET.get("link"), "link")
    workers = workers_of(link_of(project_id, link)) if link is not None else None
    found = copying_of(question.pk, workers) if question else None
    names = names_of({one for pair in found.found for one in (pair.first, pair.second)}) if found else {}
    why = {
        "no_single_class": _(
            "The question has no votes that are one class each, so there is nothing to compare."
        ),
        "too_little": _("No two people have answered enough of the same items that can be checked yet."),
        "too_many_people": _("Too many people answered this question to compare every two of them."),
    }
    page = {
        "access": access,
        "project": access.project,
        "questions": questions,
        "question": question,
        "found": found,
        "rows": [(one, names.get(one.first, ""), names.get(one.second, "")) for one in found.found]
        if found
        else [],
        "why": why.get(found.reason, "") if found else why["no_single_class"],
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "consistency/copying_rows.html" if is_part else "consistency/copying.html", page)
