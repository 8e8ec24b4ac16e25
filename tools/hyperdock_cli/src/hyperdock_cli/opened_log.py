"""Opens a log alone, without its views: to read it while its system runs, or to write into it."""

import importlib.metadata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hyperdock_cli.checked_system import Place, mongo_server
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.service_log import logs_aside
from hyperdock_cli.state_folder import StateFolder, StateLock
from hyperdock_common.archive import ArchivedEventLog, Store
from hyperdock_common.errors import StateFolderInUse
from hyperdock_common.ports import ViewStore
from hyperdock_common.projections import SCHEMAS


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLog:
    """A log that was opened.

    Attributes:
        store: what is not in the archive.
        log: all of it.
        views: of the same system; None where there are none or nobody asked for them.
        archive: the folder of the archive, where there is or may be one.
    """

    store: Store
    log: ArchivedEventLog
    views: ViewStore | None = None
    archive: Path | None = None


def release() -> str:
    """The release that files are marked with."""
    return importlib.metadata.version("hyperdock-cli")


@contextmanager
def log_to_read(place: Place, *, check: bool = True, read_only: bool = True) -> Iterator[OpenedLog]:
    """A log that is there, whether its system runs or not.

    Args:
        place: where it is.
        read_only: a state folder's is left as it is.
        check: that it has its archive; without, whoever opens it looks at that.

    Raises:
        Fault: there is none.
        Archived, StorageUnavailable: its archive is not there, or its store does not answer.
    """
    with ExitStack() as stack:
        stack.enter_context(logs_aside())
        if place.mongodb is not None:
            found = _database(place, stack)
        elif StateFolder(place.state).events.exists():
            found = _folder(place, stack, read_only=read_only)
        else:
            problem = f"there is no event log in the state folder {place.state}"
            raise Fault(problem, "name another one with --state, or give --mongodb", code=REFUSED)
        if check:
            found.log.check()
        yield found


@contextmanager
def log_to_fill(place: Place) -> Iterator[OpenedLog]:
    """A log that may be empty or missing; nothing runs on its state folder meanwhile.

    Raises:
        Fault: something runs on the state folder.
        Archived, StorageUnavailable: its archive is not there, or its store does not answer.
    """
    with ExitStack() as stack:
        stack.enter_context(logs_aside())
        if place.mongodb is not None:
            found = _database(place, stack, views=True)
        else:
            folder = StateFolder(place.state)
            folder.create()
            lock = StateLock(folder)
            try:
                lock.take()
            except StateFolderInUse as error:
                raise Fault(str(error), "end that first", code=REFUSED) from error
            stack.callback(lock.release)
            found = _folder(place, stack, views=folder.views.exists())
        found.log.check()
        yield found


def _folder(
    place: Place, stack: ExitStack, *, views: bool = False, read_only: bool = False
) -> OpenedLog:
    from hyperdock_common.adapters.sqlite_log import SqliteEventLog  # noqa: PLC0415 - slow
    from hyperdock_common.adapters.sqlite_views import SqliteViewStore  # noqa: PLC0415

    folder = StateFolder(place.state)
    store = SqliteEventLog(folder.events, read_only=read_only)
    stack.callback(store.close)
    documents = SqliteViewStore(folder.views, SCHEMAS) if views else None
    if documents is not None:
        stack.callback(documents.close)
    return _opened(store, documents, folder.archive, stack)


def _database(place: Place, stack: ExitStack, *, views: bool = False) -> OpenedLog:
    from hyperdock_common.adapters.mongodb import (  # noqa: PLC0415 - slow
        MongoEventLog,
        MongoViewStore,
    )

    server = mongo_server(place, stack)
    documents = MongoViewStore(server, SCHEMAS) if views else None
    return _opened(MongoEventLog(server), documents, place.archive, stack)


def _opened(
    store: Store, views: ViewStore | None, archive: Path | None, stack: ExitStack
) -> OpenedLog:
    log = ArchivedEventLog(store, archive)
    stack.callback(log.close)
    return OpenedLog(store=store, log=log, views=views, archive=archive)
