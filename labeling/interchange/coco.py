"""Boxes and keypoints in COCO's formats, out and in (https://cocodataset.org/#format-data).

Written: ids from 1 in the order of the images (an annotation id of 0 is never matched by pycocotools), a category's
id is its class code, pixels of the upright image, boxes unrounded. An image in which there is nothing is an image
without annotations; an image that nobody answered is not in the file. Of a figure of keypoints the box is the one
around its points, and its area that box's; a turned box is its outline as a segmentation, in the box around it; a point's flag is 2 for visible, 1 for hidden, 0 (at 0, 0) for not labeled.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from labeling.interchange.lines import LineError, UnreadableFile

_IMAGES_A_PIECE = 500


class CocoKeypoint(msgspec.Struct, frozen=True):
    """A labeled point."""

    name: str
    x: float
    y: float
    is_visible: bool = True


class CocoBox(msgspec.Struct, frozen=True):
    """A box by its edges, and the points of a figure within it. `element` is its lasting id, kept as an extra property
    that other readers pass over."""

    class_code: int
    x0: float
    y0: float
    x1: float
    y1: float
    is_crowd: bool = False
    element: str = ""
    points: tuple[CocoKeypoint, ...] = ()
    outline: tuple[tuple[float, float], ...] = ()
    """The corners of a box that is turned; the edges are those of the upright box around it."""


class CocoImage(msgspec.Struct, frozen=True):
    """An image that was answered, and its boxes."""

    file_name: str
    width: int
    height: int
    boxes: tuple[CocoBox, ...]


class CocoClass(msgspec.Struct, frozen=True):
    """A class; its parent's name is COCO's supercategory. `points` are the names of its keypoints, `lines` join two."""

    code: int
    name: str
    parent: str = ""
    points: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()


def written_coco(
    images: Callable[[], Iterable[CocoImage]], classes: Sequence[CocoClass], *, description: str = ""
) -> Iterator[bytes]:
    """The file in pieces. `images` is called twice, for the images and for the annotations: memory stays flat."""
    codes = {one.code: one for one in classes}
    if len(codes) != len(classes) or any(code < 1 for code in codes):
        raise ValueError("classes: codes must be distinct and at least 1")
    encode = msgspec.json.encode
    yield (
        b'{"info":' + encode({"description": description, "version": "1.0"}) + b',"licenses":[],"categories":'
    )
    yield encode([_category(one) for one in classes])
    yield b',\n"images":['
    yield from _listed(encode(_image(number, image)) for number, image in enumerate(images(), start=1))
    yield b'],\n"annotations":['
    yield from _listed(encode(entry) for entry in _annotations(images(), codes))
    yield b"]}\n"


def _category(one: CocoClass) -> dict[str, object]:
    entry: dict[str, object] = {"id": one.code, "name": one.name, "supercategory": one.parent}
    if one.points:
        place = {name: at for at, name in enumerate(one.points, start=1)}
        entry |= {"keypoints": one.points, "skeleton": [[place[a], place[b]] for a, b in one.lines]}
    return entry


def _image(number: int, image: CocoImage) -> dict[str, object]:
    return {"id": number, "file_name": image.file_name, "width": image.width, "height": image.height}


def _annotations(images: Iterable[CocoImage], codes: Mapping[int, CocoClass]) -> Iterator[dict[str, object]]:
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
            size = _area(box.outline) if box.outline else width * height
            entry |= {"bbox": [box.x0, box.y0, width, height], "area": size}
            entry |= {"iscrowd": int(box.is_crowd), "segmentation": _segmentation(box.outline)}
            if names := codes[box.class_code].points:
                entry |= {"keypoints": _triples(box, names), "num_keypoints": len(box.points)}
            if box.element:
                entry["element"] = box.element
            yield entry


def _segmentation(outline: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [[number for corner in outline for number in corner]] if outline else []


def _area(outline: Sequence[tuple[float, float]]) -> float:
    ring = zip(outline, [*outline[1:], outline[0]], strict=True)
    return abs(math.fsum(ax * by - bx * ay for (ax, ay), (bx, by) in ring)) / 2


def _triples(box: CocoBox, names: Sequence[str]) -> list[float]:
    """x, y and flag of every point of the class, in its order."""
    found = {one.name: (one.x, one.y, 2 if one.is_visible else 1) for one in box.points}
    return [number for name in names for number in found.get(name, (0, 0, 0))]


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
    keypoints: list[str] = []
    skeleton: list[tuple[int, int]] = []


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
    keypoints: list[float] = []


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
    known = {category.id: category for category in file.categories}
    boxes: dict[int, list[CocoBox]] = {}
    for position, entry in enumerate(file.annotations, start=1):
        box = _read_box(position, entry, images.keys(), known)
        if isinstance(box, LineError):
            errors.append(box)
        else:
            boxes.setdefault(box[0], []).append(box[1])
    return CocoFile(
        classes=tuple(_class(one, errors) for one in file.categories),
        images=tuple(
            CocoImage(image.file_name, image.width, image.height, tuple(boxes.get(number, ())))
            for number, image in images.items()
        ),
        errors=tuple(errors),
    )


def _class(one: _RawCategory, errors: list[LineError]) -> CocoClass:
    """A line to a point that is not there is left out and told."""
    places = range(1, len(one.keypoints) + 1)
    lines = [line for line in one.skeleton if line[0] in places and line[1] in places]
    if len(lines) < len(one.skeleton):
        errors.append(LineError(one.id, "skeleton", "unknown", "joins a keypoint that is not there"))
    return CocoClass(
        one.id,
        one.name,
        one.supercategory or "",
        tuple(one.keypoints),
        tuple((one.keypoints[a - 1], one.keypoints[b - 1]) for a, b in lines),
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
    position: int, entry: msgspec.Raw, images: Iterable[int], classes: Mapping[int, _RawCategory]
) -> tuple[int, CocoBox] | LineError:
    try:
        raw = msgspec.json.decode(entry, type=_RawAnnotation)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return LineError(position, "annotations", "invalid_value", str(error))
    if raw.image_id not in images:
        return LineError(position, "image_id", "unknown", f"there is no image {raw.image_id}")
    if raw.category_id not in classes:
        return LineError(position, "category_id", "unknown", f"there is no category {raw.category_id}")
    points = _read_points(raw, classes[raw.category_id].keypoints)
    if points is None:
        problem = "must be x, y and a flag of 0, 1 or 2 for every keypoint of the category"
        return LineError(position, "keypoints", "invalid_value", problem)
    if len(raw.bbox) != 4 or not all(map(math.isfinite, raw.bbox)) or not _has_size(raw.bbox, points):
        return LineError(
            position, "bbox", "invalid_value", "must be x, y, width and height, the last two above 0"
        )
    x, y, width, height = raw.bbox
    element = raw.element if isinstance(raw.element, str) else ""
    return raw.image_id, CocoBox(
        raw.category_id, x, y, x + width, y + height, bool(raw.iscrowd), element, points
    )


def _has_size(bbox: Sequence[float], points: Sequence[CocoKeypoint]) -> bool:
    """Points in a line, or a single one, have a box without an area."""
    return min(bbox[2:]) > 0 or (bool(points) and min(bbox[2:]) == 0)


def _read_points(raw: _RawAnnotation, names: Sequence[str]) -> tuple[CocoKeypoint, ...] | None:
    """The labeled points; None where the numbers do not fit the category."""
    if not raw.keypoints:
        return ()
    if len(raw.keypoints) != 3 * len(names) or not all(map(math.isfinite, raw.keypoints)):
        return None
    flags = raw.keypoints[2::3]
    if not set(flags) <= {0, 1, 2}:
        return None
    placed = zip(names, raw.keypoints[0::3], raw.keypoints[1::3], flags, strict=True)
    return tuple(CocoKeypoint(name, x, y, flag == 2) for name, x, y, flag in placed if flag)
