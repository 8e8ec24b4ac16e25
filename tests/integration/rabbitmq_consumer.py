"""A process that consumes the inbox: prints what it receives, acks nothing, and how it stands.

Usage: python rabbitmq_consumer.py URL PREFIX. Each line is an event id or `standing=…`.
"""

import sys
import time

from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings
from hyperdock_common.logging import configure_logging

HEARTBEAT = 1


def main(url: str, prefix: str) -> None:
    """Runs until it is killed."""
    configure_logging()
    bus = RabbitBus(RabbitSettings(url, prefix=prefix, heartbeat=HEARTBEAT), "child")
    stood = None
    while True:
        if (standing := bus.standing()) is not stood:
            stood = standing
            sys.stdout.write(f"standing={standing.value}\n")
        for delivery in bus.receive(100, 0.05):
            sys.stdout.write(f"{delivery.envelope.event_id}\n")
        sys.stdout.flush()
        time.sleep(0.01)


if __name__ == "__main__":
    main(*sys.argv[1:])
