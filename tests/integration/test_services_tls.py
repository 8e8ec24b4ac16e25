"""The services over TLS to both servers, with credentials from files, as they would be deployed."""

from contextlib import ExitStack
from pathlib import Path

import httpx
import trustme
from tests.integration.service_process import ServiceProcess
from tests.integration.test_services import TRIAL, finished

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker


def papers(folder: Path) -> tuple[Path, Path, Path]:
    """A CA, and a certificate of this host with its key."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    ca, certificate, key = (folder / name for name in ("ca.pem", "cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(str(ca))
    issued.cert_chain_pems[0].write_to_path(str(certificate))
    issued.private_key_pem.write_to_path(str(key))
    return ca, certificate, key


def test_a_trial_runs_over_tls_with_passwords_from_files(tmp_path: Path) -> None:
    """The options that every service has are all that it takes."""
    tls = papers(tmp_path)
    password = tmp_path / "password"
    password.write_text("guest\n")
    with ExitStack() as stack:
        broker = stack.enter_context(Broker(tmp_path / "broker", tls=tls))
        database = stack.enter_context(Database(tmp_path / "database", tls=tls))
        servers = (
            "--rabbitmq", f"amqps://guest@localhost:{broker.port}/", "--tls-ca", str(tls[0]),
            "--rabbitmq-password-file", str(password),
            "--mongodb", f"mongodb://localhost:{database.port}/tls?directConnection=true",
        )  # fmt: skip
        work = ("--processes", "--no-docker", "--work", str(tmp_path / "work"))
        supervisor, worker, gateway = (
            stack.enter_context(ServiceProcess(kind, tmp_path / "services", *servers, *options))
            for kind, options in (
                ("supervisor", ("--health-port", "0")),
                ("worker", ("--health-port", "0", *work)),
                ("gateway", ("--port", "0")),
            )
        )
        for service in (supervisor, worker, gateway):
            service.wait_ready()
        with httpx.Client(base_url=f"{gateway.url}/api/v1", timeout=30) as api:
            trial = finished(api, api.post("/trials", json=TRIAL).json()["trial_id"])
        assert trial["jobs"]["succeeded"] == 4


def test_a_service_does_not_talk_to_servers_that_it_cannot_trust(tmp_path: Path) -> None:
    """Without the CA it waits, says why, and is not ready."""
    tls = papers(tmp_path)
    with ExitStack() as stack:
        broker = stack.enter_context(Broker(tmp_path / "broker", tls=tls))
        database = stack.enter_context(Database(tmp_path / "database", tls=tls))
        servers = (
            "--rabbitmq", broker.url,
            "--mongodb", f"mongodb://localhost:{database.port}/tls?tls=true",
            "--health-port", "0",
        )  # fmt: skip
        service = stack.enter_context(ServiceProcess("supervisor", tmp_path / "services", *servers))
        checks = service.wait_ready(ready=False)["checks"]
        assert not checks["database"]["ok"]
        assert not checks["bus"]["ok"]
        assert service.terminate() == 0
