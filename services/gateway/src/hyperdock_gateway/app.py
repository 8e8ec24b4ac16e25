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
from hyperdock_gateway import events, fleet, jobs, trials
from hyperdock_gateway.live import LiveFeed
from hyperdock_gateway.problems import HANDLERS
from hyperdock_gateway.publishing import in_thread
from hyperdock_gateway.services import Services

API: Final = "/api/v1"


def make_app(
    services: Services, *, mounts: Sequence[BaseRoute] = (), probes: Health | None = None
) -> Starlette:
    """The app.

    Args:
        services: what its handlers use.
        mounts: routes beside the API, e.g. the pages of the web UI.
        probes: the health of the process, told to whoever asks, under whatever name.
    """
    routes = [*fleet.ROUTES, *trials.ROUTES, *jobs.ROUTES, *events.ROUTES]
    api = Mount(API, app=Router(routes, redirect_slashes=False))
    first = [Middleware(Probes, health=probes)] if probes is not None else []
    app = Starlette(
        routes=[api, *mounts],
        middleware=[*first, Middleware(Guard, hosts=services.hosts, name="the gateway")],
        exception_handlers=HANDLERS,
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False
    app.state.services = services
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    services: Services = app.state.services
    live = LiveFeed(services.log, services.bus)
    app.state.live = live
    live.start()
    try:
        yield
    finally:
        await in_thread(live.stop)
