"""What the `hyperdock-gateway` command makes of its options, and how it answers probes."""

import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from tests.unit.hyperdock_gateway.world import World

import hyperdock_gateway.running
from hyperdock_common.service.health import Health
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_gateway.command import GatewaySettings, gateway


def test_its_settings_come_from_options_and_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where it listens, what it is called, and where the files are."""
    told: list[GatewaySettings] = []

    def begin(settings: GatewaySettings) -> int:
        told.append(settings)
        return 0

    monkeypatch.setattr(hyperdock_gateway.running, "run", begin)
    words = ["--host", "::", "--allow-host", "gateway", "--results", str(tmp_path)]
    environ = {"HYPERDOCK_PORT": "9000"}
    assert CliRunner().invoke(gateway, words, env=environ).exit_code == 0
    assert (told[0].host, told[0].port, told[0].results) == ("::", 9000, tmp_path)
    assert told[0].hosts == {"gateway"}


def test_several_names_come_from_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names in the environment are separated by spaces."""
    told: list[GatewaySettings] = []
    monkeypatch.setattr(hyperdock_gateway.running, "run", told.append)
    CliRunner().invoke(gateway, [], env={"HYPERDOCK_ALLOW_HOST": "a b.example"})
    assert told[0].hosts == {"a", "b.example"}


def test_probes_are_answered_whatever_name_they_use(world: World) -> None:
    """An orchestrator calls it by its address, which browsers must not use."""
    app = make_app(world.services, probes=Health(about={"service": "gateway"}))
    server = WebServer(app, "127.0.0.1", 0)
    server.start()
    try:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        for path, status in (("/livez", 200), ("/readyz", 200), ("/api/v1/health", 421)):
            connection.request("GET", path, headers={"Host": "10.1.2.3:8421"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
        connection.close()
    finally:
        server.stop()
