from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric
from tests.labeling.label_types.situation import Raw, Strategy

WORDS = st.sampled_from(["um", "Um,", "um...", "the", "weather", "whether", "—", "é", "e\u0301", "天"])


def questions() -> st.SearchStrategy[tuple[Raw, Facts]]:
    settings = st.fixed_dictionaries(
        {
            "unit": st.sampled_from(["word", "character"]),
            "ignore_case": st.booleans(),
            "ignore_punctuation": st.booleans(),
            "conventions": st.sampled_from([[], [{"write": "Um,", "not": ["Um..."], "because": "A pause."}]]),
        }
    )
    return settings.map(lambda found: (found, {}))


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    spaces = st.sampled_from([" ", "  ", "\n", "\u3000"])
    return st.lists(st.tuples(WORDS, spaces), max_size=7).map(
        lambda parts: {"text": "".join(word + space for word, space in parts)}
    )


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return st.sampled_from([Photometric("sound"), Flip("image", "horizontal", 8, 8)])


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
