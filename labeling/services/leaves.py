"""The leaf hash of an annotation in a dataset's versions: keyed, over what was said and never over who they are."""

from collections.abc import Mapping
from typing import Any

from metadata.kernel.canonical import leaf_hash


def annotation_leaf(
    leaf_key: bytes,
    *,
    item_id: int,
    agent_id: int,
    round_id: int,
    repeat: int,
    guideline_version_id: int,
    answers: Mapping[str, Any],
) -> bytes:
    """`answers` by question key, as dumped by their label types."""
    return leaf_hash(
        leaf_key,
        {
            "item": item_id,
            "agent": agent_id,
            "round": round_id,
            "repeat": repeat,
            "guideline": guideline_version_id,
            "answers": answers,
        },
    )
