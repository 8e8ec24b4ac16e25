"""The bus speaks TLS: it trusts whom it is told to trust, and shows its own certificate."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme
from tests.conftest import missing

from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings
from hyperdock_common.errors import BusUnavailable
from hyperdock_common.testing.builders import envelope, proposed
from hyperdock_common.testing.event_bus import consume
from hyperdock_common.testing.servers.rabbitmq import Broker

TO_BE_SHOWN = {
    "ssl_options.verify": "verify_peer",
    "ssl_options.fail_if_no_peer_cert": "true",
}


@dataclass
class Papers:
    """The files of an authority and of one certificate by it."""

    ca: Path
    cert: Path
    key: Path


def papers(folder: Path, *, client: bool = False) -> Papers:
    """A new authority with a certificate for this machine."""
    folder.mkdir()
    authority = trustme.CA()
    issued = (
        authority.issue_cert("localhost") if not client else authority.issue_cert("client.test")
    )
    found = Papers(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(found.ca)
    issued.private_key_pem.write_to_path(found.key)
    issued.cert_chain_pems[0].write_to_path(found.cert)
    return found


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """What the broker and its friends trust."""
    return papers(tmp_path_factory.mktemp("tls") / "ours")


@pytest.fixture(scope="module")
def tls_broker(ours: Papers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that speaks TLS only, to those that show a certificate."""
    if not Broker.is_installed():
        missing("no rabbitmq-server")
    folder = tmp_path_factory.mktemp("tls-broker")
    tls = (ours.ca, ours.cert, ours.key)
    with Broker(folder, config=TO_BE_SHOWN, tls=tls) as server:
        yield server


@pytest.fixture
def settings(tls_broker: Broker, ours: Papers) -> RabbitSettings:
    """What gets in."""
    return RabbitSettings(tls_broker.url, ca=ours.ca, cert=ours.cert, key=ours.key)


def test_events_travel_over_tls(settings: RabbitSettings) -> None:
    """With the right papers everything works; the password may come from elsewhere."""
    url = settings.url.replace("guest:guest", "guest:wrong")
    event = envelope(proposed(1))
    with closing(RabbitBus(replace(settings, url=url, password="guest"), "test")) as bus:  # noqa: S106
        bus.publish([event])
        assert [each.envelope for each in consume(bus, 1)] == [event]


def test_broker_of_another_authority_is_not_trusted(
    settings: RabbitSettings, tmp_path: Path
) -> None:
    """A broker whose certificate is not by the given authority gets nothing."""
    stranger = papers(tmp_path / "theirs")
    with (
        closing(RabbitBus(replace(settings, ca=stranger.ca), "test")) as bus,
        pytest.raises(BusUnavailable),
    ):
        bus.publish([envelope(proposed(1))], 2.0)


def test_client_without_papers_does_not_get_in(settings: RabbitSettings) -> None:
    """A broker that asks for a certificate is shown one, or is away."""
    with (
        closing(RabbitBus(replace(settings, cert=None, key=None), "test")) as bus,
        pytest.raises(BusUnavailable),
    ):
        bus.publish([envelope(proposed(1))], 2.0)


def test_wrong_password_is_an_absent_broker(settings: RabbitSettings) -> None:
    """Who is not let in keeps trying, and publishes nothing."""
    with (
        closing(RabbitBus(replace(settings, password="wrong"), "test")) as bus,  # noqa: S106
        pytest.raises(BusUnavailable),
    ):
        bus.publish([envelope(proposed(1))], 2.0)


@pytest.mark.parametrize(
    ("url", "ca"),
    [("http://localhost", None), ("amqps://localhost", "missing.pem"), ("amqp://h:port/", None)],
)
def test_settings_that_cannot_work_are_refused(url: str, ca: str | None, tmp_path: Path) -> None:
    """A mistake in the settings shows at once, and does not look like an outage."""
    with pytest.raises(ValueError, match="broker"):
        RabbitBus(RabbitSettings(url, ca=tmp_path / ca if ca else None), "test")
