"""The small labeled project of the labeling tests, for what is measured on it."""

from tests.labeling.services.conftest import bench

__all__ = ["bench"]
