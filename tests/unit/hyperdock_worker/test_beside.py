"""Two waits at the same time."""

import threading

import pytest
from tests.unit.hyperdock_worker.waiting import SOON

from hyperdock_worker.beside import Beside


def test_call_goes_on_beside_its_caller() -> None:
    """Each may wait for the other."""
    here, there = threading.Event(), threading.Event()

    def call() -> None:
        there.set()
        here.wait(SOON)

    beside = Beside(call, "beside")
    assert there.wait(SOON)
    here.set()
    beside.join()


def test_failure_is_raised_where_it_is_waited_for() -> None:
    """Not on the thread, where nobody would see it."""

    def call() -> None:
        raise OSError("full")

    beside = Beside(call, "beside")
    with pytest.raises(OSError, match="full"):
        beside.join()
