"""Django finds an app's models here."""

from metadata.models.activities import AuditEntry, Event, IdempotentRequest, Job, WorkerHeartbeat
from metadata.models.agents import Agent, ApiToken, Identity, OneTimeLink, Team, TeamMembership
from metadata.models.entities import (
    Asset,
    Batch,
    Dataset,
    DatasetMembership,
    Facet,
    Item,
    ItemRevision,
    Part,
    RefusedLine,
    Source,
    Version,
    VersionFile,
    VersionMember,
)

__all__ = [
    "Agent",
    "ApiToken",
    "Asset",
    "AuditEntry",
    "Batch",
    "Dataset",
    "DatasetMembership",
    "Event",
    "Facet",
    "IdempotentRequest",
    "Identity",
    "Item",
    "ItemRevision",
    "Job",
    "OneTimeLink",
    "Part",
    "RefusedLine",
    "Source",
    "Team",
    "TeamMembership",
    "Version",
    "VersionFile",
    "VersionMember",
    "WorkerHeartbeat",
]
