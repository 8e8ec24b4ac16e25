"""The connection to MongoDB that log, views and artifacts share, and what its errors mean to us."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

from bson.errors import InvalidDocument
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
)
from pymongo.monitoring import (
    ConnectionCheckedInEvent,
    ConnectionCheckedOutEvent,
    ConnectionCheckOutFailedEvent,
    ConnectionCheckOutStartedEvent,
    ConnectionClosedEvent,
    ConnectionCreatedEvent,
    ConnectionPoolListener,
    ConnectionReadyEvent,
    PoolClearedEvent,
    PoolClosedEvent,
    PoolCreatedEvent,
    PoolReadyEvent,
)

from hyperdock_common.errors import StorageUnavailable

Document: TypeAlias = dict[str, Any]

_DEFAULT_DATABASE: Final = "hyperdock"
_FIXED: Final[dict[str, Any]] = {
    "connect": False,
    "w": "majority",
    "journal": True,
    "readPreference": "primary",  # what is folded on must not be older than what was written
}
_USUAL: Final[dict[str, Any]] = {
    "appname": "hyperdock",
    "wTimeoutMS": 10_000,
    "retryReads": True,
    "retryWrites": True,
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 15_000,
}


@dataclass(frozen=True, slots=True)
class MongoSettings:
    """Where the server is, and how to be let in.

    Attributes:
        url: `mongodb://user@host:27017/database?options`; without a database: `hyperdock`. Its
            options may set other timeouts than ours.
        password: takes the place of one in the url.
        ca: the certificates (PEM) that the server's is checked with; turns TLS on.
        cert: our certificate and its key in one file (PEM); turns TLS on.
    """

    url: str = field(repr=False)
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None
    cert: Path | None = None

    def options(self) -> dict[str, Any]:
        """What goes to the client beside the url: it may choose times, but not what is safe."""
        in_url = {name.lower() for name in parse_qs(urlsplit(self.url).query)}
        usual = {name: value for name, value in _USUAL.items() if name.lower() not in in_url}
        chosen = {
            **usual,
            **_FIXED,
            "password": self.password,
            "tls": True if self.ca or self.cert else None,
            "tlsCAFile": str(self.ca) if self.ca else None,
            "tlsCertificateKeyFile": str(self.cert) if self.cert else None,
        }
        return {name: value for name, value in chosen.items() if value is not None}


class MongoServer:
    """One client for a whole process; connects when it is first used, and again after outages.

    Raises:
        ValueError: the settings name no server, or a password and no user.
    """

    def __init__(self, settings: MongoSettings) -> None:
        if settings.password is not None and not urlsplit(settings.url).username:
            raise ValueError(
                "the settings for MongoDB have a password and nobody whose it is:"
                " name the user in the URL, as in mongodb://user@host:27017/hyperdock"
            )
        self._outages = _Outages()
        try:
            self._client: MongoClient[Document] = MongoClient(
                settings.url, event_listeners=[self._outages], **settings.options()
            )
            self.database: Database[Document] = self._client.get_default_database(_DEFAULT_DATABASE)
        except (ConfigurationError, OSError) as error:
            raise ValueError(f"the settings for MongoDB cannot be used: {error}") from error

    @property
    def outages(self) -> int:
        """How often a connection broke: what is remembered of the server may be wrong since."""
        return self._outages.count

    def ping(self) -> None:
        """Returns if the server answers.

        Raises:
            StorageUnavailable: it does not.
        """
        with translated():
            self.database.command("ping")

    def version(self) -> str:
        """The server's version.

        Raises:
            StorageUnavailable: it does not answer.
        """
        with translated():
            return str(self._client.server_info().get("version", ""))

    def close(self) -> None:
        """Lets go of all connections. Whatever is called later raises `StorageUnavailable`."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def translated() -> Iterator[None]:
    """Turns the client's errors into ours.

    Raises:
        StorageUnavailable: whatever the client could not do; of a write the outcome is unknown.
        ValueError: a document is larger than a server takes, or holds what none takes.
    """
    try:
        yield
    except InvalidDocument as error:
        raise ValueError(f"MongoDB cannot hold this document: {error}") from error
    except PyMongoError as error:
        raise StorageUnavailable(_told(error)) from error


def _told(error: PyMongoError) -> str:
    """The error in words that stay the same while it lasts."""
    match error:
        case OperationFailure():
            name = (error.details or {}).get("codeName", error.code)
            return f"MongoDB refuses: {name}: {(error.details or {}).get('errmsg', error)}"
        case ConnectionFailure():
            return f"MongoDB does not answer ({type(error).__name__})"
        case _:
            return f"MongoDB: {type(error).__name__}: {error}"


class _Outages(ConnectionPoolListener):
    """Counts how often the client threw its connections away, also where it tried again itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0

    def pool_cleared(self, event: PoolClearedEvent) -> None:  # noqa: ARG002  the client's word
        with self._lock:
            self.count += 1

    def pool_created(self, event: PoolCreatedEvent) -> None:
        """Nothing to count."""

    def pool_ready(self, event: PoolReadyEvent) -> None:
        """Nothing to count."""

    def pool_closed(self, event: PoolClosedEvent) -> None:
        """Nothing to count."""

    def connection_created(self, event: ConnectionCreatedEvent) -> None:
        """Nothing to count."""

    def connection_ready(self, event: ConnectionReadyEvent) -> None:
        """Nothing to count."""

    def connection_closed(self, event: ConnectionClosedEvent) -> None:
        """Nothing to count."""

    def connection_check_out_started(self, event: ConnectionCheckOutStartedEvent) -> None:
        """Nothing to count."""

    def connection_check_out_failed(self, event: ConnectionCheckOutFailedEvent) -> None:
        """Nothing to count."""

    def connection_checked_out(self, event: ConnectionCheckedOutEvent) -> None:
        """Nothing to count."""

    def connection_checked_in(self, event: ConnectionCheckedInEvent) -> None:
        """Nothing to count."""
