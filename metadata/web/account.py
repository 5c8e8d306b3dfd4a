"""A person's own page: name, password, tokens."""

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from metadata.kernel.errors import DomainError
from metadata.models import Identity
from metadata.selectors.people import usable_tokens
from metadata.services import accounts
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm

SCOPES = (
    ("read", _("read: see the projects and datasets I am a member of")),
    ("label", _("label: claim and submit tasks")),
    ("write", _("write: import, steer, close versions")),
    ("admin", _("admin: people, settings, and everything without being a member")),
)


class NameForm(PageForm):
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class PasswordForm(PageForm):
    current = forms.CharField(
        label=_("Current password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        help_text=_("At least 10 characters. It ends your other sessions."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class TokenForm(PageForm):
    token_name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=SCOPES, initial=["read"], widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=_("Days until it expires"), min_value=1, max_value=accounts.LONGEST_TOKEN_DAYS, initial=90
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    identity = request.user
    assert isinstance(identity, Identity)
    action = request.POST.get("action", "")
    name = NameForm(request.POST if action == "name" else None, initial={"name": identity.name})
    password = PasswordForm(request.POST if action == "password" else None)
    token = TokenForm(request.POST if action == "token" else None)
    secret = ""
    try:
        if action == "name" and name.is_valid():
            accounts.rename(identity, name.cleaned_data["name"], by=identity.agent_id)
            messages.success(request, gettext("Your name is saved."))
            return redirect("account")
        if action == "password" and password.is_valid():
            if identity.check_password(password.cleaned_data["current"]):
                accounts.set_password(identity, password.cleaned_data["password"], by=identity.agent_id)
                update_session_auth_hash(request, identity)
                messages.success(request, gettext("Your password is changed."))
                return redirect("account")
            password.add_error("current", gettext("That is not your password."))
        if action == "token" and token.is_valid():
            data = token.cleaned_data
            _row, secret = accounts.create_token(
                identity.agent_id, data["token_name"], data["scopes"], data["days"], by=identity.agent_id
            )
            token = TokenForm()
    except DomainError as error:
        (token if action == "token" else password if action == "password" else name).refuse(error)
    refused = any(form.errors for form in (name, password, token))
    page = {
        "name_form": name,
        "password_form": password,
        "token_form": token,
        "secret": secret,
        "tokens": usable_tokens(identity.agent_id),
    }
    return render(request, "metadata/account.html", page, status=422 if refused else 200)


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    caller = page_caller(request)
    revoked = accounts.revoke_token(token_id, agent_id=caller.agent_id, by=caller.agent_id)
    messages.success(request, gettext("The token “%s” no longer works.") % revoked.name)
    return redirect("account")
