"""The admin console, composed of every app's tables."""

from __future__ import annotations

from typing import Final

from django.contrib import admin

from augmentation.admin import recipes
from consistency.admin import reports
from labeling.admin import answers, crowd, deliveries, exams, pauses, projects, reviews, work
from metadata.admin import activities, agents, entities

MODULES: Final = (
    agents,
    entities,
    activities,
    projects,
    work,
    answers,
    crowd,
    deliveries,
    exams,
    pauses,
    reviews,
    reports,
    recipes,
)


def register_tables() -> None:
    """Called once when Django is ready; a second call changes nothing."""
    for module in MODULES:
        for model, table in module.TABLES.items():
            if not admin.site.is_registered(model):
                admin.site.register(model, table)
