"""The gateway as one ASGI app: routes, handlers of errors and the door are put together here."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Router

from hyperdock_common.service.health import Health
from hyperdock_common.service.probes import Probes
from hyperdock_common.web import Guard
from hyperdock_gateway import events
from hyperdock_gateway.api import HANDLERS, routes_of, with_documentation
from hyperdock_gateway.auth.login import LoginDoor
from hyperdock_gateway.auth.turnstile import LoginLimit, Turnstile
from hyperdock_gateway.feed import Feed, Pace
from hyperdock_gateway.moments import Moments
from hyperdock_gateway.monitoring import GatewayMonitoring, Monitored, metrics_route
from hyperdock_gateway.operations import OPERATIONS
from hyperdock_gateway.publishing import in_thread
from hyperdock_gateway.services import Services

API: Final = "/api/v1"


def make_app(
    services: Services,
    *,
    mounts: Sequence[BaseRoute] = (),
    probes: Health | None = None,
    monitoring: GatewayMonitoring | None = None,
    pace: Pace | None = None,
) -> Starlette:
    """The app.

    Args:
        services: what its handlers use.
        mounts: routes beside the API, e.g. the pages of the web UI.
        probes: the health of the process, told to whoever asks, under whatever name.
        monitoring: counts what passes; told at `/metrics`.
        pace: the times of the live feed.
    """
    routes = [*routes_of(with_documentation(OPERATIONS)), *events.ROUTES]
    api = Mount(API, app=Router(routes, redirect_slashes=False))
    first = [Middleware(Probes, health=probes)] if probes is not None else []
    told: list[BaseRoute] = []
    if monitoring is not None:
        first.append(Middleware(Monitored, monitoring=monitoring))
        told.append(metrics_route(monitoring))
    app = Starlette(
        routes=[api, *told, *mounts],
        middleware=[*first, *_door(services)],
        exception_handlers=HANDLERS,
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False
    app.state.services = services
    app.state.pace = pace or Pace()
    app.state.moments = Moments(services.log)
    return app


def _door(services: Services) -> list[Middleware]:
    """What every request passes, outermost first."""
    hosts, origins = services.hosts, services.origins
    return [
        Middleware(Guard, hosts=hosts, name="the gateway", origins=origins),
        Middleware(LoginLimit, limits=services.limits),
        Middleware(LoginDoor, login=services.login),
        Middleware(Turnstile, limits=services.limits),
    ]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    feed = Feed(app.state.services, app.state.pace)
    app.state.feed = feed
    feed.start()
    try:
        yield
    finally:
        await feed.stop()
        await in_thread(app.state.moments.close)
