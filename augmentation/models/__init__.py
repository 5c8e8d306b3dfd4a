"""Django finds an app's models here."""

from augmentation.models.recipes import DerivedItem, Recipe, Run

__all__ = ["DerivedItem", "Recipe", "Run"]
