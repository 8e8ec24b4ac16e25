"""A gateway as a process of its own, with login and numbers as users have it; or a bare route.

The bare route is what Starlette and the same server (see `WebServer`) take for the same answer: one
`Response` with bytes and headers that were made before. It says where it listens in its first
line, and ends when its input does.
"""

import argparse
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.mongodb import (
    MongoEventLog,
    MongoServer,
    MongoSettings,
    MongoViewStore,
)
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.logging import configure_logging
from hyperdock_common.ports import EventLog, ViewStore
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_gateway.auth.limits import Limits
from hyperdock_gateway.auth.login import Login
from hyperdock_gateway.auth.token_file import TokenFile
from hyperdock_gateway.monitoring import GatewayMonitoring
from hyperdock_gateway.services import Services

_WRITES = 100_000  # a second: ten times as many reads, so that nobody is kept waiting here


class Bare(msgspec.Struct):
    """An answer as the gateway gave it."""

    body: bytes
    headers: dict[str, str]


def open_stores(folder: Path, mongodb: str | None, stack: ExitStack) -> tuple[EventLog, ViewStore]:
    """The log and the views: files in the folder, or a database."""
    if mongodb is not None:
        server = stack.enter_context(MongoServer(MongoSettings(url=mongodb)))
        return MongoEventLog(server), MongoViewStore(server, SCHEMAS)
    log = SqliteEventLog(folder / "events.sqlite")
    stack.callback(log.close)
    views = SqliteViewStore(folder / "views.sqlite", SCHEMAS)
    stack.callback(views.close)
    return log, views


def services_over(
    options: argparse.Namespace, log: EventLog, views: ViewStore, stack: ExitStack
) -> Services:
    """What a gateway needs, over such stores and a bus of its own."""
    bus = InProcessBus()
    stack.callback(bus.close)
    return Services(
        log=log,
        bus=bus,
        views=views,
        artifacts=FolderArtifactStore(options.folder / "results"),
        clock=time.time,
        random_bytes=os.urandom,
        version="bench",
        login=Login(TokenFile(options.tokens, time.monotonic), time.time, os.urandom),
        limits=Limits(writes=_WRITES),
    )


def gateway(options: argparse.Namespace, stack: ExitStack) -> Starlette:
    """The gateway's app over the stores."""
    log, views = open_stores(options.folder, options.mongodb, stack)
    services = services_over(options, log, views, stack)
    metrics = Metrics("gateway", "bench")
    return make_app(services, monitoring=GatewayMonitoring(metrics, exposition(metrics)))


def bare(path: Path) -> Starlette:
    """One route that answers everything with the same bytes."""
    answer = msgspec.msgpack.decode(path.read_bytes(), type=Bare)

    async def show(_request: Request) -> Response:
        return Response(answer.body, headers=answer.headers)

    return Starlette(routes=[Route("/{path:path}", show)])


def main() -> None:
    """Serves until its input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="of the gateway's files")
    parser.add_argument("--mongodb", help="where log and views are; else in the folder")
    parser.add_argument("--tokens", type=Path, help="the file of the tokens")
    parser.add_argument("--bare", type=Path, help="the file of the answer, for the bare route")
    options = parser.parse_args()
    configure_logging(level="warning")
    with ExitStack() as stack:
        app = bare(options.bare) if options.bare else gateway(options, stack)
        server = WebServer(app, "127.0.0.1", 0)
        server.start()
        stack.callback(server.stop)
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
