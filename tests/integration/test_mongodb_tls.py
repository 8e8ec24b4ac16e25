"""The connection to MongoDB over TLS: with the CA's certificate, and not without it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.testing.builders import envelopes, proposed
from hyperdock_common.testing.servers.mongodb import Database


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """The certificates of a CA, of the server `localhost`, and its key."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    ca, certificate, key = (tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(str(ca))
    issued.cert_chain_pems[0].write_to_path(str(certificate))
    issued.private_key_pem.write_to_path(str(key))
    return ca, certificate, key


@pytest.fixture
def database(tmp_path: Path, files: tuple[Path, Path, Path]) -> Iterator[Database]:
    """A server that speaks TLS only."""
    with Database(tmp_path / "mongodb", tls=files) as server:
        yield server


def test_server_is_trusted_by_its_ca(database: Database, files: tuple[Path, Path, Path]) -> None:
    """The file of the CA turns TLS on, whatever the url says."""
    url = f"mongodb://localhost:{database.port}/hyperdock?directConnection=true"
    with MongoServer(MongoSettings(url, ca=files[0])) as server:
        log = MongoEventLog(server)
        log.append(0, envelopes([proposed(1)]))
        assert log.head() == 1


def test_unknown_server_is_not_trusted(database: Database) -> None:
    """Nothing is said to a server whose certificate nobody vouches for."""
    url = f"{database.url}&serverSelectionTimeoutMS=1000"
    with MongoServer(MongoSettings(url)) as server, pytest.raises(StorageUnavailable):
        server.ping()
