"""Rate limits: a counter a minute for each agent or address.

DRF's own throttles keep every call's time in a pickled list: at 6,000 calls a minute that list costs more than the
call. A counter a window is one small number. It lives in each web process, so the limit holds per process.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

SPANS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
MOST_COUNTERS = 50_000


class WindowThrottle(BaseThrottle):
    """At most so many calls in a window for each key."""

    scope = ""
    _counters: dict[str, tuple[int, int]] = {}
    _lock = threading.Lock()

    def key(self, request: Request) -> str | None:
        raise NotImplementedError

    def allow_request(self, request: Request, view: APIView) -> bool:
        key = self.key(request)
        if key is None:
            return True
        most, _, span = str(api_settings.DEFAULT_THROTTLE_RATES[self.scope]).partition("/")
        self._span = SPANS[span[0]]
        window = int(time.time()) // self._span
        name = f"{self.scope}:{key}"
        with self._lock:
            seen_in, count = self._counters.get(name, (window, 0))
            count = count + 1 if seen_in == window else 1
            if len(self._counters) >= MOST_COUNTERS:
                self._counters.clear()
            self._counters[name] = (window, count)
        return count <= int(most)

    def wait(self) -> float:
        return self._span - time.time() % self._span

    @classmethod
    def forget(cls) -> None:
        """Begin to count anew."""
        with cls._lock:
            cls._counters.clear()


class AgentThrottle(WindowThrottle):
    scope = "agent"

    def key(self, request: Request) -> str | None:
        agent_id = getattr(request.user, "agent_id", None)
        return None if agent_id is None else str(agent_id)


class AnonymousThrottle(WindowThrottle):
    scope = "anonymous"

    def key(self, request: Request) -> str | None:
        return None if request.user.is_authenticated else self.get_ident(request)
