"""The servers of the distributed mode: whether they answer, and of which version they are."""

from collections.abc import Iterator
from typing import Final

from hyperdock_cli.diagnosis.finding import Finding, ok, problem, warning
from hyperdock_common.errors import HyperdockError
from hyperdock_common.service.secrets import redacted

_OLDEST_MONGODB: Final = (6, 0)
_OLDEST_RABBITMQ: Final = (3, 10)


def look_at_mongodb(url: str) -> Iterator[Finding]:
    """MongoDB at this URL."""
    from hyperdock_common.adapters.mongodb import (  # noqa: PLC0415 - takes time to load
        MongoServer,
        MongoSettings,
    )

    try:
        with MongoServer(MongoSettings(url=url)) as server:
            found = server.version()
    except (HyperdockError, ValueError) as error:
        remedy = "is it running? does the URL name its host, its port and a user?"
        yield problem("mongodb", redacted(str(error)), remedy)
        return
    yield _versioned("mongodb", redacted(url), found, _OLDEST_MONGODB)


def look_at_rabbitmq(url: str) -> Iterator[Finding]:
    """RabbitMQ at this URL."""
    from hyperdock_common.adapters.rabbitmq import RabbitSettings, broker_version  # noqa: PLC0415

    try:
        found = broker_version(RabbitSettings(url=url))
    except (HyperdockError, ValueError) as error:
        remedy = "is it running? does the URL name its host, its port and a user?"
        yield problem("rabbitmq", redacted(str(error)), remedy)
        return
    yield _versioned("rabbitmq", redacted(url), found, _OLDEST_RABBITMQ)


def _versioned(about: str, url: str, found: str, oldest: tuple[int, int]) -> Finding:
    number = tuple(int(each) for each in found.split(".")[:2] if each.isdecimal())
    text = f"{url} answers, version {found or 'unknown'}"
    if number and number < oldest:
        return warning(
            about, text, f"Hyperdock is tried with {'.'.join(map(str, oldest))} and newer"
        )
    return ok(about, text)
