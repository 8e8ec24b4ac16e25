"""The only module that imports pika: what the rest of the adapter uses of it, with types.

A connection, its channels and its loop belong to one thread (see `link`). From other threads only
`Loop.add_callback_threadsafe` may be called.
"""

# ruff: noqa: D102 - the methods of the protocols are pika's

import logging
import ssl
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import pika  # type: ignore[import-untyped]
import pika.exceptions  # type: ignore[import-untyped]
from pika.adapters.select_connection import IOLoop  # type: ignore[import-untyped]

from hyperdock_common.adapters.rabbitmq.settings import RabbitSettings

Closed: Final = (
    pika.exceptions.ChannelWrongStateError,
    pika.exceptions.ConnectionWrongStateError,
)
"""What is raised by the channel or connection that is closed or closing."""

_SOCKET_SECONDS: Final = 5.0
_HANDSHAKE_SECONDS: Final = 10.0


class Loop(Protocol):
    """The loop of one connection."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...
    def call_later(self, delay: float, callback: Callable[[], None]) -> object: ...
    def remove_timeout(self, timeout_handle: object) -> None: ...
    def add_callback_threadsafe(self, callback: Callable[[], None]) -> None: ...


class Channel(Protocol):
    """A channel. Declarations without a callback are not answered, and keep their place in line."""

    @property
    def is_open(self) -> bool: ...
    def close(self) -> None: ...
    def queue_declare(self, queue: str, **options: Any) -> None: ...
    def queue_bind(self, queue: str, exchange: str, routing_key: str | None = None) -> None: ...
    def exchange_declare(self, exchange: str, **options: Any) -> None: ...
    def basic_qos(self, *, prefetch_count: int, callback: Callable[[Any], None]) -> None: ...
    def basic_consume(self, queue: str, on_message: Callable[..., None], **options: Any) -> str: ...
    def basic_cancel(self, consumer_tag: str, callback: Callable[[Any], None]) -> None: ...
    def basic_ack(self, delivery_tag: int, multiple: bool = False) -> None: ...  # noqa: FBT001, FBT002
    def basic_nack(
        self, delivery_tag: int, *, multiple: bool = False, requeue: bool = True
    ) -> None: ...
    def basic_publish(
        self, exchange: str, routing_key: str, body: bytes, properties: Any, *, mandatory: bool
    ) -> None: ...
    def confirm_delivery(
        self, on_confirm: Callable[[Any], None], callback: Callable[[Any], None]
    ) -> None: ...
    def add_on_close_callback(self, callback: Callable[[Any, Exception], None]) -> None: ...
    def add_on_return_callback(self, callback: Callable[..., None]) -> None: ...
    def add_on_cancel_callback(self, callback: Callable[[Any], None]) -> None: ...


class Connection(Protocol):
    """A connection; it is closed as soon as it is lost, for whatever reason."""

    @property
    def is_open(self) -> bool: ...
    @property
    def is_closed(self) -> bool: ...
    def close(self) -> None: ...
    def channel(self, *, on_open_callback: Callable[[Channel], None]) -> object: ...


class Parameters:
    """What `dial` needs to know.

    Raises:
        ValueError: the URL is none, or a certificate cannot be read.
    """

    def __init__(self, settings: RabbitSettings, name: str) -> None:
        if not settings.url.startswith(("amqp://", "amqps://")):
            raise ValueError("the broker's URL must begin with amqp:// or amqps://")
        try:
            given = pika.URLParameters(_with_password(settings.url))
            if settings.password is not None:
                user = given.credentials.username
                given.credentials = pika.PlainCredentials(user, settings.password)
            if "heartbeat=" not in settings.url:
                given.heartbeat = settings.heartbeat
            given.connection_attempts = 1
            given.socket_timeout = _SOCKET_SECONDS
            given.stack_timeout = _HANDSHAKE_SECONDS
            given.client_properties = {"connection_name": name}
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(
                "the broker's URL cannot be read: it must look like"
                " amqp://user:password@host:5672/vhost, with %-escapes for special characters"
            ) from error
        if given.ssl_options is not None:
            given.ssl_options = pika.SSLOptions(_tls(settings), given.host)
        self.pika = given
        self.address = f"{given.host}:{given.port}"


def _tls(settings: RabbitSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ca)
        if settings.cert is not None:
            context.load_cert_chain(settings.cert, settings.key)
    except OSError as error:  # an SSLError is one
        raise ValueError(f"the broker's certificates cannot be read: {error}") from error
    return context


def new_loop() -> Loop:
    """A loop for one connection."""
    loop: Loop = IOLoop()
    return loop


def dial(
    parameters: Parameters,
    loop: Loop,
    on_open: Callable[[Connection], None],
    on_end: Callable[[Exception], None],
    on_blocked: Callable[[], None],
    on_unblocked: Callable[[], None],
) -> Connection:
    """Begins to connect; what comes of it the callbacks hear, in the loop: `on_end` once."""
    # What pika has to say of an outage, again and again, the link says once.
    logging.getLogger("pika").setLevel(logging.CRITICAL + 1)
    connection: Any = pika.SelectConnection(
        parameters.pika,
        on_open_callback=on_open,
        on_open_error_callback=lambda _, error: on_end(error),
        on_close_callback=lambda _, error: on_end(error),
        custom_ioloop=loop,
    )
    connection.add_on_connection_blocked_callback(lambda *_: on_blocked())
    connection.add_on_connection_unblocked_callback(lambda *_: on_unblocked())
    given: Connection = connection
    return given


def server_version(connection: Connection) -> str:
    """The broker's version, of a connection that is open."""
    told = (getattr(connection, "server_properties", None) or {}).get("version", "")
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told)


def abandon(connection: Connection) -> None:
    """Drops the connection without waiting for anybody; `on_end` is called soon."""
    dropped: Any = connection
    error = pika.exceptions.StreamLostError("given up")
    dropped._terminate_stream(error)  # noqa: SLF001 - pika has no public way that does not wait


def unsent(channel: Channel) -> int:
    """How many bytes wait for the broker to read them."""
    transport = getattr(getattr(channel, "connection", None), "_transport", None)
    return int(transport.get_write_buffer_size()) if transport is not None else 0


def properties(*, headers: Mapping[str, Any] | None = None, **known: Any) -> Any:
    """A message's properties; a delivery mode of 2 makes it outlast the broker."""
    return pika.BasicProperties(headers=dict(headers) if headers else None, **known)


def is_ack(confirm: Any) -> bool:
    """Whether the broker's answer to a message is that it has it."""
    return isinstance(confirm.method, pika.spec.Basic.Ack)


def _with_password(url: str) -> str:
    """The URL with an empty password where it has a user and none: pika asks for both."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if not at or ":" in user:
        return url
    return parts._replace(netloc=f"{user}:@{host}").geturl()
