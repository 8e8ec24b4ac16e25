"""Fixtures that more than one kind of test needs."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

ROOT = Path(__file__).parents[1]


def pytest_configure() -> None:
    """Lets signals reach what is tested: the background ignores Ctrl-C, `nohup` the hang-up."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts tests that drive a browser last: its library leaves an event loop behind."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def engine() -> None:
    """A Docker engine that answers; without one the test fails in CI and is skipped elsewhere."""
    started = subprocess.run(
        [ROOT / "scripts/docker-engine", "start"], capture_output=True, text=True, check=False
    )
    if started.returncode != 0:
        missing(f"no Docker engine: {started.stderr.strip()}")


@pytest.fixture(scope="session")
def example_images(engine: None) -> None:  # noqa: ARG001 - the engine must be up first
    """The images of tests and of the examples that need nothing but busybox."""
    names = ["test-shell", "holder", "awk-branin"]
    subprocess.run([ROOT / "scripts/build-example-images", *names], check=True)


def missing(what: str) -> None:
    """Fails where nothing may be missing (CI), skips elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}; with CI=true nothing may be missing")
    pytest.skip(what)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state folder whose containers and holders are gone after the test."""
    folder = tmp_path / "state"
    yield folder
    try:
        worker = (folder / "worker-id").read_text("ascii").strip()
    except FileNotFoundError:
        return
    docker = "/usr/bin/docker"
    if not Path(docker).exists():
        return
    for label in (f"hyperdock.worker={worker}", f"hyperdock.holder={worker}"):
        listed = subprocess.run(
            [docker, "ps", "-aq", "--filter", f"label={label}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if ids := listed.stdout.split():
            subprocess.run([docker, "rm", "-f", *ids], capture_output=True, check=False)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A RabbitMQ server for the whole session: take a prefix of your own, and break nothing."""
    if not Broker.is_installed():
        missing("no rabbitmq-server")
    with Broker(tmp_path_factory.mktemp("broker")) as server:
        yield server


@pytest.fixture(scope="session")
def mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A server that speaks MongoDB's protocol, for the session: take a database of your own."""
    with Database(tmp_path_factory.mktemp("mongodb")) as server:
        yield server
