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
from hyperdock_gateway.retention import RetentionSettings


def test_its_settings_come_from_options_and_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where it listens, what it is called, and where the files are."""
    told: list[GatewaySettings] = []

    def begin(settings: GatewaySettings) -> int:
        told.append(settings)
        return 0

    monkeypatch.setattr(hyperdock_gateway.running, "run", begin)
    tokens = tmp_path / "tokens.json"
    tokens.write_text("[]", "utf-8")
    words = ["--host", "::", "--allow-host", "gateway", "--results", str(tmp_path)]
    environ = {"HYPERDOCK_PORT": "9000", "HYPERDOCK_TOKENS_FILE": str(tokens)}
    assert CliRunner().invoke(gateway, words, env=environ).exit_code == 0
    assert (told[0].host, told[0].port, told[0].results) == ("::", 9000, tmp_path)
    assert told[0].hosts == {"gateway"}
    assert told[0].tokens == tokens


def test_which_logs_are_kept_is_set_by_options_and_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As people write times and sizes; an empty variable says nothing, and nothing is removed."""
    told: list[GatewaySettings] = []
    monkeypatch.setattr(hyperdock_gateway.running, "run", told.append)
    words = ["--keep-logs-for", "30d", "--retention-every", "1h"]
    CliRunner().invoke(gateway, words, env={"HYPERDOCK_KEEP_LOGS_SIZE": "50GB"})
    assert told[0].retention == RetentionSettings(
        keep_for=30 * 86_400.0, keep_size=50 * 2**30, every=3600.0
    )
    CliRunner().invoke(gateway, [], env={"HYPERDOCK_KEEP_LOGS_SIZE": ""})
    assert not told[1].retention.is_limited


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--keep-logs-for", "0"], "logs of the last hour are always kept"),
        (["--keep-logs-for", "59m"], "logs of the last hour are always kept"),
        (["--keep-logs-for", "inf"], "is too long"),
        (["--keep-logs-for", "soon"], "is no duration"),
        (["--keep-logs-size", "0"], "write more than 0"),
        (["--keep-logs-size", "much"], "is no size"),
        (["--retention-every", "0"], "at least 1s"),
    ],
)
def test_limits_that_make_no_sense_are_refused(words: list[str], problem: str) -> None:
    """Nobody loses logs by a slip."""
    result = CliRunner().invoke(gateway, words)
    assert result.exit_code == 2
    assert problem in result.output


def test_the_door_is_set_by_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose pages may use it, whom to believe about addresses, and how much is too much."""
    told: list[GatewaySettings] = []
    monkeypatch.setattr(hyperdock_gateway.running, "run", told.append)
    words = ["--allow-origin", "https://UI.example.org:443/", "--allow-origin", "http://a:81"]
    words += ["--trusted-proxy", "10.0.0.7", "--trusted-proxy", "fd00::/8", "--rate", "7"]
    CliRunner().invoke(gateway, words)
    assert told[0].origins == {"https://ui.example.org", "http://a:81"}
    assert [str(each) for each in told[0].proxies] == ["10.0.0.7/32", "fd00::/8"]
    assert told[0].rate == 7


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--allow-origin", "*"], "is no origin"),
        (["--allow-origin", "null"], "is no origin"),
        (["--allow-origin", "https://*.example.org"], "is no origin"),
        (["--allow-origin", "https://ui.example.org/page"], "is no origin"),
        (["--allow-origin", "https://me@ui.example.org"], "names no host"),
        (["--trusted-proxy", "proxy.example.org"], "write 10.0.0.7"),
        (["--rate", "0"], "--rate"),
        (["--tokens", "/nowhere/tokens.json"], "does not exist"),
    ],
)
def test_a_door_that_would_not_close_is_refused(words: list[str], problem: str) -> None:
    """Patterns and names that anybody could have are no origins, and no proxies."""
    result = CliRunner().invoke(gateway, words)
    assert result.exit_code == 2
    assert problem in result.output


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "hyper.lan"])  # noqa: S104
def test_other_machines_are_let_in_only_on_purpose(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str
) -> None:
    """Beyond this machine there are tokens, or somebody said that there need be none."""
    told: list[GatewaySettings] = []
    monkeypatch.setattr(hyperdock_gateway.running, "run", told.append)
    refused = CliRunner().invoke(gateway, ["--host", host])
    assert refused.exit_code == 2
    assert "--tokens FILE" in refused.output
    assert "--no-login" in refused.output
    assert told == []
    (tmp_path / "tokens.json").write_text("[]", "utf-8")
    for words in (["--no-login"], ["--tokens", str(tmp_path / "tokens.json")]):
        assert "cannot be used" not in CliRunner().invoke(gateway, ["--host", host, *words]).output
    assert len(told) == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_needs_no_token(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Who is here already is let in where nobody else comes."""
    told: list[GatewaySettings] = []
    monkeypatch.setattr(hyperdock_gateway.running, "run", told.append)
    CliRunner().invoke(gateway, ["--host", host])
    assert told[0].tokens is None


def test_a_login_is_not_switched_on_and_off_at_once(tmp_path: Path) -> None:
    """Nobody has to guess which of both counts."""
    (tmp_path / "tokens.json").write_text("[]", "utf-8")
    words = ["--tokens", str(tmp_path / "tokens.json"), "--no-login"]
    assert CliRunner().invoke(gateway, words).exit_code == 2


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
