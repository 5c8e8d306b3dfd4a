"""Whoever waits for a long fit is told how far it is."""

from collections.abc import Callable

Watch = Callable[[int], None]
"""Told the number of each iteration when it begins."""


def unwatched(iteration: int) -> None:
    """Nobody waits."""
