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
from hyperdock_common.testing.foreign import foreign
from hyperdock_gateway.feed import Pace, live


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
        message = site.next(socket, "event")
    assert message.pop("event_id")
    assert message.pop("recorded_at") > 0
    assert message == {
        "kind": "event",
        "position": 2,
        "type": "trial.paused.v1",
        "stream": f"trial-{trial_id}",
        "occurred_at": NOW,
        "producer": "test",
        "causation_id": None,
        "correlation_id": None,
        "actor": None,
        "data": {"trial_id": trial_id},
    }


@pytest.mark.parametrize(
    ("topics", "positions"),
    [
        ("trial:a-1", [1, 3, 5, 6, 8, 10]),
        ("trial:a-1,trial:b-2", [1, 2, 3, 5, 6, 7, 8, 9, 10]),
        ("job:a-1.1", [3, 5, 10]),
        ("trials", [1, 2, 8, 9]),
        ("workers", [4]),
        ("workers,job:a-1.2", [4, 6]),
        ("", []),
        (None, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ],
)
def test_topics_pick_events_of_the_past_and_live(
    world: World, topics: str | None, positions: Sequence[int]
) -> None:
    """With topics only their events come, once and in order; positions have holes."""
    site = Site(world.services, pace=Pace(alive=0.05))
    world.add_trial("a-1")
    world.add_trial("b-2")
    world.add_job("a-1", 1, claimed=True)
    query = "?after=0" if topics is None else f"?after=0&topics={topics}"
    with site.connect(query) as socket:
        world.add_job("a-1", 2)
        world.add_job("b-2", 1)
        world.publish(TrialPaused(trial_id="a-1"), TrialPaused(trial_id="b-2"))
        world.end_job("a-1.1", 0.5)
        heard: list[int] = []
        while (message := site.next(socket, "event", "alive")) != {"kind": "alive", "position": 10}:
            heard += [message["position"]] if message["kind"] == "event" else []
    site.server.stop()
    assert heard == positions


def test_a_client_is_told_at_once_where_it_begins(site: Site, world: World) -> None:
    """The first message says behind which position the events come: that asked for, or the head."""
    world.add_trial("a-1")
    world.add_trial("b-2")
    for query, position in (("?after=1", 1), ("", 2)):
        with site.connect(query) as socket:
            first = json.loads(socket.recv(timeout=DEADLINE))
        assert first == {"kind": "alive", "position": position}


def test_a_client_hears_up_to_where_it_has_heard_everything(world: World) -> None:
    """Also of events that it did not ask for: so it need not read them again to resume."""
    site = Site(world.services, pace=Pace(alive=0.02))
    world.add_trial("a-1")
    with site.connect("?after=0&topics=trial:a-1") as socket:
        assert site.positions(socket, 1) == [1]
        world.add_trial("b-2")
        while site.next(socket, "event", "alive") != {"kind": "alive", "position": 2}:
            pass
    site.server.stop()


def test_the_past_is_read_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of a stream without a past does not read the log over and over."""
    monkeypatch.setattr(live, "BEFORE", 0)
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
    with site.connect("?after=0&topics=trial:b-2") as socket:
        world.add_trial("b-2")
        assert site.positions(socket, 1) == [2]
    site.server.stop()
    assert reads.count(0) == 1


@pytest.mark.parametrize(
    "query",
    [
        "?after=-1",
        "?after=x",
        "?after=99",
        "?since=1",
        "?topics=nobody",
        "?topics=trial:",
        "?topics=trial:a/b",
        "?topics=job:a-1",
        "?topics=workers,",
        "?topics=workers&topics=trials",
        f"?topics={','.join(f'trial:t-{number}' for number in range(51))}",
        "?log=a-1",
        "?log=a-1.1:x",
        "?log=a-1.1:0",
        "?log=a-1.1:1:x",
        "?log=a-1.1,a-1.1:2",
        f"?log={','.join(f'a-1.{number}' for number in range(1, 12))}",
    ],
)
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


def test_what_a_later_release_recorded_is_told_and_flagged(site: Site, world: World) -> None:
    """The feed goes on behind it, for those who ask for its trial and for those who do not."""
    world.add_trial("a-1")
    with site.connect("?after=1&topics=trial:a-1") as mine, site.connect("?after=1") as all_of_it:
        world.log.restore([foreign(2, stream="trial-a-1"), foreign(3, event_id="x", stream="w-1")])
        world.publish(TrialPaused(trial_id="a-1"))
        assert site.positions(all_of_it, 3) == [2, 3, 4]
        first = site.next(mine, "event")
        assert (first["position"], first["type"], first["known"]) == (
            2,
            "trial.teleported.v1",
            False,
        )
        assert site.positions(mine, 1) == [4]


@pytest.mark.parametrize(
    ("error", "code"), [(StorageUnavailable("the disk is gone"), 1013), (DecodeError("new"), 1011)]
)
def test_a_log_that_cannot_be_read_ends_the_feed(
    world: World, monkeypatch: pytest.MonkeyPatch, error: HyperdockError, code: int
) -> None:
    """Readers are told whether to try again (the store is away) or not (an unknown event)."""
    monkeypatch.setattr(live, "BEFORE", 0)

    class BrokenLog:
        head = world.log.head

        def read(self, _after: int, _limit: int, **_options: object) -> NoReturn:
            raise error

    world.add_trial()
    log: Any = BrokenLog()
    site = Site(replace(world.services, log=log))
    with site.connect("?after=0") as socket, pytest.raises(ConnectionClosed):
        site.next(socket, "event")
    assert socket.close_code == code
    site.server.stop()
