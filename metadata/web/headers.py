"""What Django does not say of itself: no answer is for another site to embed."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SameOriginAnswers:
    """Middleware: every answer carries Cross-Origin-Resource-Policy, pages, data and refusals alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return answer
