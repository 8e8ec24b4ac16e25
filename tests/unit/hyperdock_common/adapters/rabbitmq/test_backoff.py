"""The waits between two tries grow up to a bound, and begin anew after a success."""

from hyperdock_common.adapters.rabbitmq.backoff import FIRST, LONGEST, Backoff


def test_waits_grow_to_their_bound() -> None:
    """Each wait lies between half of its step and the whole."""
    backoff = Backoff()
    waits = [backoff.take() for _ in range(12)]
    assert FIRST / 2 <= waits[0] <= FIRST
    assert all(LONGEST / 2 <= wait <= LONGEST for wait in waits[-4:])


def test_success_makes_the_next_wait_short() -> None:
    """The first try after a connection that worked comes soon."""
    backoff = Backoff()
    for _ in range(8):
        backoff.take()
    backoff.reset()
    assert backoff.take() <= FIRST
