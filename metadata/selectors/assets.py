"""The bytes behind parts: where they lie, and what people are shown of them."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from metadata.kernel.errors import NotFound
from metadata.modalities.image.preview import Preview, preview
from metadata.models import Asset


def blob_key(sha256: str) -> str:
    """Where a blob lies in storage: by its hash, in 256 folders."""
    return f"blobs/{sha256[:2]}/{sha256}"


def preview_folder(sha256: str) -> str:
    """Where the previews of a blob lie, each named by its hash and size."""
    return f"previews/{sha256[:2]}"


def blob(asset: Asset) -> bytes:
    try:
        with default_storage.open(blob_key(asset.sha256)) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise NotFound("The file behind this part is missing from storage.") from None


def shown_picture(asset: Asset, *, max_side: int = 4096) -> Preview:
    """The picture encoded anew, upright and without what its file said; made once and kept beside the blob."""
    key = f"{preview_folder(asset.sha256)}/{asset.sha256}-{max_side}"
    for suffix, media_type in ((".jpg", "image/jpeg"), (".png", "image/png")):
        if default_storage.exists(key + suffix):
            with default_storage.open(key + suffix) as file:
                return Preview(bytes(file.read()), media_type, asset.width or 0, asset.height or 0)
    made = preview(blob(asset), max_side=max_side)
    suffix = ".jpg" if made.media_type == "image/jpeg" else ".png"
    if not default_storage.exists(key + suffix):
        default_storage.save(key + suffix, ContentFile(made.data))
    return made
