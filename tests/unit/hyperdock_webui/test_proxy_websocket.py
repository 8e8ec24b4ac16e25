"""What the web UI's server forwards of the live feed."""

import json
from typing import Any

import pytest
from tests.unit.hyperdock_webui.stand_in import StandIn, serving, unused_url, webui_before
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

DEADLINE = 10.0


def joined(url: str, path: str, **how: Any) -> ClientConnection:
    """A WebSocket of a browser on that page."""
    address = f"ws{url.removeprefix('http')}{path}"
    feed: ClientConnection = connect(address, origin=Origin(url), proxy=None, **how)
    return feed


def test_messages_pass_both_ways() -> None:
    """What the browser says comes to the gateway with the query, and the answer comes back."""
    with webui_before(StandIn().app) as url, joined(url, "/api/v1/events?after=7") as feed:
        headers = json.loads(feed.recv(DEADLINE))
        feed.send("hello")
        assert feed.recv(DEADLINE) == "after=7 hello"
    assert "origin" not in headers
    assert headers["x-forwarded-host"] == url.removeprefix("http://")


def test_the_gateways_close_code_and_reason_reach_the_browser() -> None:
    """1013 with its reason tells the page to come again."""
    with webui_before(StandIn().app) as url, joined(url, "/api/v1/events") as feed:
        feed.recv(DEADLINE)
        feed.send("bye")
        with pytest.raises(ConnectionClosedError):
            feed.recv(DEADLINE)
        assert (feed.close_code, feed.close_reason) == (1013, "too slow")


def test_the_browsers_close_code_reaches_the_gateway(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The gateway sees the browser go as if it had been there itself."""
    gateway = StandIn()
    with webui_before(gateway.app) as url, joined(url, "/api/v1/events") as feed:
        feed.recv(DEADLINE)
        feed.close(4001, "enough")
        assert gateway.closed.wait(DEADLINE)
    assert gateway.closed_with == [4001]
    assert "request_failed" not in capsys.readouterr().out


def test_a_gateway_that_goes_is_told_as_such() -> None:
    """Whatever ends the conversation, the browser hears of it and can come again."""
    with webui_before(unused_url(), unused_url()) as url, pytest.raises(InvalidStatus) as caught:
        joined(url, "/api/v1/events")
    assert caught.value.response.status_code == 502


def test_a_refusal_of_the_gateway_is_passed_on() -> None:
    """Status, headers and body of a refused handshake are the gateway's."""
    with webui_before(StandIn().app) as url, pytest.raises(InvalidStatus) as caught:
        joined(url, "/api/v1/refused")
    answer = caught.value.response
    assert (answer.status_code, answer.headers["x-own"]) == (422, "yes")
    assert answer.body == b'{"detail":"no"}'


def test_a_foreign_page_gets_no_feed() -> None:
    """Another page's script must not read what happens here."""
    with webui_before(StandIn().app) as url, pytest.raises(InvalidStatus) as caught:
        connect(
            f"ws{url.removeprefix('http')}/api/v1/events",
            origin=Origin("http://evil.example"),
            proxy=None,
        )
    assert caught.value.response.status_code == 403


def test_the_next_gateway_is_asked() -> None:
    """With one of two gateways gone the feed comes from the other."""
    with (
        webui_before(unused_url(), StandIn().app) as url,
        joined(url, "/api/v1/events", subprotocols=[Subprotocol("own")]) as feed,
    ):
        assert feed.subprotocol == "own"


def test_a_browser_that_does_not_read_slows_the_gateway_down() -> None:
    """What a slow browser has not read stays at the gateway: 600 MB do not pile up on the way."""
    gateway = StandIn()
    with serving(gateway.app) as upstream, webui_before(upstream) as url:
        with joined(url, "/api/v1/flood", max_queue=1, close_timeout=0.2) as feed:
            feed.recv(DEADLINE)
            before = -1
            while before != gateway.sent:
                before = gateway.sent
                gateway.closed.wait(0.5)  # set only if it could send all of it
            assert gateway.sent < 2_000
            for number in range(1, gateway.sent):
                assert str(feed.recv(DEADLINE)).startswith(f"{number}:")
        assert gateway.closed.wait(DEADLINE)
