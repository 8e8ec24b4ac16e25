"""The web UI's numbers, after requests that it passed on."""

import httpx
from tests.unit.hyperdock_webui.stand_in import HOSTS, StandIn, serving, unused_url
from websockets.sync.client import connect

from hyperdock_common.service.health import Health
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_webui.app import make_app
from hyperdock_webui.gateways import Gateways
from hyperdock_webui.monitoring import WebuiMonitoring


def test_what_is_passed_on_is_counted_by_what_came_back() -> None:
    """A page of our own is not; a gateway that is away is told so."""
    metrics = Metrics("webui", "1")
    health, monitoring = Health(about={}, metrics=exposition(metrics)), WebuiMonitoring(metrics)
    with serving(StandIn().app) as gateway:
        for gateways in (Gateways([gateway]), Gateways([unused_url()])):
            with serving(make_app(gateways, health, HOSTS, monitoring)) as url:
                httpx.get(url)
                httpx.get(f"{url}/api/v1/echo")
                text = httpx.get(f"{url}/metrics").text
        with serving(make_app(Gateways([gateway]), health, HOSTS, monitoring)) as url:
            address = f"ws{url.removeprefix('http')}/api/v1/events"
            with connect(address, proxy=None) as socket:
                socket.send("hello")
                socket.recv(timeout=20)
                open_now = httpx.get(f"{url}/metrics").text
    assert 'hyperdock_webui_proxied_requests_total{status="2xx"} 1.0' in text
    assert 'hyperdock_webui_proxied_requests_total{status="away"} 1.0' in text
    assert "hyperdock_webui_proxied_websockets 1.0" in open_now
