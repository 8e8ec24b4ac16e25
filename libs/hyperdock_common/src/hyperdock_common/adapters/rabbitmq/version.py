"""Asks a broker once which version it has: for who looks whether an installation works."""

from typing import Final

from hyperdock_common.adapters.rabbitmq import amqp
from hyperdock_common.adapters.rabbitmq.settings import RabbitSettings
from hyperdock_common.errors import BusUnavailable

_PATIENCE: Final = 10.0


def broker_version(settings: RabbitSettings) -> str:
    """The broker's version, as it says when somebody connects.

    Raises:
        BusUnavailable: it does not let us in.
        ValueError: the settings cannot be used.
    """
    parameters = amqp.Parameters(settings, "doctor")
    loop = amqp.new_loop()
    versions: list[str] = []
    ends: list[str] = []

    def opened(connection: amqp.Connection) -> None:
        versions.append(amqp.server_version(connection))
        connection.close()

    def ended(error: Exception) -> None:
        ends.append(str(error) or repr(error))
        loop.stop()

    try:
        amqp.dial(parameters, loop, opened, ended, lambda: None, lambda: None)
        loop.call_later(_PATIENCE, loop.stop)
        loop.start()
    finally:
        loop.close()
    if not versions:
        why = ends[0] if ends else "no answer in time"
        raise BusUnavailable(f"RabbitMQ at {parameters.address} does not answer: {why}")
    return versions[0]
