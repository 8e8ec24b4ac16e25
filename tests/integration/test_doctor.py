"""`hyperdock doctor` on real servers and a real engine."""

import os

import pytest

from hyperdock_cli.diagnosis.engines import look_at_docker
from hyperdock_cli.diagnosis.servers import look_at_mongodb, look_at_rabbitmq
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker


def test_servers_that_run_are_well(broker: Broker, mongodb: Database) -> None:
    """With their versions."""
    found = [*look_at_mongodb(mongodb.url), *look_at_rabbitmq(broker.url)]
    assert [(each.about, each.level) for each in found] == [("mongodb", "ok"), ("rabbitmq", "ok")]
    assert all(each.text.rpartition("version ")[2][0].isdigit() for each in found)


def test_a_broker_that_lets_nobody_in_is_a_problem(broker: Broker) -> None:
    """It answers, and says why it does not want us."""
    host = broker.url.rpartition("@")[2]
    (found,) = look_at_rabbitmq(f"amqp://nobody:secret@{host}")
    assert found.level == "problem"
    assert "secret" not in found.text


@pytest.mark.docker
@pytest.mark.usefixtures("engine")
def test_an_engine_that_runs_is_well() -> None:
    """With its version; GPUs are looked for where they are asked for."""
    found = list(look_at_docker(os.environ, wanted=True, gpus=True))
    assert found[0].about == "docker"
    assert found[0].level in ("ok", "warning")
    assert found[-1].about == "gpus"
