"""Deleting a dataset deletes its measurements: this app's part."""

from consistency.models import Report


def erase_dataset(dataset_id: int) -> None:
    """Reports on the dataset's questions; call it before those go."""
    Report.objects.filter(question__project__dataset_id=dataset_id).delete()
