"""A vendor's team on pages: the lead's people, their progress and quality, and what is signed off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from labeling import policies
from labeling.errors import NothingToSignOff
from labeling.selectors.access import ProjectAccess, project_for
from labeling.selectors.deliveries import batches_of, deliveries_of, people_of, way_words, wrong_tasks
from labeling.services import deliveries, invitations
from metadata.kernel.errors import DomainError, InvalidInput, NotFound
from metadata.kernel.numbers import whole_number
from metadata.selectors.people import team_named
from metadata.web.callers import page_caller
from metadata.web.people import link_address

SHOWN = 50


def led(request: HttpRequest, project_id: int) -> ProjectAccess:
    access = project_for(page_caller(request), project_id)
    policies.require(policies.can_lead(access), access)
    if access.team_id is None:
        raise NotFound
    return access


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def vendor_team(request: HttpRequest, project_id: int) -> HttpResponse:
    access = led(request, project_id)
    made = refused = ""
    if request.method == "POST":
        try:
            made = _changed(request, access)
        except (NothingToSignOff, InvalidInput) as error:
            refused = _words(error)
        else:
            if not made:
                return redirect("vendor_team", project_id)
    signed = list(deliveries_of(project_id, access.team_id)[:SHOWN])
    wrong = wrong_tasks([one.pk for one in signed])
    page = {
        "access": access,
        "project": access.project,
        "team": team_named(access.team_id),
        "batches": batches_of(access),
        "people": people_of(access),
        "deliveries": [
            (one, [(task, [way_words(way) for way in ways]) for task, ways in wrong.get(one.pk, [])])
            for one in signed
        ],
        "made": made,
        "refused": refused,
        "me": page_caller(request).agent_id,
    }
    return render(request, "labeling/vendor_team.html", page, status=422 if refused else 200)


def _changed(request: HttpRequest, access: ProjectAccess) -> str:
    """Does what was asked for; the address of an invitation, if one was made."""
    me = page_caller(request).agent_id
    action = request.POST.get("action", "")
    if action == "invite":
        return link_address(request, invitations.invite_to_team(access, by=me))
    if action == "remove":
        agent = whole_number(request.POST.get("agent"), "agent") or 0
        deliveries.remove_from_team(access, agent, by=me)
        messages.success(request, gettext("They are out. Their answers stay with your team."))
    elif action == "sign":
        pool = whole_number(request.POST.get("batch"), "batch") or 0
        made = deliveries.sign_off(access, pool, request.POST.get("note", ""), by=me)
        words = ngettext("%d item is signed off.", "%d items are signed off.", made.size) % made.size
        messages.success(request, words)
    else:
        raise NotFound
    return ""


def _words(error: DomainError) -> str:
    return " ".join(error.fields.values()) or error.message
