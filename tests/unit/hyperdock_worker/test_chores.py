"""What is done with goes, if not now then when the engine is back."""

import threading

import pytest
from tests.unit.hyperdock_worker.waiting import SOON, until

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_worker.chores import Chores


class Chore:
    """Something to do, that goes wrong as often as it is told to."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.done = 0

    def __call__(self) -> None:
        """Does it."""
        if self._errors:
            raise self._errors.pop(0)
        self.done += 1


@pytest.fixture
def chores(stop: threading.Event) -> Chores:
    """Chores that are being done."""
    made = Chores()
    threading.Thread(target=made.run, args=[stop], daemon=True).start()
    return made


def test_chores_are_done(chores: Chores) -> None:
    """Each of them, once."""
    some = [Chore() for _ in range(5)]
    for each in some:
        chores.add(each)
    until(lambda: [each.done for each in some] == [1] * 5)


def test_a_chore_of_an_engine_that_is_away_is_done_later(chores: Chores) -> None:
    """Invariant 8: what cannot be removed now is not forgotten; the others are not held up."""
    delayed = Chore(RunnerUnavailable("away"), RunnerUnavailable("away"))
    other = Chore()
    chores.add(delayed)
    chores.add(other)
    until(lambda: other.done == 1)
    until(lambda: delayed.done == 1)


def test_a_chore_that_goes_wrong_does_not_hold_up_the_next(chores: Chores) -> None:
    """It is left; the next process finds what is left of it."""
    wrong, other = Chore(ValueError("it is odd")), Chore()
    chores.add(wrong)
    chores.add(other)
    until(lambda: other.done == 1)
    assert wrong.done == 0


def test_what_is_left_at_the_end_is_done_as_far_as_it_can_be(stop: threading.Event) -> None:
    """A worker that stops leaves as little as possible, and waits for no engine."""
    chores = Chores()
    delayed, other = Chore(RunnerUnavailable("away")), Chore()
    chores.add(delayed)
    chores.add(other)
    stop.set()
    thread = threading.Thread(target=chores.run, args=[stop])
    thread.start()
    thread.join(SOON)
    chores.finish()
    assert (delayed.done, other.done) == (0, 1)
