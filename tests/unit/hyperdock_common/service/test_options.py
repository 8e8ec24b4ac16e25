"""What the options that services share come to."""

import socket
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from hyperdock_common.service.admission import ANY_ADDRESS
from hyperdock_common.service.command import ServiceCommand
from hyperdock_common.service.options import (
    ProcessSettings,
    ServerSettings,
    answers_to,
    check_tls,
    health_options,
    process_options,
    process_settings,
    server_options,
    server_settings,
)

got: list[tuple[ServerSettings, ProcessSettings]] = []


@click.command(cls=ServiceCommand, checks=[check_tls])
@server_options
@health_options
@process_options
def command(**options: Any) -> None:
    """Notes what it was told."""
    got.append((server_settings(options), process_settings(options)))


def read(*words: str, **environ: str) -> tuple[ServerSettings, ProcessSettings]:
    """The settings that these words and variables come to."""
    result = CliRunner().invoke(command, words, env=environ)
    assert result.exit_code == 0, result.output
    return got.pop()


def test_the_defaults_are_the_servers_of_this_machine() -> None:
    """As in the original Hyperdock."""
    servers, process = read()
    assert servers.mongodb == "mongodb://localhost:27017/hyperdock"
    assert servers.rabbitmq == "amqp://guest:guest@localhost:5672/"
    assert process.health_port is None


def test_passwords_come_from_files(tmp_path: Path) -> None:
    """A secret is mounted as a file, and its path is given by a variable."""
    (tmp_path / "db").write_text("geheim\n")
    (tmp_path / "mq").write_text("amqps://u:v@mq/")
    servers, _ = read(
        HYPERDOCK_MONGODB_PASSWORD_FILE=str(tmp_path / "db"),
        HYPERDOCK_RABBITMQ_FILE=str(tmp_path / "mq"),
    )
    assert servers.mongodb_password == (tmp_path / "db").read_text().strip()
    assert servers.rabbitmq == "amqps://u:v@mq/"
    assert "geheim" not in repr(servers)
    assert "u:v" not in repr(servers)


def test_an_archive_is_a_folder_that_need_not_be_there_yet(tmp_path: Path) -> None:
    """Given by option or variable; without one there is none."""
    assert read()[0].archive is None
    assert read("--archive", str(tmp_path / "a"))[0].archive == tmp_path / "a"
    assert read(HYPERDOCK_ARCHIVE=str(tmp_path))[0].archive == tmp_path


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    """Half a pair is refused with the name of the other half."""
    (tmp_path / "c.pem").touch()
    result = CliRunner().invoke(command, ["--tls-cert", str(tmp_path / "c.pem")])
    assert result.exit_code == 2
    assert "--tls-key (HYPERDOCK_TLS_KEY): name the key that belongs to" in result.stderr


def test_names_that_a_service_answers_to() -> None:
    """The local names and its own; an address that stands for all is no name of its own."""
    local = {"127.0.0.1", "localhost", "[::1]"}
    assert answers_to("::", []) == local | {ANY_ADDRESS, socket.gethostname().lower()}
    assert "[fd00::1]" in answers_to("fd00::1", [])
    assert answers_to("127.0.0.1", ["hd.example"]) >= {"hd.example", "localhost"}
