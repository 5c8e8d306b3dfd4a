"""A claim reads a few places whatever the round asks for, since it walks its queue in order."""

from typing import Any

import pytest
from django.db import connection

from labeling.models import Assignment
from labeling.services import desk, gold, rounds
from metadata.models import Item
from metadata.selectors.access import ALL_SCOPES, Caller
from tests.conftest import Cast
from tests.labeling.services.conftest import add_items

pytestmark = pytest.mark.django_db
ITEMS = 3_000
READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'labeling_place'"


def places_read() -> int:
    """So far in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"gold_share": 20},
        {"ordering": "shuffle"},
        {"ordering": "shuffle", "gold_share": 20},
        {"ordering": "spread"},
        {"repeats_items": False, "again": True},
    ],
    ids=["ordinary", "gold", "shuffle", "shuffled gold", "spread", "shared"],
)
def test_a_claim_reads_a_handful_of_places_in_a_round_of_thousands(
    cast: Cast, wanted: dict[str, Any]
) -> None:
    add_items(cast.dataset.pk, ITEMS)
    items = list(Item.objects.order_by("pk").values_list("pk", flat=True))
    gold.set_gold(cast.project.questions.get().pk, [(item, {"class": 1}) for item in items[::20]], by=None)
    settings = dict(wanted)
    if settings.pop("again", False):
        rounds.open_round(cast.project.pk, name="Before", places_per_task=3, by=None)
    rounds.open_round(cast.project.pk, name="First", places_per_task=3, by=None, **settings)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    caller = Caller(cast.labeler.agent_id, False, ALL_SCOPES)
    assert isinstance(desk.claim(caller, cast.project.pk), desk.ClaimedTask)
    before = places_read()
    for _ in range(30):
        Assignment.objects.filter(agent_id=caller.agent_id, state=1).update(state=2)
        assert isinstance(desk.claim(caller, cast.project.pk), desk.ClaimedTask)
    assert places_read() - before < 30 * 12
