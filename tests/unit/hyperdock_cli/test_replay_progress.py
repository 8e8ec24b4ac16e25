"""How far a fold is, in lines for people and in numbers for the summary."""

import pytest

from hyperdock_cli.replay_progress import Told
from hyperdock_common.testing import FakeClock


def test_rate_and_time_left_are_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error; a fold that goes on somewhere counts from there."""
    clock = FakeClock(0.0)
    told = Told(clock)
    told(10_000, 110_000)
    clock.advance(1)
    told(20_000, 110_000)
    clock.advance(1)
    told(30_000, 110_000)
    printed = capsys.readouterr()
    assert printed.err == "folded 30,000 of 110,000 events, 10,000 a second, 8 s left\n"
    assert printed.out == ""
    assert told.summary() == {"events": 20_000, "seconds": 2.0}


def test_fold_that_does_not_move_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody can say then how long it takes."""
    clock = FakeClock(0.0)
    told = Told(clock)
    told(5, 10)
    clock.advance(3)
    told(5, 10)
    assert capsys.readouterr().err == "folded 5 of 10 events, 0 a second\n"
    assert Told(clock).summary() == {"events": 0, "seconds": 0.0}
