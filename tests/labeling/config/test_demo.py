"""The demo is there as if people had brought it in."""

import pytest

from labeling.config.demo import load as demo
from metadata.models import Batch


@pytest.mark.django_db
def test_the_demos_batches_are_done_and_say_what_they_brought() -> None:
    demo.load()
    found = Batch.objects.order_by("id").values_list("state", "created", "refused")
    assert list(found) == [("done", demo.PICTURES, 0), ("done", demo.MESSAGES, 0)]
