"""Where the broker is, and how to come in."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RabbitSettings:
    """How to reach RabbitMQ.

    Attributes:
        url: `amqp://user:password@host:5672/vhost`, or `amqps://…` for TLS.
        password: in the place of the URL's, so that it can come from a file.
        ca: a file of certificates to trust; None for the system's. Only for amqps.
        cert: the client's own certificate, and `key` its key. Only for amqps.
        prefix: what the names of all queues and exchanges begin with.
        heartbeat: in seconds; a connection that is silent for that long and a few seconds more is
            given up. The URL's (`?heartbeat=`) comes first.
    """

    url: str = field(repr=False)
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    prefix: str = "hyperdock"
    heartbeat: int = 6
