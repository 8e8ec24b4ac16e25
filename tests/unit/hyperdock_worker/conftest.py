"""Fixtures of the worker's unit tests."""

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.unit.hyperdock_worker.recorder import Recorder
from tests.unit.hyperdock_worker.workshop import Workshop
from tests.unit.hyperdock_worker.world import World

from hyperdock_common.feed import follow
from hyperdock_worker import chores as chores_module
from hyperdock_worker import worker as worker_module


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
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A supervisor at work, on the embedded adapters."""
    monkeypatch.setattr(worker_module, "_OFFER_WAIT", 0.05)
    monkeypatch.setattr(chores_module, "_LOOK", 0.02)
    monkeypatch.setattr(worker_module, "follow", partial(follow, wait=0.05))
    made = World(tmp_path)
    yield made
    made.close()
