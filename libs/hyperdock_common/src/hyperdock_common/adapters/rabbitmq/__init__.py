"""The event bus over RabbitMQ: for services that are processes of their own, on any host."""

from hyperdock_common.adapters.rabbitmq.bus import RabbitBus
from hyperdock_common.adapters.rabbitmq.settings import RabbitSettings
from hyperdock_common.adapters.rabbitmq.version import broker_version

__all__ = ["RabbitBus", "RabbitSettings", "broker_version"]
