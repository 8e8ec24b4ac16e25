"""What the adapters are told of the servers."""

from contextlib import ExitStack
from pathlib import Path

import click
import pytest

from hyperdock_common.service.connections import Servers, mongodb_words, rabbitmq_words
from hyperdock_common.service.options import ServerSettings


@pytest.fixture
def pems(tmp_path: Path) -> ServerSettings:
    """Settings with files for TLS."""
    for name in ("ca", "cert", "key"):
        (tmp_path / name).write_text(f"-{name}-")
    return ServerSettings(
        mongodb="mongodb://db/x",
        rabbitmq="amqps://mq/",
        ca=tmp_path / "ca",
        cert=tmp_path / "cert",
        key=tmp_path / "key",
    )


def test_mongodb_gets_certificate_and_key_in_one_file(pems: ServerSettings) -> None:
    """Its clients want them so; the file is gone when the service ends, and nobody else's."""
    with ExitStack() as stack:
        words = mongodb_words(pems, stack)
        assert words["ca"] == pems.ca
        assert words["cert"].read_text() == "-cert-\n-key-"
        assert words["cert"].stat().st_mode & 0o077 == 0
    assert not words["cert"].exists()


def test_each_server_may_do_without_tls(pems: ServerSettings) -> None:
    """The URL says so: `amqp://`, or `tls=false`."""
    assert rabbitmq_words(pems)["key"] == pems.key
    plain = ServerSettings(rabbitmq="amqp://mq/", mongodb="mongodb://db/x?tls=false", ca=pems.ca)
    with ExitStack() as stack:
        assert "ca" not in rabbitmq_words(plain)
        assert "ca" not in mongodb_words(plain, stack)


def test_settings_that_no_server_understands_are_refused_without_their_password() -> None:
    """A port that cannot be is told at the start, with exit code 2."""
    settings = ServerSettings(mongodb="mongodb://u:geheim@db:99999/x")
    with pytest.raises(click.UsageError) as caught:
        Servers(settings, "test")
    assert "geheim" not in caught.value.message
