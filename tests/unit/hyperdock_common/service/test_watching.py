"""How a service keeps an eye on what it depends on."""

import threading

import pytest
import structlog

from hyperdock_common.errors import Archived, StorageUnavailable
from hyperdock_common.service.watching import Watched


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_says_once_that_it_waits_and_once_that_it_goes_on() -> None:
    """An outage is two lines, not one for every look."""
    answers = iter(["away", "away", "away", None, None, "away", "away"])
    clock = Clock()
    watched = Watched("database", lambda: next(answers), clock=clock)
    with structlog.testing.capture_logs() as logs:
        for _ in range(7):
            watched.look()
            clock.now += 2.0
    assert [each["event"] for each in logs] == [
        "waiting_for_database",
        "connected",
        "waiting_for_database",
    ]


def test_reminds_of_a_long_outage() -> None:
    """Who opens the log an hour later still sees what is missing."""
    clock = Clock()
    watched = Watched("bus", lambda: "away", clock=clock)
    with structlog.testing.capture_logs() as logs:
        for _ in range(13):
            watched.look()
            clock.now += 10.0
    assert len(logs) == 2


def test_a_moment_without_it_is_not_worth_a_word() -> None:
    """A service that just starts is not connected yet, and need not say so."""
    answers = iter(["away", None])
    watched = Watched("bus", lambda: next(answers), clock=Clock())
    with structlog.testing.capture_logs() as logs:
        watched.look()
        watched.look()
    assert [each["event"] for each in logs] == ["connected"]


def test_our_errors_are_the_reason() -> None:
    """A look that raises says why."""

    def look() -> None:
        raise StorageUnavailable("MongoDB does not answer")

    watched = Watched("database", look)
    assert not watched.condition().ok
    assert watched.look().detail == "MongoDB does not answer"
    assert watched.condition().detail == "MongoDB does not answer"


def test_what_no_waiting_mends_ends_the_service() -> None:
    """A log whose beginning is in an archive that nobody named: the look breaks its thread."""

    def look() -> None:
        raise Archived(7)

    with pytest.raises(Archived):
        Watched("database", look).look()


def test_a_look_that_takes_too_long_is_no_good_sign() -> None:
    """Whoever asks is answered at once, from another thread, also while a look hangs."""
    clock = Clock()
    looking, answered = threading.Event(), threading.Event()

    def look() -> None:
        looking.set()
        answered.wait(10)

    watched = Watched("database", look, clock=clock)
    thread = threading.Thread(target=watched.look)
    thread.start()
    looking.wait(10)
    clock.now = 30.0
    assert watched.condition().detail == "no answer for 30 seconds"
    answered.set()
    thread.join()
    assert watched.condition().ok


def test_looks_until_it_is_told_to_stop() -> None:
    """The loop ends with the service."""
    stop = threading.Event()
    looks = []

    def look() -> None:
        looks.append(1)
        if len(looks) == 3:
            stop.set()

    Watched("bus", look, period=0.001).run(stop)
    assert len(looks) == 3
