"""The workers, and the gateway's own health."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hyperdock_gateway.documents import show_workers
from hyperdock_gateway.pages import read_page
from hyperdock_gateway.queries import query_of
from hyperdock_gateway.services import services_of

WORKER_STATES: Final = ("alive", "left", "lost")


def list_workers(request: Request) -> JSONResponse:
    """The workers, newest first."""
    query = query_of(request, "state", "limit", "cursor")
    views = services_of(request).views
    state = query.choice("state", WORKER_STATES)
    page = read_page(
        views, query, "workers", where={"state": state}, sort="registered_at", descending=True
    )
    items = show_workers(views, page.documents)
    return JSONResponse({"items": items, "next_cursor": page.next_cursor})


def health(request: Request) -> JSONResponse:
    """Whether the gateway can read the log, and up to where it goes."""
    query_of(request)
    services = services_of(request)
    position = services.log.head()
    return JSONResponse({"status": "ok", "version": services.version, "position": position})


ROUTES: Final = (Route("/health", health), Route("/workers", list_workers))
