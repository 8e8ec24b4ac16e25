"""The numbers of services as Prometheus reads them."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from hyperdock_common.service.health import Health
from hyperdock_common.service.health_server import HealthServer
from hyperdock_common.service.metrics import FAST, Metrics, exposition


def told(*services: Metrics) -> dict[str, float]:
    """All samples without labels, and the names of those with some."""
    text = exposition(*services)().body.decode()
    families = list(text_string_to_metric_families(text))
    assert len({each.name for each in families}) == len(families)
    return {sample.name: sample.value for family in families for sample in family.samples}


def test_names_say_whose_number_it_is() -> None:
    """What begins with `hyperdock_` and the service is told with its process."""
    metrics = Metrics("baker", "1.2.3")
    metrics.counter("loaves", "Loaves.").inc(3)
    metrics.histogram("oven_seconds", "In the oven.", FAST).observe(0.3)
    metrics.told("flour_bytes", "Flour.", lambda: 7.0)
    numbers = told(metrics)
    assert numbers["hyperdock_baker_loaves_total"] == 3
    assert numbers["hyperdock_baker_oven_seconds_count"] == 1
    assert numbers["hyperdock_baker_flour_bytes"] == 7
    assert numbers["hyperdock_baker_build_info"] == 1
    assert numbers["process_resident_memory_bytes"] > 0
    assert not [name for name in numbers if name.endswith("_created")]


def test_two_services_of_a_process_are_told_as_one() -> None:
    """Each number once, the process's own, too; one service does not see the other's."""
    one, two = Metrics("one", "1"), Metrics("two", "1")
    for each in (one, two):
        each.counter("steps", "Steps.").inc()
    together = told(one, two)
    assert {"hyperdock_one_steps_total", "hyperdock_two_steps_total"} <= together.keys()
    assert "hyperdock_two_steps_total" not in told(one)


def test_the_health_server_tells_the_numbers_of_who_has_some() -> None:
    """Beside the probes, as Prometheus wants them; elsewhere there is nothing."""
    metrics = Metrics("baker", "1")
    with HealthServer(Health(about={}, metrics=exposition(metrics)), "127.0.0.1", 0) as server:
        answer = httpx.get(f"http://127.0.0.1:{server.port}/metrics")
        ready = httpx.get(f"http://127.0.0.1:{server.port}/readyz")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "hyperdock_baker_build_info" in answer.text
    assert ready.headers["content-type"] == "application/json"
    with HealthServer(Health(about={}), "127.0.0.1", 0) as server:
        assert httpx.get(f"http://127.0.0.1:{server.port}/metrics").status_code == 404
