"""What Celery runs: thin tasks over services."""

from typing import Final

from celery import shared_task

from labeling.services import desk, drafts, pauses, profiles, withdrawals

LAPSE_AT_ONCE: Final = 500


@shared_task(name="labeling.jobs.fold_profiles")  # type: ignore[untyped-decorator]  # Celery has no types
def fold_profiles() -> None:
    """Folds what submits appended, so that live figures stay a short read."""
    profiles.fold_profiles()
    profiles.drop_empty_profiles()


@shared_task(name="labeling.jobs.lapse_leases")  # type: ignore[untyped-decorator]  # Celery has no types
def lapse_leases() -> None:
    """Gives back what nobody answered in time."""
    while desk.sweep_lapsed_leases(LAPSE_AT_ONCE) == LAPSE_AT_ONCE:
        pass


@shared_task(name="labeling.jobs.apply_pause_rules")  # type: ignore[untyped-decorator]  # Celery has no types
def apply_pause_rules() -> None:
    """Withholds tasks from who fell below a rule, and asks a person."""
    pauses.apply_rules()


@shared_task(name="labeling.jobs.follow_items")  # type: ignore[untyped-decorator]  # Celery has no types
def follow_items() -> None:
    """Takes archived items off the desk, and puts those that came back on it."""
    withdrawals.follow_items()


@shared_task(name="labeling.jobs.drop_stale_drafts")  # type: ignore[untyped-decorator]  # Celery has no types
def drop_stale_drafts() -> None:
    """Forgets drafts of what was answered meanwhile."""
    drafts.drop_stale_drafts()
