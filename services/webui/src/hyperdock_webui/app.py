"""The web UI as one ASGI app: the pages, and the way through to a gateway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from hyperdock_common.service.clients import Networks
from hyperdock_common.service.health import Health
from hyperdock_common.service.probes import Probes
from hyperdock_common.web import Guard
from hyperdock_webui.gateways import Gateways, GatewaysAway
from hyperdock_webui.monitoring import Monitored, WebuiMonitoring
from hyperdock_webui.proxy import HttpProxy
from hyperdock_webui.proxy_websocket import WebSocketProxy
from hyperdock_webui.serving import routes

_log = structlog.get_logger()


def make_app(
    gateways: Gateways,
    health: Health,
    hosts: frozenset[str],
    monitoring: WebuiMonitoring | None = None,
    *,
    origins: frozenset[str] = frozenset(),
    proxies: Networks = (),
) -> Starlette:
    """The app.

    Args:
        gateways: who answers what is below `/api`.
        health: of this process.
        hosts: names that the Host header may carry; "*" among them allows any.
        monitoring: counts what is passed on.
        origins: other origins whose pages may use it.
        proxies: who is believed where browsers are.
    """
    http = HttpProxy(gateways, proxies)
    websocket = WebSocketProxy(gateways, proxies)

    async def forward(scope: Scope, receive: Receive, send: Send) -> None:
        proxy = websocket if scope["type"] == "websocket" else http
        try:
            await proxy(scope, receive, send)
        except GatewaysAway as error:
            _log.warning("gateways_away", path=scope["path"], reason=str(error))
            raise

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with http.opened():
            yield

    way = forward if monitoring is None else Monitored(forward, monitoring)
    guard = Middleware(Guard, hosts=hosts, name="the web UI's server", origins=origins)
    app = Starlette(
        routes=[*routes(), Mount("/api", app=way)],
        middleware=[Middleware(Probes, health=health), guard],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app
