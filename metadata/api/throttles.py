"""Rate limits, a bucket per agent or address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


class AgentThrottle(SimpleRateThrottle):
    scope = "agent"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        agent_id = getattr(request.user, "agent_id", None)
        return None if agent_id is None else f"throttle:agent:{agent_id}"


class AnonymousThrottle(AnonRateThrottle):
    scope = "anonymous"
