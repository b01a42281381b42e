"""Who is taken for dead: decided by listening, whatever clocks say."""

from api.silence import Silence


def listening(beats, *heard):
    silence = Silence(beats)
    for marks in heard:
        silence.listen(marks)
    return silence


def test_a_mark_that_stays_the_same_for_so_many_beats_is_silence():
    heard = [{"amal": 1.0, "badr": float(at)} for at in range(4)]
    assert listening(3, *heard[:3]).silent == set()
    silence = listening(3, *heard)
    assert (silence.silent, silence.speaking) == ({"amal"}, {"badr"})
    silence.listen({"amal": 2.0, "badr": 5.0})
    assert silence.silent == set()


def test_marks_that_jump_either_way_are_marks_of_the_living():
    heard = [{"amal": at + jump} for at, jump in enumerate((0.0, 3600.0, 3600.0, -86_400.0, -86_400.0, 0.0))]
    for count in range(1, len(heard) + 1):
        assert listening(1, *heard[:count]).silent == set()


def test_whoever_left_is_neither_silent_nor_speaking():
    silence = listening(1, {"amal": 1.0}, {"amal": 1.0}, {})
    assert (silence.silent, silence.speaking) == (set(), set())


def test_after_an_outage_listening_begins_again():
    silence = listening(2, {"amal": 1.0}, {"amal": 1.0}, {"amal": 1.0})
    assert silence.is_long_enough
    silence.begin_again()
    silence.listen({"amal": 1.0})
    assert not silence.is_long_enough
    assert silence.silent == set()
