"""Boxes in COCO's detection format, out and in (https://cocodataset.org/#format-data).

Written: ids from 1 in the order of the images (an annotation id of 0 is never matched by pycocotools), a category's
id is its class code, pixels of the upright image, boxes unrounded. An image in which there is nothing is an image
without annotations; an image that nobody answered is not in the file.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from labeling.interchange.lines import LineError, UnreadableFile

_IMAGES_A_PIECE = 500


class CocoBox(msgspec.Struct, frozen=True):
    """A box by its edges. `element` is its lasting id, kept as an extra property that other readers pass over."""

    class_code: int
    x0: float
    y0: float
    x1: float
    y1: float
    is_crowd: bool = False
    element: str = ""


class CocoImage(msgspec.Struct, frozen=True):
    """An image that was answered, and its boxes."""

    file_name: str
    width: int
    height: int
    boxes: tuple[CocoBox, ...]


class CocoClass(msgspec.Struct, frozen=True):
    """A class; its parent's name is COCO's supercategory."""

    code: int
    name: str
    parent: str = ""


def written_coco(
    images: Callable[[], Iterable[CocoImage]], classes: Sequence[CocoClass], *, description: str = ""
) -> Iterator[bytes]:
    """The file in pieces. `images` is called twice, for the images and for the annotations: memory stays flat."""
    codes = {one.code for one in classes}
    if len(codes) != len(classes) or any(code < 1 for code in codes):
        raise ValueError("classes: codes must be distinct and at least 1")
    encode = msgspec.json.encode
    yield (
        b'{"info":' + encode({"description": description, "version": "1.0"}) + b',"licenses":[],"categories":'
    )
    yield encode([{"id": one.code, "name": one.name, "supercategory": one.parent} for one in classes])
    yield b',\n"images":['
    yield from _listed(encode(_image(number, image)) for number, image in enumerate(images(), start=1))
    yield b'],\n"annotations":['
    yield from _listed(encode(entry) for entry in _annotations(images(), codes))
    yield b"]}\n"


def _image(number: int, image: CocoImage) -> dict[str, object]:
    return {"id": number, "file_name": image.file_name, "width": image.width, "height": image.height}


def _annotations(images: Iterable[CocoImage], codes: set[int]) -> Iterator[dict[str, object]]:
    count = 0
    for number, image in enumerate(images, start=1):
        for box in image.boxes:
            if box.class_code not in codes:
                raise ValueError(
                    f"images: {image.file_name!r} has a box of class {box.class_code}, not in classes"
                )
            count += 1
            width, height = box.x1 - box.x0, box.y1 - box.y0
            entry: dict[str, object] = {"id": count, "image_id": number, "category_id": box.class_code}
            entry |= {"bbox": [box.x0, box.y0, width, height], "area": width * height}
            entry |= {"iscrowd": int(box.is_crowd), "segmentation": []}
            if box.element:
                entry["element"] = box.element
            yield entry


def _listed(members: Iterable[bytes]) -> Iterator[bytes]:
    piece = bytearray()
    separator = b"\n"
    for count, member in enumerate(members, start=1):
        piece += separator + member
        separator = b",\n"
        if count % _IMAGES_A_PIECE == 0:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


class CocoFile(msgspec.Struct, frozen=True):
    """What was read, and what was left out: `line` of an error is the position of its annotation or image, from 1."""

    classes: tuple[CocoClass, ...]
    images: tuple[CocoImage, ...]
    errors: tuple[LineError, ...]


class _RawImage(msgspec.Struct):
    id: int
    file_name: str
    width: int
    height: int


class _RawCategory(msgspec.Struct):
    id: int
    name: str
    supercategory: str | None = None


class _RawFile(msgspec.Struct):
    images: list[msgspec.Raw]
    categories: list[_RawCategory]
    annotations: list[msgspec.Raw] = []


class _RawAnnotation(msgspec.Struct):
    image_id: int
    category_id: int
    bbox: list[float]
    iscrowd: int = 0
    element: Any = None


def read_coco(raw: bytes) -> CocoFile:
    """The images with their boxes; bad annotations are listed and do not stop the good ones.

    The format puts images and annotations apart, so the whole file is held while it is read.
    """
    try:
        file = msgspec.json.decode(raw, type=_RawFile)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFile("This is not a COCO detection file.", fields={"file": str(error)}) from None
    errors: list[LineError] = []
    images = _read_images(file.images, errors)
    known = {category.id for category in file.categories}
    boxes: dict[int, list[CocoBox]] = {}
    for position, entry in enumerate(file.annotations, start=1):
        box = _read_box(position, entry, images.keys(), known)
        if isinstance(box, LineError):
            errors.append(box)
        else:
            boxes.setdefault(box[0], []).append(box[1])
    return CocoFile(
        classes=tuple(CocoClass(one.id, one.name, one.supercategory or "") for one in file.categories),
        images=tuple(
            CocoImage(image.file_name, image.width, image.height, tuple(boxes.get(number, ())))
            for number, image in images.items()
        ),
        errors=tuple(errors),
    )


def _read_images(entries: Sequence[msgspec.Raw], errors: list[LineError]) -> dict[int, _RawImage]:
    images: dict[int, _RawImage] = {}
    for position, entry in enumerate(entries, start=1):
        try:
            image = msgspec.json.decode(entry, type=_RawImage)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            errors.append(LineError(position, "images", "invalid_value", str(error)))
            continue
        if image.width < 1 or image.height < 1:
            errors.append(
                LineError(position, "images", "invalid_value", "width and height must be at least 1")
            )
        elif image.id in images:
            errors.append(LineError(position, "images", "given_twice", f"the id {image.id} is there twice"))
        else:
            images[image.id] = image
    return images


def _read_box(
    position: int, entry: msgspec.Raw, images: Iterable[int], classes: set[int]
) -> tuple[int, CocoBox] | LineError:
    try:
        raw = msgspec.json.decode(entry, type=_RawAnnotation)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return LineError(position, "annotations", "invalid_value", str(error))
    if raw.image_id not in images:
        return LineError(position, "image_id", "unknown", f"there is no image {raw.image_id}")
    if raw.category_id not in classes:
        return LineError(position, "category_id", "unknown", f"there is no category {raw.category_id}")
    if len(raw.bbox) != 4 or not all(map(math.isfinite, raw.bbox)) or raw.bbox[2] <= 0 or raw.bbox[3] <= 0:
        return LineError(
            position, "bbox", "invalid_value", "must be x, y, width and height, the last two above 0"
        )
    x, y, width, height = raw.bbox
    element = raw.element if isinstance(raw.element, str) else ""
    return raw.image_id, CocoBox(raw.category_id, x, y, x + width, y + height, bool(raw.iscrowd), element)
