"""The live feed over a real WebSocket."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from tests.unit.hyperdock_gateway.world import DEADLINE, NOW, Site, World
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hyperdock_common.errors import DecodeError, HyperdockError, StorageUnavailable
from hyperdock_common.events import RecordedEvent, TrialPaused, TrialResumed


def test_events_come_from_the_beginning_then_live(site: Site, world: World) -> None:
    """Everything behind the position that was asked for comes first, then what happens."""
    trial_id = world.add_trial()
    world.publish(TrialPaused(trial_id=trial_id))
    with site.connect("?after=0") as socket:
        assert site.positions(socket, 2) == [1, 2]
        world.publish(TrialResumed(trial_id=trial_id))
        assert site.positions(socket, 1) == [3]


def test_events_begin_at_the_head_by_default(site: Site, world: World) -> None:
    """Who names no position sees only what happens from now on."""
    trial_id = world.add_trial()
    with site.connect() as socket:
        world.publish(TrialPaused(trial_id=trial_id))
        assert site.positions(socket, 1) == [2]


def test_an_event_tells_all_that_is_recorded(site: Site, world: World) -> None:
    """A message is the whole recorded fact as one JSON object."""
    trial_id = world.add_trial()
    world.publish(TrialPaused(trial_id=trial_id))
    with site.connect("?after=1") as socket:
        message = json.loads(socket.recv(timeout=DEADLINE))
    assert message.pop("event_id")
    assert message.pop("recorded_at") > 0
    assert message == {
        "position": 2,
        "type": "trial.paused.v1",
        "stream": f"trial-{trial_id}",
        "occurred_at": NOW,
        "producer": "test",
        "causation_id": None,
        "correlation_id": None,
        "data": {"trial_id": trial_id},
    }


def test_one_stream_can_be_picked(site: Site, world: World) -> None:
    """With a stream only its events come, out of the past and live; their positions have holes."""
    for trial_id in ("a-1", "b-2"):
        world.add_trial(trial_id)
    with site.connect("?after=0&stream=trial-b-2") as socket:
        assert site.positions(socket, 1) == [2]
        world.publish(TrialPaused(trial_id="a-1"), TrialPaused(trial_id="b-2"))
        assert site.positions(socket, 1) == [4]


def test_the_past_is_read_once(world: World) -> None:
    """A reader of a stream without a past does not read the log over and over."""
    reads = []

    class CountingLog:
        head = world.log.head

        def read(self, after: int, limit: int, **options: Any) -> Sequence[RecordedEvent]:
            reads.append(after)
            return world.log.read(after, limit, **options)

    world.add_trial("a-1")
    log: Any = CountingLog()
    site = Site(replace(world.services, log=log))
    reads.clear()
    with site.connect("?after=0&stream=trial-b-2") as socket:
        world.add_trial("b-2")
        assert site.positions(socket, 1) == [2]
    site.server.stop()
    assert reads.count(0) == 1


@pytest.mark.parametrize("query", ["?after=-1", "?after=x", "?after=99", "?since=1"])
def test_bad_questions_are_refused(site: Site, query: str) -> None:
    """A wrong parameter, or a position that the log does not have yet, refuses the connection."""
    with pytest.raises(InvalidStatus) as error, site.connect(query):
        pass
    assert error.value.response.status_code == 400
    assert error.value.response.headers["content-type"] == "application/problem+json"
    assert error.value.response.body


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_foreign_pages_do_not_see_the_feed(
    site: Site, headers: Mapping[str, str], status: int
) -> None:
    """A page of another origin cannot open the feed."""
    with pytest.raises(InvalidStatus) as error, site.connect(additional_headers=headers):
        pass
    assert error.value.response.status_code == status


def test_own_page_sees_the_feed(site: Site, world: World) -> None:
    """The page that the gateway serves itself can open the feed."""
    world.add_trial()
    with site.connect("?after=0", origin=site.server.url) as socket:
        assert site.positions(socket, 1) == [1]


def test_what_clients_say_is_passed_over(site: Site, world: World) -> None:
    """The feed goes one way; whatever a client sends changes nothing."""
    with site.connect() as socket:
        for text in ("hello", "{}", b"\x00"):
            socket.send(text)
        world.add_trial()
        assert site.positions(socket, 1) == [1]


@pytest.mark.parametrize(
    ("error", "code"), [(StorageUnavailable("the disk is gone"), 1013), (DecodeError("new"), 1011)]
)
def test_a_log_that_cannot_be_read_ends_the_feed(
    world: World, error: HyperdockError, code: int
) -> None:
    """Readers are told whether to try again (the store is away) or not (an unknown event)."""

    class BrokenLog:
        head = world.log.head

        def read(self, _after: int, _limit: int, **_options: object) -> NoReturn:
            raise error

    world.add_trial()
    log: Any = BrokenLog()
    site = Site(replace(world.services, log=log))
    with site.connect("?after=0") as socket, pytest.raises(ConnectionClosed):
        socket.recv(timeout=DEADLINE)
    assert socket.close_code == code
    site.server.stop()
