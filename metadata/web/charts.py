"""Server-drawn strips: a dot with whiskers on a scale, in percent of its width."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Strip:
    """A value between 0 and 1 with its interval, and the reference it is held against."""

    value: float
    low: float | None = None
    high: float | None = None
    reference: float | None = None
    is_open: bool = False

    @property
    def x(self) -> str:
        return percent(self.value)

    @property
    def x_low(self) -> str:
        return percent(self.low) if self.low is not None else ""

    @property
    def x_high(self) -> str:
        return percent(self.high) if self.high is not None else ""

    @property
    def width(self) -> str:
        """Of the interval's bar."""
        if self.low is None or self.high is None:
            return "0%"
        return f"{(clamped(self.high) - clamped(self.low)) * 100:.2f}%"

    @property
    def x_reference(self) -> str:
        return percent(self.reference) if self.reference is not None else ""

    @property
    def is_low(self) -> bool:
        """Orange only when the whole interval lies below the reference."""
        return self.high is not None and self.reference is not None and self.high < self.reference


def clamped(value: float) -> float:
    return min(1.0, max(0.0, value))


def percent(value: float) -> str:
    """A place on the scale; what is below chance stands at its left end.

    >>> percent(0.5), percent(-0.2)
    ('50.00%', '0.00%')
    """
    return f"{clamped(value) * 100:.2f}%"
