"""Who may do what in a project. Each policy is one sentence over what selectors found."""

from __future__ import annotations

from typing import TypeAlias

from metadata.kernel import permission

Access: TypeAlias = permission.Access
require = permission.require

STEERING = frozenset({"admin", "manager"})
DECIDING = STEERING | {"expert"}
LABELING = DECIDING | {"labeler", "vendor_lead", "crowd_worker"}


def can_manage(access: Access) -> bool:
    """Managers and admins change a project's questions, rounds and people; of a dataset they start projects and exports."""
    return access.is_admin or access.role in STEERING


def can_review(access: Access) -> bool:
    """Experts settle what others could not; they see answers and gold."""
    return access.is_admin or access.role in DECIDING


def can_label(access: Access) -> bool:
    """Every member labels; an admin first joins the project, so that nobody labels unseen."""
    return access.role in LABELING


def can_lead(access: Access) -> bool:
    """A vendor's lead looks after the vendor's people and signs their work off."""
    return access.role == "vendor_lead"


def can_see_answers(access: Access) -> bool:
    """Others' answers are seen by those who decide, never by those who still label."""
    return can_review(access)


def can_import_votes(*, manages_something: bool) -> bool:
    """Who steers something brings votes in; they make a project, and a dataset where none is named."""
    return manages_something


def can_see_figures(access: Access) -> bool:
    """Agreement is seen by those who decide."""
    return can_review(access)
