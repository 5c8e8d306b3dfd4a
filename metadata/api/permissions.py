"""The outer gate of every endpoint: signed in, and the token carries the scope. Policies decide the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from metadata.models import ApiToken

if TYPE_CHECKING:
    from rest_framework.views import APIView


class SignedInWithScope(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        if not isinstance(request.auth, ApiToken):
            return True
        needed = "read" if request.method in SAFE_METHODS else getattr(view, "scope", "write")
        return needed in request.auth.scopes
