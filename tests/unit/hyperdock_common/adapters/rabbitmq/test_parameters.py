"""Where the broker is and how to come in, out of the settings."""

from pathlib import Path

import pytest

from hyperdock_common.adapters.rabbitmq import RabbitSettings
from hyperdock_common.adapters.rabbitmq.amqp import Parameters


@pytest.mark.parametrize(
    ("url", "password", "expected"),
    [
        ("amqp://me:mine@mq:5672/", None, ("me", "mine")),
        ("amqp://me:mine@mq:5672/", "from a file", ("me", "from a file")),
        ("amqp://me@mq:5672/", "from a file", ("me", "from a file")),
        ("amqp://me:@mq/", "p@ss:w/rd", ("me", "p@ss:w/rd")),
        ("amqp://mq:5672/", None, ("guest", "guest")),
    ],
)
def test_password_comes_from_its_file(
    url: str, password: str | None, expected: tuple[str, str]
) -> None:
    """Whether or not the URL has one; a user without a password is no mistake then."""
    credentials = Parameters(RabbitSettings(url, password=password), "test").pika.credentials
    assert (credentials.username, credentials.password) == expected


@pytest.mark.parametrize("url", ["http://mq/", "amqp://mq:port/", "mq"])
def test_url_that_cannot_be_used_is_refused(url: str) -> None:
    """When the process starts, and without repeating the URL: it may hold a password."""
    with pytest.raises(ValueError, match="the broker's URL") as caught:
        Parameters(RabbitSettings(url), "test")
    assert "port/" not in str(caught.value)


def test_certificates_that_cannot_be_read_are_named_as_the_fault(tmp_path: Path) -> None:
    """And not the URL, which is right."""
    settings = RabbitSettings("amqps://me:mine@mq/", ca=tmp_path / "nothing.pem")
    with pytest.raises(ValueError, match="the broker's certificates cannot be read"):
        Parameters(settings, "test")
