import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.interchange.coco import CocoBox, CocoClass, CocoImage, CocoKeypoint, read_coco, written_coco
from labeling.interchange.lines import UnreadableFile

CLASSES = (CocoClass(1, "scratch", "damage"), CocoClass(7, "dent", "damage"))
edges = st.floats(0, 400, allow_subnormal=False)
boxes = st.builds(
    lambda code, x, y, w, h, name: CocoBox(code, x, y, x + w, y + h, False, name),
    st.sampled_from([1, 7]),
    edges,
    edges,
    st.floats(0.5, 200),
    st.floats(0.5, 80),
    st.sampled_from(["", "e1", "e2"]),
)
images = st.lists(
    st.builds(CocoImage, st.just("a.png"), st.just(640), st.just(480), st.lists(boxes, max_size=4).map(tuple))
)


def _file(pictures: list[CocoImage]) -> bytes:
    return b"".join(written_coco(lambda: pictures, CLASSES))


@given(images)
def test_what_goes_out_comes_in_the_same(pictures: list[CocoImage]) -> None:
    read = read_coco(_file(pictures))
    assert read.errors == ()
    assert read.classes == CLASSES
    assert [(one.file_name, one.width, one.height) for one in read.images] == [("a.png", 640, 480)] * len(
        pictures
    )
    for image, again in zip(pictures, read.images, strict=True):
        for box, other in zip(image.boxes, again.boxes, strict=True):
            assert (box.class_code, box.element, box.x0, box.y0) == (
                other.class_code,
                other.element,
                other.x0,
                other.y0,
            )
            assert (other.x1, other.y1) == pytest.approx((box.x1, box.y1), rel=1e-12)


def test_ids_start_at_one_boxes_are_not_rounded_and_empty_images_stay() -> None:
    box = CocoBox(7, 10.25, 3.0, 40.5, 22.0, False, "e1")
    written = json.loads(_file([CocoImage("a.png", 640, 480, ()), CocoImage("b.png", 64, 48, (box,))]))
    assert [image["id"] for image in written["images"]] == [1, 2]
    (annotation,) = written["annotations"]
    assert annotation == {
        "id": 1, "image_id": 2, "category_id": 7, "bbox": [10.25, 3.0, 30.25, 19.0], "area": 574.75,
        "iscrowd": 0, "segmentation": [], "element": "e1",
    }  # fmt: skip
    assert [category["id"] for category in written["categories"]] == [1, 7]


