from labeling.web.shown import shown

SPEC = {"classes": [{"code": 1, "name": "low"}, {"code": 2, "name": "high", "color": 7}]}


def test_a_rating_is_shown_by_the_name_of_its_level() -> None:
    assert shown({"level": 2}, SPEC).words == (("high", 7),)


def test_several_classes_are_each_named() -> None:
    assert [name for name, _ in shown({"classes": [1, 2]}, SPEC).words] == ["low", "high"]


def test_a_ranking_is_shown_by_place_and_equals_share_one() -> None:
    spec = {"classes": [*SPEC["classes"], {"code": 3, "name": "mid", "color": 3}]}
    found = shown({"ranking": [[1, 3], [2]]}, spec)
    assert found.words == (("1. low", 1), ("1. mid", 3), ("3. high", 7))


def test_a_form_is_shown_field_by_field_in_its_own_order() -> None:
    fields = [{"name": "amount_due", "kind": "number"}, {"name": "paid", "kind": "yes_no", "label": "Paid?"}]
    found = shown({"fields": {"paid": True, "amount_due": 12.0}}, {"fields": fields})
    assert [words for words, _ in found.words] == ["amount due: 12", "Paid?: yes"]


def test_a_transcript_is_shown_as_it_was_written() -> None:
    assert shown({"text": "Um, the weather"}, {}).raw == "Um, the weather"


def test_an_outline_is_drawn_corner_by_corner() -> None:
    ring = {"points": [[0, 0], [4.5, 0], [2, 3]]}
    value = {"elements": [{"id": "e1", "class": 1, "part": "image", "geometry": ring}]}
    (shape,) = shown(value, SPEC).shapes["image"]
    assert (shape.name, shape.points) == ("low", "0,0 4.5,0 2,3")


def test_a_span_is_counted_and_draws_nothing() -> None:
    spans = [
        {"id": f"e{n}", "class": 2, "part": "text", "geometry": {"start": n, "end": n + 1}} for n in (0, 4)
    ]
    found = shown({"elements": spans}, SPEC)
    assert (found.words, found.is_drawn) == ((("high × 2", 7),), False)


def test_a_figure_is_drawn_as_spots_and_the_lines_between_those_that_are_set() -> None:
    points = {
        "nose": {"x": 1, "y": 2, "visible": True},
        "left hand": {"x": 3, "y": 4.5, "visible": False},
    }
    value = {"elements": [{"id": "e1", "class": 1, "part": "image", "geometry": {"points": points}}]}
    (shape,) = shown(value, {**SPEC, "lines": [["left hand", "nose", "right hand"]]}).shapes["image"]
    assert (shape.points, shape.lines) == ("", "M3 4.5L1 2")
    assert [(one.name, one.is_hidden) for one in shape.spots] == [("nose", False), ("left hand", True)]


def test_holes_are_drawn_beside_their_outline() -> None:
    ring = {"points": [[0, 0], [9, 0], [0, 9]], "holes": [[[1, 1], [2, 1], [1, 2]]]}
    value = {"elements": [{"id": "e1", "class": 1, "part": "image", "geometry": ring}]}
    (shape,) = shown(value, SPEC).shapes["image"]
    assert (shape.points, shape.holes) == ("0,0 9,0 0,9", ("1,1 2,1 1,2",))


def test_a_turned_box_is_drawn_by_its_corners() -> None:
    geometry = {"x0": 0, "y0": 1, "x1": 4, "y1": 3, "angle": 45}
    value = {"elements": [{"id": "e1", "class": 1, "part": "image", "geometry": geometry}]}
    (shape,) = shown(value, SPEC).shapes["image"]
    assert shape.points == "1.29,-0.12 4.12,2.71 2.71,4.12 -0.12,1.29"


def test_links_are_counted_by_what_they_say() -> None:
    links = [{"id": f"l{n}", "relation": "owns", "from": "a", "to": "b"} for n in (0, 1)]
    found = shown({"elements": [], "links": links}, SPEC)
    assert found.words == (("owns × 2", 12),)
