"""The console's site: our own sign-in, admins only, asked anew at every request."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext_lazy as _

from metadata.kernel.errors import InvalidInput, PermissionRefused
from metadata.models import Identity
from metadata.policies import can_administer
from metadata.selectors.access import caller_of_identity


class ConsoleSite(admin.AdminSite):
    """Rows of every app, for admins. Nothing is deleted here, and every change is a call of the service behind it."""

    site_header = "Concord"
    site_title = "Concord"
    index_title = _("Admin console")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        who = request.user
        return isinstance(who, Identity) and who.is_active and can_administer(caller_of_identity(who))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Strangers are sent to sign in, others refused; a NUL, which PostgreSQL cannot hold, is refused too."""
        inner: Callable[..., HttpResponseBase] = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), resolve_url("sign_in"))
            if not self.has_permission(request):
                raise PermissionRefused
            if any("\0" in value for values in request.GET.lists() for value in (values[0], *values[1])):
                raise InvalidInput
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one way in: the application's own sign-in, with its limit of tries."""
        if not request.user.is_authenticated:
            return redirect_to_login(resolve_url("admin:index"), resolve_url("sign_in"))
        if not self.has_permission(request):
            raise PermissionRefused
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        raise Http404("Sign out where you signed in.")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account")
