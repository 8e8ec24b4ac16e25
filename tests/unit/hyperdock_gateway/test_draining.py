"""Draining workers over the API."""

from pathlib import Path

import pytest
from tests.unit.hyperdock_gateway.auth.keys import (
    ADMIN,
    SUBMITTER,
    Clock,
    everybody,
    login_of,
    write,
)
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import WorkerDrainSet, WorkerLeft, WorkerLost
from hyperdock_common.history import history


def drains(world: World) -> list[tuple[str, bool]]:
    """What was recorded."""
    events = (record.event for record in history(world.log))
    return [(each.worker_id, each.draining) for each in events if isinstance(each, WorkerDrainSet)]


def test_worker_is_drained_and_taken_back(api: Api, world: World) -> None:
    """Each call answers with the worker as it is then, and records nothing where it is so."""
    world.add_worker("w")
    for verb, draining in (("drain", True), ("drain", True), ("undrain", False)):
        answer = api.post(f"/workers/w/{verb}")
        assert answer.status_code == 200
        assert answer.json()["draining"] is draining
        assert api.get("/workers/w").json() == answer.json()
    assert api.post("/workers/w/undrain").status_code == 200
    assert drains(world) == [("w", True), ("w", False)]


@pytest.mark.parametrize(
    "end", [WorkerLeft(worker_id="w"), WorkerLost(worker_id="w", reason="silent")]
)
def test_worker_that_is_gone_is_a_conflict(
    api: Api, world: World, end: WorkerLeft | WorkerLost
) -> None:
    """Who is not here can neither be drained nor taken back, and nothing is recorded."""
    world.add_worker("w")
    world.publish(end)
    for verb in ("drain", "undrain"):
        answer = api.post(f"/workers/w/{verb}")
        assert answer.status_code == 409
        assert "is not here" in answer.json()["detail"]
    assert drains(world) == []


def test_unknown_worker_is_a_404(api: Api) -> None:
    """Nobody can be drained who never came."""
    for verb in ("drain", "undrain"):
        assert api.post(f"/workers/nobody/{verb}").status_code == 404


def test_draining_is_202_where_the_view_takes_its_time(api: Api, world: World) -> None:
    """What is handed over but not yet seen is accepted, with the worker as it is."""

    class SilentBus:
        def publish(self, _batch: object, _timeout: float) -> None:
            pass

    world.add_worker("w")
    answer = api.with_services(bus=SilentBus(), patience=0.02).post("/workers/w/drain")
    assert answer.status_code == 202
    assert answer.json()["draining"] is False


def test_draining_is_for_administrators(api: Api, world: World, tmp_path: Path) -> None:
    """Who may submit may not drain; who may is named in the log."""
    world.add_worker("w")
    login = login_of(write(tmp_path / "tokens.json", everybody()), Clock())
    site = api.with_services(login=login)
    for secret, status in ((SUBMITTER, 403), (ADMIN, 200)):
        headers = {"authorization": f"Bearer {secret}"}
        assert site.post("/workers/w/drain", headers=headers).status_code == status
    (*_, last) = history(world.log)
    assert last.envelope.actor == "boss"
