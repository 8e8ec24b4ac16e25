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
    assert answer.json() == {
        "status": "ok",
        "version": "1.2.3",
        "position": 1,
        "login": False,
    }
    assert answer.headers["hyperdock-position"] == "1"


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


def test_workers_are_sorted_and_filtered_as_asked(api: Api, world: World) -> None:
    """Workers come by their ids or by when they came, of one pool if asked for."""
    for worker_id in ("b", "a"):
        world.add_worker(worker_id)
    page = api.get("/workers?sort=worker_id&order=asc&pool=default").json()
    assert [each["worker_id"] for each in page["items"]] == ["a", "b"]
    assert (page["position"], page["next_cursor"]) == (2, None)
    assert api.get("/workers?pool=gpu").json()["items"] == []


def test_one_worker_is_shown_as_in_the_list(api: Api, world: World) -> None:
    """A worker by its id, whatever else that holds; one that never came is a 404."""
    world.add_worker("gpu 1:ä")
    world.add_worker("other")
    answer = api.get("/workers/gpu 1:ä")
    assert answer.status_code == 200
    assert answer.json() in api.get("/workers").json()["items"]
    assert answer.headers["hyperdock-position"] == "2"
    assert api.get("/workers/nobody").status_code == 404
