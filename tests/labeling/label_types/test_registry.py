import pytest

from labeling.label_types import box
from labeling.label_types.registry import UnknownLabelType, label_type


def test_a_type_is_found_by_its_name() -> None:
    assert label_type("box") is box.LABEL_TYPE


def test_an_unknown_name_is_refused_by_field() -> None:
    with pytest.raises(UnknownLabelType) as refused:
        label_type("hologram")
    assert (refused.value.status, list(refused.value.fields)) == (422, ["label_type"])
