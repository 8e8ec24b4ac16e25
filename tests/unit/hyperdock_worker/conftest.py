"""Fixtures of the worker's unit tests."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.hyperdock_worker.recorder import Recorder
from tests.unit.hyperdock_worker.workshop import Workshop
from tests.unit.hyperdock_worker.world import World

from hyperdock_worker import attempt, chores, claiming, harvest, patience, worker


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is looked at or tried again is so soon."""
    for module in (attempt, chores, harvest, patience):
        monkeypatch.setattr(module, "_AGAIN", 0.01)
    monkeypatch.setattr(chores, "_LOOK", 0.02)
    monkeypatch.setattr(worker, "_ENGINE_WAIT", 0.02)
    monkeypatch.setattr(worker, "_OFFER_WAIT", 0.05)
    monkeypatch.setattr(worker, "_LISTEN", 0.1)
    monkeypatch.setattr(claiming, "_LOOK", 0.05)


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    """Ends what the test began, at its end if not before."""
    made = threading.Event()
    yield made
    made.set()


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Confirms and keeps what is said."""
    made = Recorder()
    yield made
    made.close()


@pytest.fixture
def workshop(recorder: Recorder, tmp_path: Path, stop: threading.Event) -> Iterator[Workshop]:
    """All that an attempt is lived with."""
    made = Workshop(recorder, tmp_path, stop)
    yield made
    stop.set()
    made.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A supervisor at work, on the embedded adapters."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def running_world(world: World) -> World:
    """A world whose supervisor is at work."""
    world.start_supervisor()
    return world
