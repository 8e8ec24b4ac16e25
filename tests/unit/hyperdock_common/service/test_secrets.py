"""That addresses and passwords are read as they should be, and shown to nobody."""

from pathlib import Path

import click
import pytest

from hyperdock_common.service.secrets import Secret, SecretFile, ServerUrl, UrlFile, redacted

AMQP = ServerUrl("amqp", "amqps")
MONGODB = ServerUrl("mongodb", "mongodb+srv")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("amqp://me:geheim@mq:5672/x", "amqp://me:***@mq:5672/x"),
        ("amqp://me:ge/hei@m@mq/", "amqp://me:***@mq/"),
        ("mongodb://me:geheim@a:1,b:2/db?tls=true", "mongodb://me:***@a:1,b:2/db?tls=true"),
        ("me:geheim@mq:5672", "me:***@mq:5672"),
        ("amqp://m/e:geheim@mq/", "amqp://m/e:***@mq/"),
        ("port: none in amqp://me:geheim@mq", "port: none in amqp://me:***@mq"),
        ("mongodb://a/db?tlsCertificateKeyFilePassword=geheim", None),
        ("amqp://mq", "amqp://mq"),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str | None) -> None:
    """A redacted address says everything but the password."""
    assert "geheim" not in redacted(url)
    assert shown is None or redacted(url) == shown


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        (AMQP, "amqps://me:x@mq:5671/vhost"),
        (AMQP, "amqp://[::1]:5672"),
        (MONGODB, "mongodb://a:1,b:2,c:3/db?replicaSet=rs"),
        (MONGODB, "mongodb+srv://cluster.example.org/db"),
    ],
)
def test_addresses_of_servers_pass(kind: ServerUrl, url: str) -> None:
    """What the servers' own libraries understand is accepted."""
    assert kind.convert(url, None, None) == url


@pytest.mark.parametrize(
    ("kind", "url", "problem"),
    [
        (AMQP, "http://mq", "does not begin with amqp:// or amqps://"),
        (AMQP, "mq:5672", "does not begin with"),
        (AMQP, "me:geheim@mq:5672", "does not begin with"),
        (AMQP, "amqp://", "names no host"),
        (AMQP, "amqp://me:geheim/x@mq/", "write / in a password as %2F"),
        (MONGODB, "http://me:geheim@db", "does not begin with mongodb://"),
    ],
)
def test_other_addresses_are_refused_without_their_password(
    kind: ServerUrl, url: str, problem: str
) -> None:
    """The message says what to write, and never what is secret."""
    with pytest.raises(click.BadParameter) as caught:
        kind.convert(url, None, None)
    assert problem in caught.value.message
    assert "geheim" not in caught.value.message


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_secret_is_the_files_content_without_its_line_feed(tmp_path: Path, ending: str) -> None:
    """Whatever editor or tool wrote the file; spaces belong to the secret."""
    file = tmp_path / "secret"
    file.write_bytes(f" ge heim {ending}".encode())
    assert SecretFile().convert(str(file), None, None) == " ge heim "


def test_a_secret_does_not_show_itself() -> None:
    """Settings may be logged or stand in a traceback."""
    assert repr({"password": Secret("geheim")}) == "{'password': '***'}"


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "cannot be read: No such file"), (b"\n", "is empty"), (b"\xff", "it is not UTF-8")],
)
def test_a_file_without_a_secret_is_refused(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    """A missing, empty or strange file is told at the start, not when the server refuses us."""
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(click.BadParameter) as caught:
        SecretFile().convert(str(file), None, None)
    assert problem in caught.value.message


def test_a_file_may_hold_the_whole_address(tmp_path: Path) -> None:
    """The address in a file is checked as any other."""
    file = tmp_path / "url"
    file.write_text("amqp://me:x@mq/\n")
    assert UrlFile(AMQP).convert(str(file), None, None) == "amqp://me:x@mq/"
    file.write_text("geheim")
    with pytest.raises(click.BadParameter, match="does not begin with"):
        UrlFile(AMQP).convert(str(file), None, None)