def test_pycocotools_loads_it_and_matches_it_with_itself(tmp_path: Path) -> None:
    coco = pytest.importorskip("pycocotools.coco")
    evaluation = pytest.importorskip("pycocotools.cocoeval")
    pictures = [
        CocoImage(
            f"{number}.png", 640, 480,
            tuple(CocoBox(1 + 6 * (place % 2), 10.5 + 90 * place, 7.25, 50.75 + 90 * place, 60.0 + number) for place in range(number % 4)),
        )
        for number in range(12)
    ]  # fmt: skip
    path = tmp_path / "instances.json"
    path.write_bytes(_file(pictures))
    with contextlib.redirect_stdout(io.StringIO()):
        truth = coco.COCO(str(path))
        results = truth.loadRes(
            [
                {key: one[key] for key in ("image_id", "category_id", "bbox")} | {"score": 1.0}
                for one in truth.dataset["annotations"]
            ]
        )
        judged = evaluation.COCOeval(truth, results, "bbox")
        judged.evaluate()
        judged.accumulate()
        judged.summarize()
    assert len(truth.getImgIds()) == 12
    assert judged.stats[0] == pytest.approx(1.0)
    assert judged.stats[8] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bbox": [1, 2, 0, 4]}, "bbox"),
        ({"bbox": [1, 2, 3]}, "bbox"),
        ({"bbox": "x"}, "annotations"),
        ({"image_id": 9}, "image_id"),
        ({"category_id": 9}, "category_id"),
    ],
)
def test_a_bad_annotation_is_named_and_the_others_are_read(change: dict[str, object], field: str) -> None:
    box = CocoBox(1, 1, 1, 2, 2)
    written = json.loads(_file([CocoImage("a.png", 64, 48, (box, box))]))
    written["annotations"][0] |= change
    read = read_coco(json.dumps(written).encode())
    assert [(error.line, error.field) for error in read.errors] == [(1, field)]
    assert len(read.images[0].boxes) == 1


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"\xff", b"[" * 9_000, b'{"images": 1, "categories": []}']
)
def test_what_is_no_coco_is_refused_as_a_whole(raw: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_coco(raw)


def test_a_class_code_that_pycocotools_would_lose_is_refused() -> None:
    with pytest.raises(ValueError, match="classes"):
        list(written_coco(list, [CocoClass(0, "none")]))
    with pytest.raises(ValueError, match="class 3"):
        list(written_coco(lambda: [CocoImage("a", 1, 1, (CocoBox(3, 0, 0, 1, 1),))], CLASSES))


POSE = CocoClass(
    1, "person", "", ("nose", "left hand", "right hand"), (("left hand", "nose"), ("nose", "right hand"))
)


def pose_file(*boxes: CocoBox) -> bytes:
    return b"".join(written_coco(lambda: [CocoImage("a.png", 640, 480, boxes)], [POSE]))


def figure(*points: CocoKeypoint) -> CocoBox:
    xs, ys = [one.x for one in points], [one.y for one in points]
    return CocoBox(1, min(xs), min(ys), max(xs), max(ys), element="e1", points=points)


def test_keypoints_are_written_in_the_order_of_their_class_and_read_back() -> None:
    one = figure(CocoKeypoint("nose", 50.5, 10), CocoKeypoint("right hand", 70, 40.25, False))
    raw = pose_file(one)
    written = json.loads(raw)
    assert written["categories"][0]["keypoints"] == ["nose", "left hand", "right hand"]
    assert written["categories"][0]["skeleton"] == [[2, 1], [1, 3]]
    (annotation,) = written["annotations"]
    assert annotation["keypoints"] == [50.5, 10, 2, 0, 0, 0, 70, 40.25, 1]
    assert (annotation["num_keypoints"], annotation["bbox"]) == (2, [50.5, 10, 19.5, 30.25])
    read = read_coco(raw)
    assert (read.classes, read.images[0].boxes, read.errors) == ((POSE,), (one,), ())


def test_a_single_point_has_a_box_without_an_area() -> None:
    one = figure(CocoKeypoint("nose", 5, 6))
    assert read_coco(pose_file(one)).images[0].boxes == (one,)


@pytest.mark.parametrize("keypoints", [[1, 2], [1, 2, 3] * 3, [1, 2, 2] * 4, [1, 2, 0.5] * 3])
def test_keypoints_that_do_not_fit_their_category_are_told(keypoints: list[float]) -> None:
    file = json.loads(pose_file(figure(CocoKeypoint("nose", 5, 6))))
    file["annotations"][0]["keypoints"] = keypoints
    read = read_coco(json.dumps(file).encode())
    assert [(one.line, one.field) for one in read.errors] == [(1, "keypoints")]


def test_a_line_to_a_keypoint_that_is_not_there_is_left_out_and_told() -> None:
    file = json.loads(pose_file(figure(CocoKeypoint("nose", 5, 6))))
    file["categories"][0]["skeleton"].append([3, 9])
    read = read_coco(json.dumps(file).encode())
    assert read.classes == (POSE,)
    assert [one.field for one in read.errors] == ["skeleton"]


def test_pycocotools_matches_keypoints_with_themselves(tmp_path: Path) -> None:
    coco = pytest.importorskip("pycocotools.coco")
    evaluation = pytest.importorskip("pycocotools.cocoeval")
    path = tmp_path / "poses.json"
    path.write_bytes(
        pose_file(
            figure(
                CocoKeypoint("nose", 150, 10),
                CocoKeypoint("left hand", 100, 140),
                CocoKeypoint("right hand", 270, 140, False),
            ),
            figure(CocoKeypoint("nose", 450, 110), CocoKeypoint("left hand", 400, 240)),
        )
    )
    with contextlib.redirect_stdout(io.StringIO()):
        truth = coco.COCO(str(path))
        found = [
            {key: one[key] for key in ("image_id", "category_id", "keypoints")} | {"score": 1.0}
            for one in truth.dataset["annotations"]
        ]
        judged = evaluation.COCOeval(truth, truth.loadRes(found), "keypoints")
        judged.params.kpt_oks_sigmas = np.array([0.05, 0.05, 0.05])
        judged.evaluate()
        judged.accumulate()
        judged.summarize()
    assert judged.stats[0] == pytest.approx(1.0)


def test_a_turned_box_is_a_segmentation_in_the_box_around_it() -> None:
    corners = ((2.0, 0.0), (4.0, 2.0), (2.0, 4.0), (0.0, 2.0))
    box = CocoBox(1, 0, 0, 4, 4, element="e1", outline=corners)
    (annotation,) = json.loads(_file([CocoImage("a.png", 64, 48, (box,))]))["annotations"]
    assert annotation["segmentation"] == [[2, 0, 4, 2, 2, 4, 0, 2]]
    assert (annotation["bbox"], annotation["area"]) == ([0, 0, 4, 4], 8)
