"""What every reader of items gives: one row a line, whatever the format."""

from typing import Final

import msgspec

from metadata.kernel.json_guard import Json

KEY_NAMES: Final = ("key", "id", "external_key", "item", "item_id")
TEXT_NAMES: Final = ("text", "sentence", "message", "body")
MEDIA_NAMES: Final = ("image", "audio")


class PartRow(msgspec.Struct, frozen=True):
    """One part of an item: its own `text`, or the `path` of a file that comes with the import."""

    role: str
    text: str | None = None
    path: str | None = None


class ItemRow(msgspec.Struct, frozen=True):
    """One item as it stands in a file. `fields` are not yet checked against what the dataset declares."""

    line: int
    key: str | None
    parts: tuple[PartRow, ...]
    fields: dict[str, Json]
