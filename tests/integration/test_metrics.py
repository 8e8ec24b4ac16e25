"""Every service tells its numbers to Prometheus, and they move when something happens."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.integration.all_in_one import AllInOne
from tests.integration.service_process import wait_for
from tests.integration.test_services import TRIAL, System, finished

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

_LABELS = {"type", "outcome", "operation", "method", "status", "kind", "version", "le"}
_PYTHON = {"implementation", "major", "minor", "patchlevel"}


class Numbers:
    """What a service tells at its `/metrics`."""

    def __init__(self, url: str, **headers: str) -> None:
        answer = httpx.get(f"{url}/metrics", headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        self.text = answer.text
        families = list(text_string_to_metric_families(answer.text))
        self._samples = [sample for family in families for sample in family.samples]
        names = [family.name for family in families]
        assert len(names) == len(set(names)), "no family is told twice"

    def __getitem__(self, name: str) -> float:
        """The sum of all series of this name."""
        found = [sample.value for sample in self._samples if sample.name == name]
        assert found, f"{name} is not told:\n{self.text}"
        return sum(found)

    def labels(self) -> dict[str, set[str]]:
        """All labels with their values."""
        labels: dict[str, set[str]] = {}
        for sample in self._samples:
            for name, value in sample.labels.items():
                labels.setdefault(name, set()).add(value)
        return labels


@pytest.fixture
def system(tmp_path: Path, broker: Broker, mongodb: Database) -> Iterator[System]:
    """A system without any service yet, on the session's servers."""
    with ExitStack() as stack:
        yield System(tmp_path / "services", broker, mongodb, stack)


def test_the_numbers_of_every_service_move_with_a_trial(system: System) -> None:
    """Each on its own port, with the process it is."""
    supervisor, worker = system.add("supervisor"), system.add_worker()
    gateway = system.add("gateway")
    webui = system.add("webui", "--gateway", gateway.url)
    for service in (supervisor, worker, gateway, webui):
        service.wait_ready()
    before = Numbers(supervisor.url)
    assert before["hyperdock_supervisor_log_position"] <= 1
    with httpx.Client(base_url=f"{webui.url}/api/v1", timeout=30) as api:
        trial = finished(api, api.post("/trials", json=TRIAL).json()["trial_id"])
        assert api.get("/trials/nothing").status_code == 404
    wait_for(lambda: Numbers(supervisor.url)["hyperdock_supervisor_view_lag_events"] == 0)
    numbers = {each.kind: Numbers(each.url) for each in (supervisor, worker, gateway, webui)}
    told = numbers["supervisor"]
    assert told["hyperdock_supervisor_in_charge"] == 1
    assert told["hyperdock_supervisor_events_recorded_total"] > 15
    assert told["hyperdock_supervisor_log_position"] > 15
    assert told["hyperdock_supervisor_commit_seconds_count"] > 3
    assert told["hyperdock_supervisor_decide_seconds_count"] > 3
    assert told["hyperdock_supervisor_inbox_batch_size_sum"] > 12
    told = numbers["worker"]
    assert told["hyperdock_worker_slots"] == 2
    assert told["hyperdock_worker_attempts_started_total"] == 4
    assert told["hyperdock_worker_attempts_ended_total"] == 4
    assert told["hyperdock_worker_harvest_seconds_count"] == 4
    assert told["hyperdock_worker_attempt_seconds_count"] == 4
    assert numbers["gateway"]["hyperdock_gateway_requests_total"] >= 3
    assert 'status="4xx"' in numbers["gateway"].text
    assert numbers["webui"]["hyperdock_webui_proxied_requests_total"] >= 3
    for each in numbers.values():
        assert each["process_resident_memory_bytes"] > 1e6
        assert trial["trial_id"] not in each.text
        assert set(each.labels()) <= _LABELS | _PYTHON


def test_all_in_one_tells_the_numbers_of_all_services_at_once(tmp_path: Path) -> None:
    """At the gateway's address, to those who may read, without any id in a label."""
    with AllInOne(tmp_path / "state", "--no-docker", "--slots", "2") as system:
        url = str(system.api.base_url).split("/api")[0]
        assert httpx.get(f"{url}/metrics", timeout=10).status_code == 401
        trial = system.finished(system.submit(**TRIAL))
        numbers = Numbers(url, Authorization=system.api.headers["Authorization"])
        assert numbers["hyperdock_supervisor_events_recorded_total"] > 15
        assert numbers["hyperdock_worker_attempts_ended_total"] == 4
        assert numbers["hyperdock_gateway_requests_total"] > 1
        assert {"submit_trial", "get_trial"} & numbers.labels()["operation"]
        assert trial["trial_id"] not in numbers.text
        assert set(numbers.labels()) <= _LABELS | _PYTHON
