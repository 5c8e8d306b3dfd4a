"""What the apps plug into each other: job kinds, content readers, erasers. Only this module knows them all."""

from metadata import jobs as metadata_jobs
from metadata.services import datasets, jobs


def register_all() -> None:
    """Called once when Django is ready; a second call changes nothing."""
    jobs.dispatch_with(metadata_jobs.send)
    jobs.register(datasets.DELETE_JOB, datasets.run_deletion)
