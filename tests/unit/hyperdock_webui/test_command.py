"""What the `hyperdock-webui` command makes of its options."""

import pytest
from click.testing import CliRunner

import hyperdock_webui.running
from hyperdock_webui.command import WebuiSettings, webui


def test_its_settings_come_from_options_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several gateways may be named, in either way."""
    told: list[WebuiSettings] = []

    def begin(settings: WebuiSettings) -> int:
        told.append(settings)
        return 0

    monkeypatch.setattr(hyperdock_webui.running, "run", begin)
    run = CliRunner().invoke
    assert run(webui, ["--allow-host", "hd.example"]).exit_code == 0
    assert run(webui, ["--gateway", "http://a:1/", "--gateway", "https://b"]).exit_code == 0
    assert run(webui, [], env={"HYPERDOCK_GATEWAY": "http://c:1 http://d:2"}).exit_code == 0
    assert [each.gateways for each in told] == [
        ("http://localhost:8421",),
        ("http://a:1", "https://b"),
        ("http://c:1", "http://d:2"),
    ]
    assert told[0].hosts >= {"hd.example", "localhost"}


def test_its_door_is_set_by_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a gateway's: whose pages may use it, and whom to believe where browsers are."""
    told: list[WebuiSettings] = []
    monkeypatch.setattr(hyperdock_webui.running, "run", told.append)
    words = ["--allow-origin", "https://ui.example.org", "--trusted-proxy", "10.0.0.0/24"]
    CliRunner().invoke(webui, words)
    assert told[0].origins == {"https://ui.example.org"}
    assert [str(each) for each in told[0].proxies] == ["10.0.0.0/24"]


@pytest.mark.parametrize("url", ["a:8421", "ftp://a", "http://a/api", "http://a:x", "http://"])
def test_what_is_no_gateway_is_refused(url: str) -> None:
    """The message says what an address looks like."""
    result = CliRunner().invoke(webui, ["--gateway", url])
    assert result.exit_code == 2
    assert "--gateway (HYPERDOCK_GATEWAY)" in result.stderr
    assert "write http://host:8421" in result.stderr
