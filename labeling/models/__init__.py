"""Django finds an app's models here."""

from labeling.models.answers import (
    Annotation,
    Answer,
    GoldAnswer,
    ModelRun,
    Prediction,
    Profile,
    ProfileDelta,
    Resolution,
    Tally,
    Vote,
)
from labeling.models.crowd import CrowdLink, CrowdRun
from labeling.models.deliveries import DeliveredTask, Delivery
from labeling.models.drafts import Draft
from labeling.models.exams import ExamResult
from labeling.models.log_positions import LogPosition
from labeling.models.pauses import Pause, PauseRule
from labeling.models.projects import ClassMapping, GuidelineVersion, Project, ProjectMembership, Question
from labeling.models.reviews import Flag, Review
from labeling.models.terms import VendorTerms
from labeling.models.work import Assignment, Place, Pool, QueuePosition, Round, Task

__all__ = [
    "Annotation",
    "Answer",
    "Assignment",
    "ClassMapping",
    "CrowdLink",
    "CrowdRun",
    "DeliveredTask",
    "Delivery",
    "Draft",
    "ExamResult",
    "Flag",
    "GoldAnswer",
    "GuidelineVersion",
    "LogPosition",
    "ModelRun",
    "Pause",
    "PauseRule",
    "Place",
    "Pool",
    "Prediction",
    "Profile",
    "ProfileDelta",
    "Project",
    "ProjectMembership",
    "Question",
    "QueuePosition",
    "Resolution",
    "Review",
    "Round",
    "Tally",
    "Task",
    "VendorTerms",
    "Vote",
]
