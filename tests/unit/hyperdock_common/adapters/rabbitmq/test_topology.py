"""Queue names: plain, short, and different for different pools and lines."""

from hyperdock_common.adapters.rabbitmq.topology import Topology, plain


def test_plain_names_stay_as_they_are() -> None:
    """What people see in the broker's pages is what they wrote."""
    assert Topology("hyperdock").jobs("default", "docker-gpu2") == (
        "hyperdock.jobs.default.docker-gpu2"
    )


def test_no_two_places_share_a_queue() -> None:
    """A dot in a pool's name is not the dot before its line."""
    topology = Topology("h")
    places = [("a.b", "c"), ("a", "b.c"), ("a%2Eb", "c"), ("ü" * 200, "c"), ("ü" * 201, "c")]
    assert len({topology.jobs(*place) for place in places}) == len(places)


def test_names_are_never_too_long() -> None:
    """A name at the broker is at most 255 bytes long."""
    long = "x" * 1000
    assert len(Topology("hyperdock").jobs(long, long)) < 255


def test_every_worker_is_a_name_that_no_worker_has() -> None:
    """A worker that is called `*` hears only what is its own."""
    assert plain("*") != "*"
