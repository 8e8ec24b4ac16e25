"""Answers that are made to be saved."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from hyperdock_gateway.downloads import gathered, job_name


@given(pieces=st.lists(st.binary(max_size=100_000), max_size=8))
def test_gathered_pieces_are_the_same_bytes(pieces: list[bytes]) -> None:
    """Nothing is lost or moved, and only the last piece is small while work is quick."""
    found = list(gathered(pieces))
    assert b"".join(found) == b"".join(pieces)


def test_small_pieces_are_sent_together() -> None:
    """Ten thousand rows are not ten thousand writes."""
    assert len(list(gathered([b"x" * 100] * 10_000))) < 100


def test_long_work_comes_to_light() -> None:
    """While nothing is made yet there are empty pieces, at which a server can stop."""
    asked = 0

    def working() -> Iterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b""

    assert next(gathered(working())) == b""
    assert asked > 1


def test_attempts_beyond_the_first_are_named() -> None:
    """A first attempt is called like its job."""
    assert job_name("t.1", 1) == "t.1"
    assert job_name("t.1", 2) == "t.1-attempt-2"
