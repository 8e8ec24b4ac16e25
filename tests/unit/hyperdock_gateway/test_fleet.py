"""The workers and the health of the gateway, as the API shows them."""

from tests.unit.hyperdock_gateway.world import NOW, Api, World

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import Heartbeat, WorkerLeft
from hyperdock_common.projections import HEARTBEATS, catch_up_pulses


def test_health_names_version_and_position(api: Api, world: World) -> None:
    """Health tells the version and the log's head."""
    world.add_trial()
    answer = api.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": "1.2.3", "position": 1}


def test_health_is_503_while_the_log_cannot_be_read(api: Api) -> None:
    """A log that does not answer makes health a problem that says when to come back."""

    class BrokenLog:
        def head(self) -> int:
            raise StorageUnavailable("the disk is full")

    answer = api.with_services(log=BrokenLog()).get("/health")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "the disk is full"


def test_workers_are_listed_with_when_they_were_last_heard_of(api: Api, world: World) -> None:
    """A worker that sent a heartbeat shows its time, one that did not shows none."""
    world.add_worker("a")
    world.add_worker("b")
    world.log.append_pulses([world.envelope(Heartbeat(worker_id="a"))], 60.0)
    catch_up_pulses(HEARTBEATS, world.views, world.log)
    items = api.get("/workers").json()["items"]
    assert {each["worker_id"]: each["last_seen"] for each in items} == {"a": NOW, "b": None}
    assert {each["state"] for each in items} == {"alive"}


def test_workers_can_be_filtered_by_state(api: Api, world: World) -> None:
    """Only the workers in the state that was asked for are listed."""
    world.add_worker("a")
    world.add_worker("b")
    world.publish(WorkerLeft(worker_id="a"))
    items = api.get("/workers?state=left").json()["items"]
    assert [each["worker_id"] for each in items] == ["a"]
    assert api.get("/workers?state=dead").status_code == 400
