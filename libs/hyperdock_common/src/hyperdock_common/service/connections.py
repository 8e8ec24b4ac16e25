"""The servers behind a service: opened here, waited for here, and closed in the end.

The adapters are imported only when they are needed: `--help` is fast.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import click
import structlog

from hyperdock_common.archive import ArchivedEventLog
from hyperdock_common.ports import ArtifactStore
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.service.options import ServerSettings
from hyperdock_common.service.secrets import redacted
from hyperdock_common.service.watching import Watched

_log = structlog.get_logger()


class Servers:
    """The bus, the log and the views of a service; neither server needs to be up yet.

    Args:
        settings: where they are.
        name: what the service is called there.

    Raises:
        click.UsageError: the settings cannot be used, whatever the servers say.
    """

    def __init__(self, settings: ServerSettings, name: str) -> None:
        from hyperdock_common.adapters.mongodb import (  # noqa: PLC0415 - see above
            MongoEventLog,
            MongoServer,
            MongoSettings,
            MongoViewStore,
        )
        from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings  # noqa: PLC0415

        with ExitStack() as stack:
            try:
                self._mongodb = MongoServer(MongoSettings(**mongodb_words(settings, stack)))
                stack.callback(self._mongodb.close)
                self.bus = RabbitBus(RabbitSettings(**rabbitmq_words(settings)), name=name)
                stack.callback(self.bus.close)
            except (ValueError, OSError) as error:
                raise click.UsageError(redacted(str(error))) from error
            self.log = ArchivedEventLog(MongoEventLog(self._mongodb), settings.archive)
            stack.callback(self.log.close)
            self.views = MongoViewStore(self._mongodb, SCHEMAS)
            self.database = Watched("database", self._ping)
            self.broker = Watched("bus", self._reach)
            self._stack = stack.pop_all()
        _log.info(
            "using_servers",
            mongodb=redacted(settings.mongodb),
            rabbitmq=redacted(settings.rabbitmq),
        )

    def artifacts(self, results: Path | None) -> ArtifactStore:
        """Where the files of jobs are: a shared folder, or else the database."""
        from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore  # noqa: PLC0415
        from hyperdock_common.adapters.mongodb import MongoArtifactStore  # noqa: PLC0415

        return FolderArtifactStore(results) if results else MongoArtifactStore(self._mongodb)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _ping(self) -> None:
        self._mongodb.ping()
        self.log.check()

    def _reach(self) -> str | None:
        return None if self.bus.connected else "RabbitMQ does not answer"


def mongodb_words(settings: ServerSettings, stack: ExitStack) -> dict[str, Any]:
    """The settings in the adapter's words; a URL that says `tls=false` means it."""
    words: dict[str, Any] = {"url": settings.mongodb, "password": settings.mongodb_password}
    if not any(word in settings.mongodb.lower() for word in ("tls=false", "ssl=false")):
        words |= {"ca": settings.ca, "cert": _with_key(settings, stack)}
    return words


def rabbitmq_words(settings: ServerSettings) -> dict[str, Any]:
    """The settings in the adapter's words; the URL's scheme says whether it is TLS."""
    words: dict[str, Any] = {
        "url": settings.rabbitmq,
        "password": settings.rabbitmq_password,
        "prefix": settings.prefix,
    }
    if settings.ca is not None and not settings.rabbitmq.startswith("amqps:"):
        _log.warning("bus_without_tls", remedy="write amqps:// to speak TLS to RabbitMQ too")
    if settings.rabbitmq.startswith("amqps:"):
        words |= {"ca": settings.ca, "cert": settings.cert, "key": settings.key}
    return words


def _with_key(settings: ServerSettings, stack: ExitStack) -> Path | None:
    """Certificate and key in one file, as MongoDB's clients want them; gone in the end."""
    if settings.cert is None or settings.key is None:
        return None
    file = stack.enter_context(
        tempfile.NamedTemporaryFile(prefix="hyperdock-", suffix=".pem")  # noqa: SIM115 - it is
    )
    file.write(settings.cert.read_bytes() + b"\n" + settings.key.read_bytes())
    file.flush()
    return Path(file.name)
