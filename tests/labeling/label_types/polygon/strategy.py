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
def outlines(draw: st.DrawFn) -> Raw:
    """A lower and an upper line over the same columns never meet, so the ring they make is simple.

    Every point is one pixel at least from the other line; the frame leaves room for that, and so does the ring for a
    hole about its middle, which is flat and far from every corner.
    """
    columns = sorted(draw(st.lists(quarters(0, WIDTH), min_size=2, max_size=5, unique=True)))
    columns[-1] = min(WIDTH, max(columns[-1], columns[0] + 1))
    columns[0] = min(columns[0], columns[-1] - 1)
    middle = draw(quarters(8, HEIGHT - 8))
    above = [(x, middle - draw(quarters(1, 8))) for x in columns]
    below = [(x, middle + draw(quarters(0, 8))) for x in columns]
    ring = [list(point) for point in (*above, *reversed(below))]
    found: Raw = {"points": ring if draw(st.booleans()) else ring[::-1]}
    left, right = columns[0] + 0.25, columns[-1] - 0.25
    if draw(st.booleans()) and all(y < middle - 0.5 for _, y in above):
        found["holes"] = [
            [[left, middle - 0.5], [right, middle - 0.5], [right, middle - 0.25], [left, middle - 0.25]]
        ]
    return found


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    return drawn_values(spec, outlines())


QUESTIONS = drawn_questions().map(lambda found: ({**found[0], "min_area": 0.01}, found[1]))

STRATEGY = Strategy(questions=QUESTIONS, values=values, exact_changes=exact_image_changes)
