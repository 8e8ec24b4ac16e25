"""The system that all these tests attack; at the end, a look for secrets in all that was said."""

from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest
from tests.integration.service_process import ServiceProcess
from tests.integration.ways_in.place import POLICY, SECRET, SECRET_NAME, UI, Place

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker
from hyperdock_gateway.auth.token_file import changing, read_tokens
from hyperdock_gateway.auth.tokens import key_of


@pytest.fixture(scope="session")
def place(
    tmp_path_factory: pytest.TempPathFactory, broker: Broker, mongodb: Database
) -> Iterator[Place]:
    """Real services over real servers, debugging aloud: two gateways, of which one has a proxy."""
    folder = tmp_path_factory.mktemp("ways-in")
    tokens, policy, kept = folder / "tokens.json", folder / "policy.yaml", folder / "secrets"
    with changing(tokens) as write:
        write(read_tokens(tokens))
    policy.write_text(POLICY)
    kept.mkdir()
    (kept / SECRET_NAME).write_text(SECRET)
    servers = (
        "--rabbitmq", broker.url, "--rabbitmq-prefix", f"t{uuid4().hex[:8]}",
        "--mongodb", mongodb.url_of(f"t{uuid4().hex[:8]}"), "--loglevel", "debug",
    )  # fmt: skip
    files = ("--results", str(folder / "results"))
    door = ("--port", "0", "--tokens", str(tokens), "--policy", str(policy), "--rate", "5000")
    runs = ("--processes", "--no-docker", "--work", str(folder / "work"), "--secrets", str(kept))
    health = ("--health-port", "0")
    with ExitStack() as stack:

        def add(kind: str, *options: str) -> ServiceProcess:
            return stack.enter_context(ServiceProcess(kind, folder / "logs", *servers, *options))

        services = [
            add("supervisor", *health),
            add("worker", *health, *files, *runs),
            add("gateway", *files, *door, "--allow-origin", UI, "--trusted-proxy", "127.0.0.1"),
            add("gateway", *files, *door),
        ]
        for service in services:
            service.wait_ready()
        _, worker, gateway, plain = services
        made = Place(
            gateway=gateway, plain=plain, worker=worker, tokens=tokens, results=folder / "results"
        )
        yield made
        worker.terminate()
        for service in services:
            _search(service.log, made.known)


def _search(log: str, known: set[str]) -> None:
    """Finds no token, no ticket, no secret and no hash of one in a log, nor what looks like it."""
    assert log
    for secret in known:
        assert secret not in log
        assert secret[-12:] not in log
        assert key_of(secret).hex() not in log
    assert "hd_" not in log
    assert "hdt_" not in log
