from hypothesis import strategies as st

from labeling.label_types.base import Facts
from tests.labeling.label_types.drawn import (
    HEIGHT,
    WIDTH,
    drawn_questions,
    drawn_values,
    exact_image_changes,
    quarters,
)
from tests.labeling.label_types.situation import Raw, Strategy


@st.composite
def rectangles(draw: st.DrawFn) -> Raw:
    x0, y0 = draw(quarters(0, WIDTH - 1)), draw(quarters(0, HEIGHT - 1))
    x1 = min(WIDTH, x0 + draw(quarters(1, WIDTH)))
    y1 = min(HEIGHT, y0 + draw(quarters(1, HEIGHT)))
    return {"x0": x0, "y0": y0, "x1": x1, "y1": y1}


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    return drawn_values(spec, rectangles())


STRATEGY = Strategy(questions=drawn_questions(), values=values, exact_changes=exact_image_changes)
