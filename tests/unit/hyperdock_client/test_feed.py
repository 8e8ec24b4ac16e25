"""Reading the live feed: each event once, whatever happens to the connection."""

import asyncio
from itertools import islice

import pytest
from tests.unit.hyperdock_client.stand_in import TOKEN, StandIn

from hyperdock_client import AsyncClient, Client, Refused, Unauthorized, Unreachable
from hyperdock_common.web import problem_response


def record(gateway: StandIn, count: int) -> None:
    """Some events."""
    for _ in range(count):
        gateway.record("job.proposed.v1", job_id="t1.1")


def test_events_arrive_once_and_in_order(client: Client, gateway: StandIn) -> None:
    """From the position that was asked for, whatever the gateway repeats."""
    record(gateway, 4)
    events = list(islice(client.events(after=1), 3))
    assert [each.position for each in events] == [2, 3, 4]
    assert events[0].type == "job.proposed.v1"
    assert events[0].data == {"job_id": "t1.1"}


def test_a_lost_connection_goes_on_behind_the_last_event(gateway: StandIn) -> None:
    """No event is missed, none comes twice; topics are asked for again."""
    record(gateway, 6)
    gateway.cut_after = 3
    with Client(gateway.url, pause=lambda _: None) as client:
        events = client.events(after=0, topics=["trial:t1", "workers"])
        assert [each.position for each in islice(events, 6)] == [1, 2, 3, 4, 5, 6]
    topics = "topics=trial%3At1%2Cworkers"
    assert gateway.feeds == [f"after=0&{topics}", f"after=3&{topics}"]


def test_a_connection_without_events_goes_on_where_it_began(gateway: StandIn) -> None:
    """Without a position it begins at the head, and remembers that head."""
    record(gateway, 4)
    with Client(gateway.url) as client:
        events = client.events()
        gateway.cut_after = 1

        async def later() -> None:
            loop = asyncio.get_running_loop()
            first = loop.run_in_executor(None, next, events)
            while not gateway.feeds:  # noqa: ASYNC110 - another thread adds it
                await asyncio.sleep(0.01)
            record(gateway, 1)
            assert (await first).position == 5

        asyncio.run(later())


def test_each_connection_has_a_ticket_of_its_own(gateway: StandIn) -> None:
    """A token is not for URLs: a ticket is asked for with it, once for each connection."""
    record(gateway, 2)
    gateway.login, gateway.cut_after = True, 1
    with Client(gateway.url, TOKEN, pause=lambda _: None) as client:
        assert [each.position for each in islice(client.events(after=0), 2)] == [1, 2]
    assert gateway.asked["POST /tickets"] == 2
    assert TOKEN not in "".join(gateway.feeds)
    with Client(gateway.url) as client, pytest.raises(Unauthorized, match="no ticket"):
        next(client.events())


def test_a_token_without_a_login_is_no_obstacle(gateway: StandIn) -> None:
    """Such a gateway gives no tickets and asks for none."""
    record(gateway, 1)
    gateway.answers["POST /tickets"] = [problem_response(409, "there is no login here")]
    with Client(gateway.url, TOKEN) as client:
        assert next(client.events(after=0)).position == 1


def test_a_refused_feed_is_an_error(client: Client) -> None:
    """Asking again would not help."""
    with pytest.raises(Refused, match="no topic nonsense"):
        next(client.events(topics="nonsense"))


def test_a_gateway_that_stays_away_is_an_error(gateway: StandIn) -> None:
    """After half a minute or so, in which it may come back."""
    pauses: list[float] = []
    gateway.stop()
    with Client(gateway.url, pause=pauses.append) as client, pytest.raises(Unreachable):
        next(client.events())
    assert 30 < sum(pauses) < 120


def test_the_async_feed_is_the_same(gateway: StandIn) -> None:
    """With a lost connection in between."""
    record(gateway, 4)
    gateway.cut_after = 2

    async def read() -> list[int]:
        found: list[int] = []
        async with AsyncClient(gateway.url, pause=lambda _: asyncio.sleep(0)) as client:
            async for event in client.events(after=0):
                found.append(event.position)
                if len(found) == 4:
                    break
        return found

    assert asyncio.run(read()) == [1, 2, 3, 4]
