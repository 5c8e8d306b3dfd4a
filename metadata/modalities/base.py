"""What every modality promises: which files are of it, and what can be measured of one."""

from __future__ import annotations

from typing import Protocol

from metadata.kernel.errors import DomainError
from metadata.kernel.json_guard import Json


class Modality(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def media_types(self) -> frozenset[str]: ...

    def probe(self, data: bytes, /) -> dict[str, Json]:
        """Facts of the whole file; `DomainError` naming what is wrong with it, and nothing else."""


class UnsupportedType(DomainError):
    """Files of this type are not taken."""

    code = "unsupported_type"
    status = 415


class UnreadableFile(DomainError):
    """The file is damaged or is not what it says it is."""

    code = "unreadable_file"
    status = 422


class TooLarge(DomainError):
    """The file unpacks to more than is allowed."""

    code = "too_large"
    status = 422
