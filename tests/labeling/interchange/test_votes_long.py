import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from labeling.interchange.csv_table import quoted_formula, unquoted_formula
from labeling.interchange.votes import VoteRow
from labeling.interchange.votes_csv import read_votes
from labeling.interchange.votes_long import COLUMNS, LongVote, written_votes
from tests.labeling.interchange.strategies import printable

names = printable.map(str.strip).filter(lambda text: text and "\r" not in text)
formula_like = st.builds(lambda start, rest: start + rest, st.sampled_from("=+-@'"), names)


def _vote(item: str, worker: str, label: str) -> LongVote:
    return LongVote(item, worker, "defect", "", 3, label, "production 1", 1, 0, 2, "2026-05-31T10:00:00Z")


@given(st.lists(st.tuples(names | formula_like, names | formula_like, names | formula_like)))
def test_what_goes_out_comes_in_as_the_same_votes(triples: list[tuple[str, str, str]]) -> None:
    data = b"".join(written_votes(_vote(*triple) for triple in triples))
    read = [(vote.item, vote.worker, vote.label) for vote in read_votes([data]) if isinstance(vote, VoteRow)]
    assert read == triples


@given(st.text(max_size=5))
def test_quoting_a_formula_can_be_undone(cell: str) -> None:
    assert unquoted_formula(quoted_formula(cell)) == cell
    assert not quoted_formula(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_no_cell_of_text_starts_a_formula() -> None:
    for start in ("=", "+", "-", "@", "\t", "\r"):
        data = b"".join(written_votes([_vote(start + "cmd|' /C calc'!A0", start, start + "1")])).decode()
        rows = list(csv.reader(io.StringIO(data, newline="")))
        assert rows[0] == list(COLUMNS)
        assert not any(cell.startswith(start) for cell in rows[1])


def test_numbers_stay_numbers() -> None:
    (_, row) = b"".join(written_votes([_vote("i", "w", "l")])).decode().splitlines()
    assert row == "i,w,defect,,3,l,production 1,1,0,2,2026-05-31T10:00:00Z"
