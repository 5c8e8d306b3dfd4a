"""The only error a label type raises for what people send."""

from __future__ import annotations

from metadata.kernel.errors import InvalidInput


class InvalidValue(InvalidInput):
    """The answer or the setting is not what this kind of question allows."""

    code = "invalid_value"

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(fields={path or "value": problem})

    def within(self, prefix: str) -> InvalidValue:
        """The same complaint, seen from a bigger document: `answers.defects` + `elements.0.id`."""
        return InvalidValue(f"{prefix}.{self.path}" if self.path else prefix, self.problem)
