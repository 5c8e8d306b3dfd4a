"""One-time links: the page asks, only the button uses the link up (mail scanners open addresses)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from labeling.selectors.projects import project_named_by_link
from labeling.services import invitations
from metadata.kernel.errors import DomainError
from metadata.services import accounts, links
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm

if TYPE_CHECKING:
    from metadata.models import OneTimeLink

BACKEND = "metadata.services.sessions.Accounts"


class PasswordForm(PageForm):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        help_text=_("At least 10 characters. A few words are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )


class FirstForm(PasswordForm):
    """Somebody's first sign-in: how they are called, and how they come back."""

    field_order = ["name", "password"]
    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class NewPersonForm(FirstForm):
    field_order = ["name", "email", "password"]
    email = forms.EmailField(
        label=_("Email"),
        help_text=_("You sign in with it. Nothing is sent."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    pending = accounts.pending_link(token)
    form_class = _form_class(request, pending)
    sent = request.POST if request.method == "POST" else None
    form = form_class(sent, initial=_initial(pending)) if form_class else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _use(request, token, pending, form.cleaned_data if form else {})
        except DomainError as error:
            if form is None or not error.fields:
                raise
            form.refuse(error)
        else:
            return redirect(
                "first_run" if form_class is FirstForm and page_caller(request).is_admin else "home"
            )
    project_id = pending.invitation.get("project")
    page = {
        "link": pending,
        "form": form,
        "project": project_named_by_link(project_id) if project_id else None,
    }
    return render(request, "labeling/link.html", page, status=422 if form and form.errors else 200)


def _form_class(request: HttpRequest, pending: OneTimeLink) -> type[PageForm] | None:
    """What has to be typed before the button works; nothing for those who have all they need."""
    if pending.purpose == links.INVITE:
        return None if request.user.is_authenticated else NewPersonForm
    if pending.purpose == links.RESET:
        return PasswordForm
    assert pending.agent is not None
    return None if pending.agent.identity.has_usable_password() else FirstForm


def _initial(pending: OneTimeLink) -> dict[str, str]:
    return {"name": pending.agent.identity.name} if pending.agent is not None else {}


def _use(request: HttpRequest, token: str, pending: OneTimeLink, typed: dict[str, Any]) -> None:
    if pending.purpose == links.INVITE:
        if request.user.is_authenticated:
            invitations.accept_as_known(token, page_caller(request).agent_id)
            return
        identity = invitations.accept_as_new(token, **typed)
    else:
        identity = links.come_in(token, name=typed.get("name"), password=typed.get("password"))
    login(request, identity, backend=BACKEND)
