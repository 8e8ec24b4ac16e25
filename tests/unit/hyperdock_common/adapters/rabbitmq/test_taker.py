"""An offer goes to the one that waits longest for its line, and to nobody that has gone."""

from hyperdock_common.adapters.rabbitmq.taker import Taker, Takers
from hyperdock_common.testing.builders import job_offer

PLACE = ("default", "process")


def waiting(*takers: Taker) -> Takers:
    """They all wait, in this order."""
    found = Takers()
    for each in takers:
        found.add(each)
    return found


def test_first_that_fits_gets_the_offer() -> None:
    """Others wait on, and the one that got it waits no more."""
    other, first, second = (
        Taker("default", ["docker"]),
        Taker("default", ["docker", "process"]),
        Taker("default", ["process"]),
    )
    takers = waiting(other, first, second)
    assert takers.give(PLACE, job_offer(1)) is first
    assert first.wait(0.0) == job_offer(1)
    assert takers.give(PLACE, job_offer(2)) is second
    assert not takers.wanted(PLACE)
    assert takers.wanted(("default", "docker"))


def test_taker_that_gave_up_gets_nothing() -> None:
    """An offer is given or not: never to one that has left with nothing."""
    gone = Taker("default", ["process"])
    takers = waiting(gone)
    assert gone.wait(0.0) is None
    assert takers.give(PLACE, job_offer(1)) is None
    assert gone.wait(0.0) is None


def test_taker_gets_one_offer() -> None:
    """A second one is refused."""
    taker = Taker("default", ["process"])
    assert taker.give(job_offer(1))
    assert not taker.give(job_offer(2))
    assert taker.wait(0.0) == job_offer(1)
