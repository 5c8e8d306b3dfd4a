"""Exports of other tools as somebody would bring them: files beside pictures, or all in one zip."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path

from PIL import Image

from labeling.services.foreign_files import NamedFile

DATA = Path(__file__).parents[2] / "data"


def picture(size: tuple[int, int], color: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


STREETS = {
    "config.xml": (DATA / "label_studio" / "streets.xml").read_bytes(),
    "export.json": (DATA / "label_studio" / "streets.json").read_bytes(),
    "photos/corner.jpg": picture((640, 480), "navy"),
    "photos/0a1b2c3d-empty.jpg": picture((200, 100), "gray"),
}
REVIEWS = {
    "labeling config.txt": (DATA / "label_studio" / "reviews.xml").read_bytes(),
    "project-7.json": (DATA / "label_studio" / "reviews.json").read_bytes(),
}


def label_studio(name: str) -> dict[str, bytes]:
    """A labeling config and an export by their common name."""
    return {
        "config.xml": (DATA / "label_studio" / f"{name}.xml").read_bytes(),
        "export.json": (DATA / "label_studio" / f"{name}.json").read_bytes(),
    }


CARS = {
    "annotations.xml": (DATA / "cvat" / "annotations.xml").read_bytes(),
    "images/yard/first.png": picture((640, 480), "red"),
    "images/yard/second.png": picture((640, 480), "blue"),
    "images/third.png": picture((200, 100), "green"),
    "images/van.png": picture((200, 100), "white"),
}


def opened(files: dict[str, bytes]) -> list[NamedFile]:
    return [(name, partial(io.BytesIO, data)) for name, data in files.items()]


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()
