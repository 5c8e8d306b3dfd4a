"""Who works in a project, and the links that let people in."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from labeling.models import ProjectMembership
from labeling.selectors.projects import members_of
from labeling.services import invitations, members
from labeling.web.projects import managed
from metadata.kernel.errors import DomainError
from metadata.selectors.people import active_identity, team_choices
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm
from metadata.web.people import link_address

Role = ProjectMembership.Role
SHOWN = 500


class InviteForm(PageForm):
    role = forms.ChoiceField(
        label=_("As"), choices=[r for r in Role.choices if r[0] != Role.ADMIN], initial=Role.LABELER
    )
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = self.fields["team"]
        assert isinstance(teams, forms.ChoiceField)
        teams.choices = [("", _("no team")), *team_choices()]

    @property
    def team_id(self) -> int | None:
        return int(self.cleaned_data["team"]) if self.cleaned_data["team"] else None


class AddForm(InviteForm):
    email = forms.EmailField(label=_("Email of somebody who has an account"))
    field_order = ["email", "role", "team"]
    prefix = "add"


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def project_members(request: HttpRequest, project_id: int) -> HttpResponse:
    access = managed(request, project_id)
    me = page_caller(request).agent_id
    action = request.POST.get("action", "")
    invite = InviteForm(request.POST if action == "invite" else None)
    add = AddForm(request.POST if action == "add" else None)
    made = ""
    try:
        if action == "invite" and invite.is_valid():
            secret = invitations.invite(project_id, invite.cleaned_data["role"], invite.team_id, by=me)
            made = link_address(request, secret)
        elif action == "add" and add.is_valid():
            known = active_identity(add.cleaned_data["email"])
            if known is None:
                add.add_error(
                    "email", _("Nobody here has this address. Give them an invitation link instead.")
                )
            else:
                members.add_member(project_id, known.agent_id, add.cleaned_data["role"], add.team_id, by=me)
                return redirect("project_members", project_id)
        elif action == "join":
            members.add_member(project_id, me, Role.MANAGER, by=me)
            return redirect("project_members", project_id)
        elif action == "remove":
            raw = request.POST.get("agent", "")
            members.remove_member(project_id, int(raw) if raw.isdecimal() and len(raw) < 19 else 0, by=me)
            return redirect("project_members", project_id)
    except DomainError as error:
        if action not in ("add", "invite"):
            raise
        (add if action == "add" else invite).refuse(error)
    rows = members_of(project_id, SHOWN)
    page = {
        "access": access,
        "project": access.project,
        "members": rows,
        "invite_form": invite,
        "add_form": add,
        "made": made,
        "is_member": any(row.agent_id == me for row in rows),
    }
    return render(request, "labeling/members.html", page, status=422 if invite.errors or add.errors else 200)
