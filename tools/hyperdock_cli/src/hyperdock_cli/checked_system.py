"""Opens what `hyperdock check` looks at: a state folder or servers, and the engines."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.service_log import logs_aside
from hyperdock_cli.state_folder import StateFolder
from hyperdock_common.archive import ArchivedEventLog, Store
from hyperdock_common.checking import ListContainers, TargetContainer
from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.ports import RebuildableViews
from hyperdock_common.ports.bus import SetAside
from hyperdock_common.projections import SCHEMAS

if TYPE_CHECKING:
    from hyperdock_common.adapters.mongodb import MongoServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the system is: a state folder, or servers where `mongodb` is given.

    Attributes:
        rabbitmq: asked for messages that were set aside.
        archive: the folder of the database's archive; a state folder has its own.
        docker: None to look at containers where an engine answers.
        docker_hosts: the engines; none for Docker's default one.
    """

    state: Path
    mongodb: str | None = None
    mongodb_password: str | None = None
    rabbitmq: str | None = None
    rabbitmq_password: str | None = None
    rabbitmq_prefix: str = "hyperdock"
    ca: Path | None = None
    cert: Path | None = None
    archive: Path | None = None
    docker: bool | None = None
    docker_hosts: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Opened:
    """What was opened, and `notes` on what was not.

    Attributes:
        log: all of it: what is in the archive, too.
        store: what is not in the archive.
        archive: the folder of the archive, where there is or may be one.
    """

    log: ArchivedEventLog
    store: Store
    archive: Path | None = None
    views: RebuildableViews | None = None
    containers: ListContainers | None = None
    set_aside: Callable[[], Sequence[SetAside]] | None = None
    notes: list[str] = field(default_factory=list)


@contextmanager
def opened(place: Place, *, check: bool = True, changes: bool = True) -> Iterator[Opened]:
    """Opens what is there, and closes it in the end; of a state folder the log only to be read.

    Args:
        place: where it is.
        changes: of the views are made; without, nothing in a state folder is changed.
        check: that the log has its archive; without, whoever opens it looks at that.

    Raises:
        Fault: there is no such system.
        Archived: a part of the log is in an archive that was not named.
        StorageUnavailable, RunnerUnavailable: what was asked for does not answer.
    """
    with ExitStack() as stack:
        stack.enter_context(logs_aside())
        if place.mongodb is None:
            found = _open_folder(place, stack, changes=changes)
        else:
            found = _open_servers(place, stack)
        if check:
            found.log.check()
        if place.docker is not False:
            _open_engines(place, found, stack)
        yield found


def _open_folder(place: Place, stack: ExitStack, *, changes: bool) -> Opened:
    from hyperdock_common.adapters.set_aside_file import SetAsideFile  # noqa: PLC0415 - slow
    from hyperdock_common.adapters.sqlite_log import SqliteEventLog  # noqa: PLC0415
    from hyperdock_common.adapters.sqlite_view_reader import SqliteViewReader  # noqa: PLC0415
    from hyperdock_common.adapters.sqlite_views import SqliteViewStore  # noqa: PLC0415

    folder = StateFolder(place.state)
    if not folder.events.exists():
        problem = f"there is no system in the state folder {place.state}"
        raise Fault(problem, "name another one with --state, or give --mongodb", code=REFUSED)
    store = SqliteEventLog(folder.events, read_only=True)
    stack.callback(store.close)
    archive = folder.archive
    found = Opened(
        log=_with_archive(store, archive, stack),
        store=store,
        archive=archive,
        set_aside=SetAsideFile(folder.set_aside).list,
    )
    if folder.views.exists():
        views = (SqliteViewStore if changes else SqliteViewReader)(folder.views, SCHEMAS)
        stack.callback(views.close)
        found.views = views
    else:
        found.notes.append("views are not checked: there are none; they are made at the next start")
    return found


def mongo_server(place: Place, stack: ExitStack) -> "MongoServer":
    """The database of a distributed system, which answers; it is closed with the stack.

    Raises:
        Fault: the settings cannot be used.
        StorageUnavailable: it does not answer.
    """
    from hyperdock_common.adapters.mongodb import MongoServer, MongoSettings  # noqa: PLC0415 - slow

    settings = MongoSettings(
        url=place.mongodb or "", password=place.mongodb_password, ca=place.ca, cert=place.cert
    )
    try:
        server = MongoServer(settings)
    except ValueError as error:
        raise Fault(str(error), code=REFUSED) from error
    stack.callback(server.close)
    server.ping()
    return server


def _open_servers(place: Place, stack: ExitStack) -> Opened:
    from hyperdock_common.adapters.mongodb import (  # noqa: PLC0415 - slow
        MongoEventLog,
        MongoViewStore,
    )

    server = mongo_server(place, stack)
    store = MongoEventLog(server)
    found = Opened(
        log=_with_archive(store, place.archive, stack),
        store=store,
        archive=place.archive,
        views=MongoViewStore(server, SCHEMAS),
    )
    if not found.log.head():
        problem = "there is no system in this database: its event log is empty"
        raise Fault(problem, "does the URL name the right database?", code=REFUSED)
    _open_broker(place, found, stack)
    return found


def _with_archive(store: Store, archive: Path | None, stack: ExitStack) -> ArchivedEventLog:
    log = ArchivedEventLog(store, archive)
    stack.callback(log.close)
    return log


def _open_broker(place: Place, found: Opened, stack: ExitStack) -> None:
    if place.rabbitmq is None:
        found.notes.append("messages that were set aside are not listed: give --rabbitmq")
        return
    from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings  # noqa: PLC0415

    settings = RabbitSettings(
        url=place.rabbitmq,
        password=place.rabbitmq_password,
        prefix=place.rabbitmq_prefix,
        ca=place.ca if place.rabbitmq.startswith("amqps:") else None,
    )
    try:
        bus = RabbitBus(settings, name="check")
    except (ValueError, OSError) as error:
        raise Fault(str(error), code=REFUSED) from error
    stack.callback(bus.close)
    found.set_aside = bus.list_set_aside


def _open_engines(place: Place, found: Opened, stack: ExitStack) -> None:
    from hyperdock_worker.checking import EngineContainers  # noqa: PLC0415 - slow
    from hyperdock_worker.docker_engine.address import engine_address  # noqa: PLC0415

    url, tls = engine_address(os.environ)
    engines = [
        stack.enter_context(EngineContainers(each, tls)) for each in place.docker_hosts or (url,)
    ]
    try:
        for engine in engines:
            engine.ping()
    except RunnerUnavailable as error:
        if place.docker or place.docker_hosts:
            raise
        found.notes.append(f"containers are not checked: {error}")
        return

    def containers() -> list[TargetContainer]:
        return [container for engine in engines for container in engine()]

    found.containers = containers
