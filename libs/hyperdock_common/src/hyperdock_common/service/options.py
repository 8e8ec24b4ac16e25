"""The settings that several services have: the servers, how they log, where health is told."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from hyperdock_common.service.admission import ANY_ADDRESS, LOCAL_HOSTS, origin_of
from hyperdock_common.service.command import setting
from hyperdock_common.service.secrets import SecretFile, ServerUrl, UrlFile

Command = TypeVar("Command", bound=Callable[..., Any])

MONGODB: Final = "mongodb://localhost:27017/hyperdock"
RABBITMQ: Final = "amqp://guest:guest@localhost:5672/"
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104

_mongodb = ServerUrl("mongodb", "mongodb+srv")
_rabbitmq = ServerUrl("amqp", "amqps")
readable_file = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
folder = click.Path(file_okay=False, path_type=Path)
port = click.IntRange(0, 65535)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where the servers are and how to get in.

    Attributes:
        prefix: what the names of everything in RabbitMQ begin with.
        ca: the authorities that the servers' certificates are checked against.
        cert: our own certificate, where the servers ask for one; `key` belongs to it.
        archive: the folder that a part of the log was moved into, if it was.
    """

    mongodb: str = field(default=MONGODB, repr=False)
    rabbitmq: str = field(default=RABBITMQ, repr=False)
    mongodb_password: str | None = field(default=None, repr=False)
    rabbitmq_password: str | None = field(default=None, repr=False)
    prefix: str = "hyperdock"
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    archive: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSettings:
    """What every process of the system has.

    Attributes:
        name: what it is called in logs and by the servers.
        health_port: where it tells its health; None: nowhere, or on the port that it serves.
    """

    name: str
    loglevel: str = "info"
    logformat: str = "auto"
    health_host: str = "127.0.0.1"
    health_port: int | None = None


_SERVERS = (
    setting("--mongodb", type=_mongodb, default=MONGODB, help="MongoDB and the database in it."),
    setting(
        "--mongodb-file", type=UrlFile(_mongodb), help="A file that holds what --mongodb would."
    ),
    setting(
        "--mongodb-password-file",
        type=SecretFile(),
        help="A file with the password, in place of the one in the URL.",
    ),
    setting("--rabbitmq", type=_rabbitmq, default=RABBITMQ, help="RabbitMQ."),
    setting(
        "--rabbitmq-file", type=UrlFile(_rabbitmq), help="A file that holds what --rabbitmq would."
    ),
    setting(
        "--rabbitmq-password-file",
        type=SecretFile(),
        help="A file with the password, in place of the one in the URL.",
    ),
    setting(
        "--rabbitmq-prefix",
        default="hyperdock",
        metavar="NAME",
        help="What all names in RabbitMQ begin with; systems that share a broker need two.",
    ),
    setting("--tls-ca", type=readable_file, help="Authorities to check both servers against."),
    setting("--tls-cert", type=readable_file, help="Our certificate, if the servers ask for one."),
    setting("--tls-key", type=readable_file, help="The key of that certificate."),
    setting(
        "--archive",
        type=folder,
        help="Folder of what was moved out of the log, shared by all services.  [default: none]",
    ),
)

_HEALTH = (
    setting(
        "--health-port",
        type=port,
        help="Port for /livez and /readyz; 0 takes any free one.  [default: none]",
    ),
    setting("--health-host", default="127.0.0.1", help="Address for /livez and /readyz."),
)

_PROCESS = (
    setting("--name", metavar="NAME", help="Name of this process.  [default: host-pid]"),
    setting(
        "--loglevel",
        type=click.Choice(("debug", "info", "warning", "error"), case_sensitive=False),
        default="info",
        help="What is important enough to be logged.",
    ),
    setting(
        "--logformat",
        type=click.Choice(("auto", "json", "console")),
        default="auto",
        help="auto: for people on a terminal, else JSON.",
    ),
)


