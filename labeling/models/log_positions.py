"""How far readers of the event log are."""

from django.db import models


class LogPosition(models.Model):
    """How far a reader of this app has folded the event log, by (transaction, id)."""

    name = models.CharField(max_length=60, unique=True)
    transaction = models.BigIntegerField()
    event_id = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name
