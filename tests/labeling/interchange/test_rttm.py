from labeling.interchange.rttm import Turn, written_rttm


def test_a_turn_is_a_line_of_ten_fields() -> None:
    (line,) = written_rttm([Turn("call 1", "left ear", "Ann  Lee", 0, 61_005)])
    assert line == b"SPEAKER call_1.left_ear 1 0.000 61.005 <NA> <NA> Ann_Lee <NA> <NA>\n"
    assert len(line.split()) == 10


def test_turns_stay_in_their_order_and_none_makes_no_line() -> None:
    turns = [Turn("b", "sound", "x", 10, 20), Turn("a", "sound", "y", 0, 5)]
    assert [line.split()[1] for line in written_rttm(turns)] == [b"b.sound", b"a.sound"]
    assert list(written_rttm([])) == []
