"""A link tries again for ever, whatever stood in its way."""

import threading

import pytest

from hyperdock_common.adapters.rabbitmq import RabbitSettings, amqp
from hyperdock_common.adapters.rabbitmq.link import Link


class Tenant:
    """Counts how often it is told that there is no connection."""

    def __init__(self) -> None:
        self.downs = threading.Semaphore(0)

    def link_up(self, connection: amqp.Connection) -> None:
        """Never comes here."""

    def link_down(self) -> None:
        """One more try failed."""
        self.downs.release()


def test_link_outlives_a_lack_of_file_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread cannot be started twice: if it ended, the process would be deaf for ever."""

    def exhausted() -> amqp.Loop:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(amqp, "new_loop", exhausted)
    link = Link(amqp.Parameters(RabbitSettings("amqp://localhost/"), "test"), "test")
    tenant = Tenant()
    link.attach(tenant)
    for _ in range(2):
        assert tenant.downs.acquire(timeout=10)
    link.leave()
    link.join()