def _adder(options: Iterable[Callable[[Any], Any]]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(list(options)):
            command = option(command)
        return command

    return add


def server_options(command: Command) -> Command:
    """Adds what says where the servers are."""
    return _adder(_SERVERS)(command)


def health_options(command: Command) -> Command:
    """Adds what says where a service without a port of its own tells its health."""
    return _adder(_HEALTH)(command)


def process_options(command: Command) -> Command:
    """Adds what every service has."""
    return _adder(_PROCESS)(command)


def listen_options(default: int) -> Callable[[Command], Command]:
    """Adds what says where a service listens, and which names it answers to.

    Args:
        default: the port.
    """
    return _adder(
        (
            setting("--host", default="127.0.0.1", help="Address to listen on."),
            setting("--port", type=port, default=default, help="Port; 0 takes any free one."),
            setting(
                "--allow-host",
                multiple=True,
                metavar="NAME",
                help="A name that browsers and programs may call it by, * for any; may be "
                "repeated.  [default: the names of this machine for itself]",
            ),
        )
    )


class _Origin(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    name = "ORIGIN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return origin_of(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Network(click.ParamType):  # type: ignore[type-arg]  # as above
    name = "ADDRESS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        try:
            return ipaddress.ip_network(value)
        except ValueError as error:
            self.fail(f"{error}; write 10.0.0.7 or 10.0.0.0/24", param, ctx)


def door_options(command: Command) -> Command:
    """Adds what says which pages of others may pass, and whom to believe where clients are."""
    return _adder(
        (
            setting(
                "--allow-origin",
                type=_Origin(),
                multiple=True,
                help="An origin whose pages may use it from browsers, e.g. https://ui.example.org;"
                " may be repeated.  [default: its own pages only]",
            ),
            setting(
                "--trusted-proxy",
                type=_Network(),
                multiple=True,
                help="An address, or a network, of proxies that say in X-Forwarded-For who their"
                " clients are; may be repeated.  [default: none]",
            ),
        )
    )(command)


def answers_to(host: str, allowed: Iterable[str]) -> frozenset[str]:
    """The names, without ports, that a service answers to: its own, and those that are allowed.

    Listening everywhere, these are this machine's name and whatever is no name but an address: no
    foreign page can pretend to be at one.
    """
    own = {f"[{host}]" if ":" in host else host}
    if host in _EVERYWHERE:
        own = {socket.gethostname(), ANY_ADDRESS}
    return frozenset(each.lower() for each in LOCAL_HOSTS | own | set(allowed))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches who listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_tls(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """A certificate and its key only work together."""
    if params["tls_cert"] is not None and params["tls_key"] is None:
        yield "tls_key", "name the key that belongs to --tls-cert"
    if params["tls_key"] is not None and params["tls_cert"] is None:
        yield "tls_cert", "name the certificate that belongs to --tls-key"


def server_settings(params: Mapping[str, Any]) -> ServerSettings:
    """What `server_options` were set to."""
    return ServerSettings(
        mongodb=params["mongodb_file"] or params["mongodb"],
        rabbitmq=params["rabbitmq_file"] or params["rabbitmq"],
        mongodb_password=params["mongodb_password_file"],
        rabbitmq_password=params["rabbitmq_password_file"],
        prefix=params["rabbitmq_prefix"],
        ca=params["tls_ca"],
        cert=params["tls_cert"],
        key=params["tls_key"],
        archive=params["archive"],
    )


def process_settings(params: Mapping[str, Any]) -> ProcessSettings:
    """What `process_options`, and `health_options` where there are any, were set to."""
    return ProcessSettings(
        name=params["name"] or f"{socket.gethostname()}-{os.getpid()}",
        loglevel=params["loglevel"],
        logformat=params["logformat"],
        health_host=params.get("health_host", "127.0.0.1"),
        health_port=params.get("health_port"),
    )
