"""Which items the address of a page is about: of a dataset, or of a project with what people answered as filters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypedDict
from urllib.parse import urlencode

from labeling import policies
from labeling.selectors.access import ProjectAccess, project_for
from labeling.selectors.item_filters import ItemFilter, Subquery, read_filter, restrictions
from metadata.kernel.errors import NotFound
from metadata.kernel.numbers import whole_number

if TYPE_CHECKING:
    from django.http import QueryDict

    from labeling.models import Question
    from metadata.models import Dataset
    from metadata.selectors.access import Caller

FIELD: Final = "field."
NOT_OF_THE_LIST: Final = ("cursor", "project")


@dataclass(frozen=True)
class FieldChoice:
    """A declared field as a filter: its choices, or a box to type in."""

    name: str
    parameter: str
    value: str
    choices: tuple[str, ...]


class Narrowing(TypedDict):
    """What the selectors of items take."""

    fields: dict[str, str]
    words: str
    restrict: list[Subquery]
    batch_id: int | None
    archived: bool


@dataclass(frozen=True)
class Listing:
    """A list of items as its address describes it. `meant` are the questions whose answers count in it."""

    dataset: Dataset
    fields: tuple[FieldChoice, ...]
    words: str
    batch_id: int | None
    archived: bool
    parameters: dict[str, str]
    access: ProjectAccess | None = None
    questions: tuple[Question, ...] = ()
    meant: tuple[Question, ...] = ()
    wanted: ItemFilter = field(default_factory=ItemFilter)

    @property
    def narrowing(self) -> Narrowing:
        project = self.access.project.pk if self.access else None
        asked = [one.pk for one in self.meant]
        sets = restrictions(self.wanted, project_id=project, questions=asked) if project is not None else []
        return {
            "fields": {field.name: field.value for field in self.fields if field.value},
            "words": self.words,
            "restrict": sets,
            "batch_id": self.batch_id,
            "archived": self.archived,
        }

    @property
    def is_filtered(self) -> bool:
        return any(self.parameters.values())

    @property
    def query(self) -> str:
        """The address's own parameters, as the list itself reads them."""
        return _as_query(self.parameters)

    @property
    def item_query(self) -> str:
        """The same for the page of one item, which is told the project too."""
        project = {"project": str(self.access.project.pk)} if self.access else {}
        return _as_query(project | self.parameters)


def _as_query(parameters: dict[str, str]) -> str:
    text = urlencode({name: value for name, value in parameters.items() if value})
    return f"?{text}" if text else ""


def dataset_listing(dataset: Dataset, address: QueryDict) -> Listing:
    """The items of a dataset, narrowed by fields, words and batch."""
    return Listing(**_read(dataset, address))


def project_listing(caller: Caller, project_id: int, address: QueryDict) -> Listing:
    """The items of a project's dataset, narrowed by what people answered too, for those who may see answers."""
    access = project_for(caller, project_id)
    policies.require(policies.can_see_answers(access), access)
    questions = tuple(access.project.questions.filter(retired_at=None))
    wanted = read_filter({name: str(value) for name, value in address.items()})
    meant = tuple(one for one in questions if wanted.question in (None, one.pk))
    if wanted.question is not None and not meant:
        raise NotFound
    return Listing(
        **_read(access.project.dataset, address),
        access=access,
        questions=questions,
        meant=meant,
        wanted=wanted,
    )


def _read(dataset: Dataset, address: QueryDict) -> dict[str, Any]:
    fields = tuple(
        FieldChoice(
            field["name"],
            FIELD + field["name"],
            address.get(FIELD + field["name"], ""),
            tuple(field.get("choices", ())) or (("true", "false") if field["kind"] == "boolean" else ()),
        )
        for field in dataset.fields
    )
    return {
        "dataset": dataset,
        "fields": fields,
        "words": address.get("q", "")[:200],
        "batch_id": whole_number(address.get("batch", ""), "batch"),
        "archived": "archived" in address,
        "parameters": {name: value for name, value in address.items() if name not in NOT_OF_THE_LIST},
    }
