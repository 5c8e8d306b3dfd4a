import csv

import numpy as np
import pytest

from consistency.core.aggregation.rover import rover_transcripts, spoken_words
from consistency.core.agreement.word_errors import word_error_rate
from consistency.core.ratings import from_arrays
from labeling.label_types.alignment import edit_distance
from tests.consistency.core.sets import DATA, label_set


def test_the_mean_word_error_rate_is_the_published_one() -> None:
    merged = rover_transcripts(label_set("crowdwsa_t1"))
    with (DATA / "crowdwsa_t1" / "gold.csv").open(newline="", encoding="utf-8") as file:
        gold = {row["item"]: spoken_words(row["label"]) for row in csv.DictReader(file)}
    rates = [
        edit_distance(gold[str(item)], spoken_words(text)) / len(gold[str(item)])
        for item, text in zip(merged.items.tolist(), merged.text, strict=True)
    ]
    assert len(rates) == 100
    assert np.mean(rates) == pytest.approx(0.514, abs=0.003)


def test_the_order_of_the_answers_changes_nothing() -> None:
    ratings = label_set("crowdwsa_t1")
    shuffled = np.random.default_rng(0).permutation(len(ratings))
    again = from_arrays(
        ratings.items[ratings.item][shuffled],
        ratings.labelers[ratings.labeler][shuffled],
        ratings.classes[ratings.code][shuffled],
    )
    assert rover_transcripts(again).text == rover_transcripts(ratings).text


def test_what_most_wrote_stands_in_the_way_most_wrote_it() -> None:
    merged = rover_transcripts(
        from_arrays([1] * 3, list("abc"), ["Hello, world", "hello world", "Hello, word"])
    )
    assert merged.text == ("Hello, world",)
    assert merged.even_places.tolist() == [0]


def test_even_places_are_counted_and_weights_decide() -> None:
    even = rover_transcripts(from_arrays([1, 1], ["a", "b"], ["cat", "dog"]))
    assert (even.text, even.even_places.tolist(), even.confidence.tolist()) == (("cat",), [1], [0.5])
    weighed = rover_transcripts(from_arrays([1, 1], ["a", "b"], ["cat", "dog"], weight=[1.0, 3.0]))
    assert (weighed.text, weighed.even_places.tolist()) == (("dog",), [0])


def test_word_errors_between_people_are_pooled_and_have_an_interval_from_a_hundred_items() -> None:
    few = word_error_rate([["a b", "a c"]] * 99)
    assert few.value == 0.5
    assert few.reason == "interval withheld: 99 items, 100 needed"
    rng = np.random.default_rng(1)
    many = [["a b c d", f"a b c {'d' if rng.random() < 0.5 else 'e'}"] for _ in range(400)]
    whole = word_error_rate(many)
    assert whole.low < 0.125 < whole.high
    assert whole.se == pytest.approx(0.125 / np.sqrt(400), rel=0.1)


def test_texts_without_words_have_no_error_rate() -> None:
    assert word_error_rate([["", ""]]).reason == "nobody wrote a word"
    assert word_error_rate([["a"]]).reason == "no item has two texts"
