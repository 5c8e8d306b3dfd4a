"""Label Studio's files, by themselves."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.interchange.foreign import ForeignAnswer, ForeignProject, Report, ShownFacts
from labeling.interchange.label_studio.project import read_label_studio
from labeling.interchange.label_studio.task import file_path
from labeling.interchange.lines import UnreadableFile
from labeling.interchange.masks import Mask
from tests.labeling.interchange.test_masks import runs

FACTS = {"image": ShownFacts("image", 200, 100), "text": ShownFacts("text", text="one two three")}


def read(config: str, tasks: Any, report: Report | None = None) -> ForeignProject:
    return read_label_studio(
        json.dumps(tasks).encode(),
        config.encode(),
        Report() if report is None else report,
        tasks_file="export.json",
        config_file="config.xml",
    )


def answers(config: str, result: list[Any], report: Report | None = None) -> list[ForeignAnswer]:
    report = Report() if report is None else report
    data = {"image": "/data/upload/1/a.png", "text": "one two three"}
    one = {"id": 1, "data": data, "annotations": [{"id": 5, "completed_by": 2, "result": result}]}
    (task,) = read(config, [one], report).tasks
    return list(task.answers(FACTS, report))


def region(name: str, kind: str, value: Any, ident: str = "r") -> dict[str, Any]:
    return {"id": ident, "from_name": name, "to_name": "i", "type": kind, "value": value}


BARE = """<View><Image name="i" value="$image"/><Rectangle name="rect" toName="i"/>
<Labels name="kind" toName="i"><Label value="a"/><Label value="b"/></Labels></View>"""
OPEN = """<View><Text name="t" value="$text"/><Labels name="l" toName="t" value="$labels"/></View>"""
NESTED = """<View><Text name="t" value="$text"/><Choices name="c" toName="t" choice="multiple">
<Choice value="big"><Choice value="red"/></Choice><Choice value="small" alias="s"/></Choices></View>"""


def test_a_drawing_tag_and_a_list_of_labels_are_one_question() -> None:
    place = {"x": 0, "y": 0, "width": 50, "height": 50}
    (one,) = answers(
        BARE, [region("rect", "rectangle", place), region("kind", "labels", {**place, "labels": ["b"]})]
    )
    (element,) = one.values["rect"]["elements"]
    assert (element["class"], element["geometry"]) == (2, {"x0": 0.0, "y0": 0.0, "x1": 100.0, "y1": 50.0})


def test_classes_that_come_with_each_task_are_those_that_results_name() -> None:
    report = Report()
    tasks = [
        {"id": 1, "data": {"text": "one two"}, "annotations": [
            {"id": 1, "result": [region("l", "labels", {"start": 0, "end": 3, "text": "one", "labels": ["X"]})]}]},
    ]  # fmt: skip
    project = read(OPEN, tasks, report)
    assert [one["name"] for one in project.questions[0].spec["classes"]] == ["X"]


def test_nested_choices_have_parents_and_an_alias_is_what_results_write() -> None:
    (one,) = answers(NESTED, [region("c", "choices", {"choices": [["big", "red"], "s"]})])
    assert one.values["c"] == {"classes": [2, 3]}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"x": "a", "y": 0, "width": 5, "height": 5}, "must be numbers"),
        ({"x": 1, "y": float("1e400"), "width": 5, "height": 5}, ""),
    ],
)
def test_a_region_that_has_no_equal_is_left_out_and_said(value: dict[str, Any], said: str) -> None:
    report = Report()
    if value["y"] == float("inf"):
        value["y"] = None
        said = "must be numbers"
    (one,) = answers(
        BARE,
        [region("rect", "rectangle", value), region("kind", "labels", {**value, "labels": ["b"]})],
        report,
    )
    assert one.values["rect"] == {"elements": []}
    assert any(said in remark.reason for remark in report.remarks if remark.what == "region")


def test_a_picture_of_another_shape_is_not_guessed_at() -> None:
    report = Report()
    wrong = {**region("rect", "rectangle", {"x": 1, "y": 1, "width": 5, "height": 5}), "original_width": 100, "original_height": 100}  # fmt: skip
    label = region("kind", "labels", {"labels": ["b"]})
    (one,) = answers(BARE, [wrong, label], report)
    assert one.values["rect"] == {"elements": []}
    assert [one.reason for one in report.remarks if one.what == "region"] == [
        "was drawn on a picture of another shape than the one that is here"
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 10**6) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "data", "text", "image", "annotations", "predictions", "result", "value", "labels",
                             "from_name", "type", "rect", "kind", "x", "y", "width", "height", "completed_by", "choices"]),
            inner, max_size=5),
        max_leaves=20,
    )
)  # fmt: skip
def test_whatever_an_export_holds_it_is_read_or_refused_by_name(raw: Any) -> None:
    report = Report()
    try:
        project = read(BARE, raw if isinstance(raw, list) else [raw], report)
    except UnreadableFile:
        return
    for task in project.tasks:
        assert isinstance(task.key, str)
        assert all(part.path or part.text for part in task.parts)
        list(task.answers(FACTS, report))


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/data/upload/3/ab12cd34-a.png", "3/ab12cd34-a.png"),
        ("/data/local-files/?d=photos/a.png", "photos/a.png"),
        ("s3://bucket/folder/a.png", "bucket/folder/a.png"),
        ("https://example.com/a.png?sign=1", "example.com/a.png"),
    ],
)
def test_a_file_is_named_by_the_path_in_its_address(address: str, path: str) -> None:
    assert file_path(address) == path


BRUSH = """<View><Image name="i" value="$image"/><BrushLabels name="mask" toName="i"><Label value="Sky"/>
</BrushLabels></View>"""


def painted(mask: Mask) -> dict[str, Any]:
    value = {"format": "rle", "rle": list(runs(mask)), "brushlabels": ["Sky"]}
    size = {"original_width": mask.shape[1], "original_height": mask.shape[0]}
    return {**region("mask", "brushlabels", value), **size}


def test_a_painted_mask_becomes_an_outline_for_each_piece_in_pixels_of_the_picture_here() -> None:
    mask = np.zeros((50, 100), dtype=bool)
    mask[10:30, 10:40] = True
    mask[15:20, 20:30] = False
    mask[40:45, 80:90] = True
    report = Report()
    (one,) = answers(BRUSH, [painted(mask)], report)
    large, small = one.values["mask"]["elements"]
    assert [len(element["geometry"].get("holes", ())) for element in (large, small)] == [1, 0]
    assert np.max(large["geometry"]["points"], axis=0).tolist() == [80, 60]
    assert (large["id"], large["attributes"], small["attributes"]) == ("r", {"mask": "r"}, {"mask": "r"})
    assert [one.reason for one in report.remarks if one.name == "mask"] == [
        "is painted in several pieces: an outline each"
    ]


def test_runs_that_are_no_mask_are_left_out_and_said() -> None:
    report = Report()
    value = {"format": "rle", "rle": [0, 1, 2], "brushlabels": ["Sky"]}
    size = {"original_width": 100, "original_height": 50}
    (one,) = answers(BRUSH, [{**region("mask", "brushlabels", value), **size}], report)
    assert one.values["mask"] == {"elements": []}
    assert [(one.name, one.reason) for one in report.remarks] == [("mask", "the runs end too early")]
