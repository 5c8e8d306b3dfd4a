"""Django finds an app's models here."""

from consistency.models.reports import EventCursor, Report

__all__ = ["EventCursor", "Report"]
