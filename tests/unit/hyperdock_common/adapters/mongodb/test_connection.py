"""How the settings of the connection to MongoDB are understood."""

from pathlib import Path

import pytest
from pymongo import ReadPreference
from pymongo.errors import AutoReconnect, OperationFailure

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings, translated
from hyperdock_common.errors import StorageUnavailable


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("mongodb://localhost:27017/hyperdock", "hyperdock"),
        ("mongodb://localhost:27017/other?authSource=admin", "other"),
        ("mongodb://localhost", "hyperdock"),
    ],
)
def test_database_is_named_in_the_url(url: str, name: str) -> None:
    """Nothing is connected for that."""
    with MongoServer(MongoSettings(url=url)) as server:
        assert server.database.name == name


@pytest.mark.parametrize("url", ["", "amqp://localhost", "mongodb://"])
def test_url_that_is_none_is_refused(url: str) -> None:
    """Before anybody waits for a server."""
    with pytest.raises(ValueError, match="settings for MongoDB"):
        MongoServer(MongoSettings(url=url))


def test_missing_certificate_is_refused(tmp_path: Path) -> None:
    """As a mistake in the settings, not as a server that is away."""
    settings = MongoSettings(url="mongodb://localhost", ca=tmp_path / "nothing.pem")
    with pytest.raises(ValueError, match="settings for MongoDB"):
        MongoServer(settings)


def test_what_is_safe_cannot_be_switched_off() -> None:
    """A url may set times, and neither weaker writes, older reads nor what the files say."""
    url = "mongodb://u:old@localhost/?w=0&journal=false&readPreference=secondary&socketTimeoutMS=77"
    with MongoServer(MongoSettings(url=url, password="new")) as server:  # noqa: S106
        options = server.database.client.options
        assert server.database.write_concern.document["w"] == "majority"
        assert server.database.write_concern.document["j"] is True
        assert server.database.read_preference == ReadPreference.PRIMARY
        assert options.pool_options.socket_timeout == 0.077
        assert options._options["password"] == "new"  # noqa: S105


def test_password_of_nobody_is_refused() -> None:
    """It would be left out without a word, and the server refuse what comes without one."""
    with pytest.raises(ValueError, match="name the user in the URL"):
        MongoServer(MongoSettings(url="mongodb://localhost", password="secret"))  # noqa: S106


def test_secrets_are_not_shown() -> None:
    """Settings end up in logs."""
    settings = MongoSettings(url="mongodb://u:secret1@localhost", password="secret2")  # noqa: S106
    assert "secret" not in repr(settings)


def test_errors_are_told_by_their_code() -> None:
    """What they say changes from one release to the next, and their lists of servers are long."""
    with (
        pytest.raises(StorageUnavailable, match="does not answer \\(AutoReconnect\\)"),
        translated(),
    ):
        raise AutoReconnect("localhost:27017: [Errno 111] refused, Timeout: 5.0s")
    details = {"codeName": "Unauthorized", "errmsg": "not allowed"}
    with pytest.raises(StorageUnavailable, match="Unauthorized: not allowed"), translated():
        raise OperationFailure("long", 13, details)
