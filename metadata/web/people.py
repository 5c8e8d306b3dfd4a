"""People and teams of this installation; for admins."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from metadata.kernel.errors import DomainError, NotFound, PermissionRefused
from metadata.models import Identity, OneTimeLink, Team
from metadata.selectors import people as selectors
from metadata.services import accounts, teams
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm

SHOWN = 500


class PersonForm(PageForm):
    email = forms.EmailField(label=_("Email"))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    is_admin = forms.BooleanField(
        label=_("Admin: sees everything, manages people and settings"), required=False
    )


class TeamForm(PageForm):
    prefix = "team"
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Team.Kind.choices)


def _admin(request: HttpRequest) -> int:
    caller = page_caller(request)
    if not caller.is_admin:
        raise PermissionRefused
    return caller.agent_id


def link_address(request: HttpRequest, secret: str) -> str:
    """What a person copies: the link's full address."""
    return request.build_absolute_uri(f"/links/{secret}/")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    me = _admin(request)
    action = request.POST.get("action", "")
    person = PersonForm(request.POST if action == "person" else None)
    team = TeamForm(request.POST if action == "team" else None)
    made = ""
    try:
        if action == "person" and person.is_valid():
            data = person.cleaned_data
            identity = accounts.create_identity(data["email"], data["name"], is_admin=data["is_admin"], by=me)
            made = accounts.issue_link(
                OneTimeLink.Purpose.SIGN_IN, agent_id=identity.agent_id, by=me, hours=168
            )
            person = PersonForm()
        elif action == "team" and team.is_valid():
            teams.create_team(team.cleaned_data["name"], team.cleaned_data["kind"], by=me)
            messages.success(request, gettext("The team is there. Members join it by an invitation link."))
            return redirect("people")
        elif action == "link":
            made = _new_link(request, me)
    except DomainError as error:
        if action == "link":
            raise
        (team if action == "team" else person).refuse(error)
    page = {
        "person_form": person,
        "team_form": team,
        "made": link_address(request, made) if made else "",
        "people": selectors.people().order_by("-is_active", "name", "email")[:SHOWN],
        "teams": selectors.teams().prefetch_related("memberships").order_by("name"),
    }
    return render(request, "metadata/people.html", page, status=422 if person.errors or team.errors else 200)


def _new_link(request: HttpRequest, me: int) -> str:
    identity = _identity(request.POST.get("agent", ""))
    purpose = OneTimeLink.Purpose.RESET if identity.has_usable_password() else OneTimeLink.Purpose.SIGN_IN
    return accounts.issue_link(purpose, agent_id=identity.agent_id, by=me)


def _identity(agent: str) -> Identity:
    if not (agent.isdecimal() and len(agent) < 19):
        raise NotFound
    return selectors.person_of(int(agent))


@login_required
@require_POST
def person_state(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Lets a person in or out."""
    me = _admin(request)
    identity = _identity(str(agent_id))
    if agent_id == me:
        raise PermissionRefused(gettext("You cannot shut yourself out. Another admin can."))
    change: Callable[..., None] = accounts.deactivate if identity.is_active else accounts.activate
    change(identity, by=me)
    if identity.is_active:
        messages.success(request, gettext("%s may come in again, by a new link.") % identity)
    else:
        messages.success(request, gettext("%s is signed out everywhere. Their answers stay.") % identity)
    return redirect(reverse("people"))
