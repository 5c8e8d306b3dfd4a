"""Signing in by password, and out."""

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from metadata.web.forms import PageForm

TRIES = 10
PAUSE_SECONDS = 300


class SignInForm(PageForm):
    email = forms.EmailField(
        label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}, render_value=True),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect("home")
        return render(
            request,
            "metadata/sign_in.html",
            {"form": SignInForm(initial={"next": request.GET.get("next", "")})},
        )
    form = SignInForm(request.POST)
    if form.is_valid() and _signed_in(request, form):
        return redirect(_safe_next(request, form.cleaned_data["next"]))
    return render(request, "metadata/sign_in.html", {"form": form}, status=422)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign_in")


def _signed_in(request: HttpRequest, form: SignInForm) -> bool:
    """Tries the password; after ten wrong ones for an address it is not tried at all for five minutes."""
    counter = f"sign-in:{form.cleaned_data['email'].lower()}"
    if cache.get(counter, 0) >= TRIES:
        form.add_error("password", _("Too many tries. Wait five minutes, or ask an admin for a link."))
        return False
    identity = authenticate(
        request, username=form.cleaned_data["email"].lower(), password=form.cleaned_data["password"]
    )
    if identity is None:
        cache.add(counter, 0, PAUSE_SECONDS)
        cache.incr(counter)
        form.add_error("password", _("Email and password do not match."))
        return False
    cache.delete(counter)
    login(request, identity)
    return True


def _safe_next(request: HttpRequest, address: str) -> str:
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return "/"
