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


@pytest.mark.parametrize("url", ["a:8421", "ftp://a", "http://a/api", "http://a:x", "http://"])
def test_what_is_no_gateway_is_refused(url: str) -> None:
    """The message says what an address looks like."""
    result = CliRunner().invoke(webui, ["--gateway", url])
    assert result.exit_code == 2
    assert "--gateway (HYPERDOCK_GATEWAY)" in result.stderr
    assert "write http://host:8421" in result.stderr
