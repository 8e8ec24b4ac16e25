"""The artifacts in MongoDB keep the contract of the artifact store."""

from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from hyperdock_common.adapters.mongodb.artifacts import MongoArtifactStore
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.testing import ArtifactStoreContract
from hyperdock_common.testing.artifact_store import OpenStore
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.real import RealMongo


class TestMongoArtifactStore(ArtifactStoreContract):
    """A database of each test's own."""

    @pytest.fixture
    def open_store(self, mongodb: Database) -> Iterator[OpenStore]:
        """Each process connects by itself."""
        settings = MongoSettings(url=mongodb.url_of(f"artifacts-{uuid4()}"))
        with ExitStack() as opened:
            yield lambda: MongoArtifactStore(opened.enter_context(MongoServer(settings)))


@pytest.mark.docker
class TestMongoArtifactStoreOnRealServer(TestMongoArtifactStore):
    """The same in MongoDB itself."""

    @pytest.fixture
    def mongodb(self, real_mongodb: RealMongo) -> RealMongo:
        """In a container."""
        return real_mongodb
