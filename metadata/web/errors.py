"""Named errors become pages, as the API makes bodies of them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from metadata.kernel.errors import DomainError

PAGES = {403: "403.html", 404: "404.html"}


class DomainErrorPages:
    """Middleware: a DomainError that a view did not place at a field is shown on a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        template = PAGES.get(error.status, "400.html")
        return render(request, template, {"error": error}, status=error.status)
