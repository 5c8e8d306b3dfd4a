"""What the apps plug into each other: job kinds, content readers, erasers, figures. Only this module knows them all."""

from augmentation.services import erasure as augmentation_erasure
from augmentation.services import runs
from consistency.selectors.headlines import headlines_of
from consistency.services import erasure as consistency_erasure
from consistency.services import reports
from labeling.config import pages
from labeling.selectors import home
from labeling.selectors.resolutions import RESOLVE_JOB
from labeling.services import erasure as labeling_erasure
from labeling.services import exports, foreign_projects, resolutions, version_content, votes_import
from metadata import jobs as metadata_jobs
from metadata.services import datasets, frozen, imports, item_content, jobs, media, versions


def register_all() -> None:
    """Called once when Django is ready; a second call changes nothing."""
    jobs.dispatch_with(metadata_jobs.send)
    jobs.register(datasets.DELETE_JOB, datasets.run_deletion)
    for erasure in (consistency_erasure, augmentation_erasure, labeling_erasure):  # the upper apps first
        datasets.register_eraser(erasure.erase_dataset)
    jobs.register(imports.IMPORT_JOB, imports.run_import)
    jobs.register(imports.WORDS_JOB, imports.run_words)
    jobs.register(media.MEDIA_JOB, media.run_media_import)
    jobs.register(reports.MEASURE_JOB, reports.run_measurement)
    jobs.register(RESOLVE_JOB, resolutions.run_resolution)
    jobs.register(pages.LOAD_JOB, pages.run_load)
    jobs.register(frozen.FREEZE_JOB, frozen.run_freeze)
    jobs.register(exports.EXPORT_JOB, exports.run_export)
    jobs.register(votes_import.IMPORT_VOTES_JOB, votes_import.run_import)
    jobs.register(foreign_projects.IMPORT_PROJECT_JOB, foreign_projects.run_migration)
    jobs.register(runs.RUN_JOB, runs.carry_out)
    frozen.register_content(versions.ITEM, item_content.item_contents)
    frozen.register_content(versions.ANNOTATION, version_content.annotation_contents)
    frozen.register_content(versions.RESOLUTION, version_content.resolution_contents)
    home.headlines_by(headlines_of)
    versions.register_pins(version_content.guideline_pins)
