"""One place turns errors into status and a stable body: {"code", "message", "fields"}."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from metadata.kernel.errors import DomainError


def error_body(code: str, message: str, fields: Any = None) -> dict[str, Any]:
    return {"code": code, "message": message, "fields": dict(fields or {})}


def _flat(detail: Any, path: str = "") -> dict[str, str]:
    """DRF's nested error detail as {"path.to.field": "sentence"}."""
    if isinstance(detail, dict):
        return {
            k: v
            for key, sub in detail.items()
            for k, v in _flat(sub, f"{path}.{key}" if path else str(key)).items()
        }
    if isinstance(detail, list) and any(isinstance(part, dict) for part in detail):
        return {k: v for at, sub in enumerate(detail) for k, v in _flat(sub, f"{path}.{at}").items()}
    if isinstance(detail, list):
        return {path or "body": " ".join(str(part) for part in detail)}
    return {path or "body": str(detail)}


def domain_error_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, DomainError):
        return Response(error_body(error.code, error.message, error.fields), status=error.status)
    if isinstance(error, Http404):
        return Response(
            error_body("not_found", "There is nothing here, or it is not yours to see."), status=404
        )
    if isinstance(error, PermissionDenied):
        return Response(error_body("permission_refused", "You may not do this."), status=403)
    if isinstance(error, exceptions.ValidationError):
        return Response(
            error_body("invalid_input", "Some fields need a correction.", _flat(error.detail)), status=400
        )
    if isinstance(error, exceptions.APIException):
        code = error.get_codes()
        headers = {}
        if challenge := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = str(challenge)
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait) + 1)
        return Response(
            error_body(code if isinstance(code, str) else "invalid_input", str(error.detail)),
            status=error.status_code,
            headers=headers,
        )
    return None
