"""The servers that Hyperdock is made for, as containers, where their images can be had.

Their stand-ins in this folder start anywhere. These are there so that the contracts are kept on
the real ones too; tests skip them, with the reason, where an image can neither be found nor pulled.
"""

import socket
import time
from types import TracebackType
from typing import Final, Self

from docker.errors import APIError, ImageNotFound
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.errors import StorageUnavailable

_READY_WITHIN: Final = 90.0


class NoImage(Exception):
    """Raised when a server's image is not there and cannot be pulled."""


class _RealServer:
    """A container that is removed in the end, with everything in it."""

    def __init__(self, image: str, port: int) -> None:
        self._container = DockerContainer(image).with_exposed_ports(port)
        self._port = port

    @property
    def host(self) -> str:
        """Where it is."""
        return self._container.get_container_host_ip()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._container.get_exposed_port(self._port)

    def start(self) -> None:
        """Starts it, and returns when it answers.

        Raises:
            NoImage: there is nothing to start.
        """
        testcontainers_config.ryuk_disabled = True  # it is an image as well, and we clean up
        self._find_image()
        self._container.start()
        deadline = time.monotonic() + _READY_WITHIN
        while not self.answers():
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{self._container.image} does not answer")
            time.sleep(0.2)

    def _find_image(self) -> None:
        image, images = self._container.image, self._container.get_docker_client().client.images
        try:
            images.get(image)
        except ImageNotFound:
            try:
                images.pull(image)
            except APIError as error:
                self._container.stop()
                raise NoImage(f"no image {image}: {error.explanation}") from error

    def answers(self) -> bool:
        """Whether a client would be served."""
        raise NotImplementedError

    def stop(self) -> None:
        """Removes it."""
        self._container.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class RealMongo(_RealServer):
    """MongoDB, a standalone server."""

    def __init__(self, image: str = "mongo:8") -> None:
        super().__init__(image, 27017)

    @property
    def url(self) -> str:
        """Where it is, with the default database."""
        return self.url_of("hyperdock")

    def url_of(self, database: str) -> str:
        """Where a database of one's own is; it exists as soon as something is in it."""
        return f"mongodb://{self.host}:{self.port}/{database}"

    def answers(self) -> bool:
        """Whether it answers a ping."""
        with MongoServer(MongoSettings(url=self.url)) as server:
            try:
                server.ping()
            except StorageUnavailable:
                return False
        return True


class RealRabbit(_RealServer):
    """RabbitMQ, one node."""

    def __init__(self, image: str = "rabbitmq:4") -> None:
        super().__init__(image, 5672)
        self._container.with_env("RABBITMQ_DEFAULT_USER", "test")
        self._container.with_env("RABBITMQ_DEFAULT_PASS", "test")

    @property
    def url(self) -> str:
        """Where it is, with its user and password."""
        return f"amqp://test:test@{self.host}:{self.port}/%2F"

    def answers(self) -> bool:
        """Whether it answers a header of its protocol that it does not know with its own."""
        try:
            with socket.create_connection((self.host, self.port), 1.0) as connection:
                connection.settimeout(5.0)
                connection.sendall(b"AMQP\x00\x00\x09\x00")
                return connection.recv(4) == b"AMQP"
        except OSError:
            return False
