"""Holders: a slot's jobs share a network namespace one after the other, and nothing else."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from hyperdock_common.ports import Order
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner_targets import end, make_order, read, run, until, wait
from hyperdock_worker.docker_engine import DockerRunner, DockerSettings
from hyperdock_worker.docker_engine.holders import Holder

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("example_images")]

LINGERING = """
httpd -p 8080
(nc -l -p 7000 & sleep 60 | nc 127.0.0.1 7000 & ) >/dev/null 2>&1
for i in 1 2 3; do printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 1 127.0.0.1 8080 >/dev/null; done
(nc -l -u -p 5353 & nc -l -s ::1 -p 9000 &) >/dev/null 2>&1
echo leaked >> /etc/hosts
echo leaked > /etc/hostname
netstat -ltn | grep -q :8080 && echo was-here
"""
"""Listens, connects, closes one end first, leaves all that behind, and tries to leave a note."""

LOOK_AROUND = """
netstat -tuna | grep -c -E '^(tcp|udp)'
cat /etc/hosts /etc/hostname | grep -c leaked
httpd -p 8080 && echo free
"""
"""How many sockets there are, how many notes, and whether the port is free again."""


class Worker:
    """A runner with holders, and what a test wants to know of them."""

    def __init__(self, worker_id: str, slots: int = 1) -> None:
        self.id = worker_id
        self.runner = DockerRunner(worker_id, DockerSettings(slots=slots))

    def holder(self, slot: int = 0) -> Holder:
        """The slot's holder, once it is there."""
        holders = self.runner._holders._holders
        until(lambda: (slot, "none") in holders)
        return holders[slot, "none"]


def containers(label: str) -> list[str]:
    """The ids of all containers with a label."""
    found = subprocess.run(
        ["/usr/bin/docker", "ps", "-aq", "--no-trunc", "--filter", f"label={label}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.split()


def network_of(container: str) -> str:
    """The network mode of a container."""
    shown = ["/usr/bin/docker", "inspect", "-f", "{{.HostConfig.NetworkMode}}", container]
    return subprocess.run(shown, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def worker_id() -> Iterator[str]:
    """A worker of this test's own; nothing of it is left after the test."""
    worker_id = f"worker-{uuid4().hex}"
    yield worker_id
    for label in ("worker", "holder"):
        for left in containers(f"hyperdock.{label}={worker_id}"):
            subprocess.run(["/usr/bin/docker", "rm", "-f", left], capture_output=True, check=True)


@pytest.fixture
def worker(worker_id: str) -> Iterator[Worker]:
    """A worker with one slot and its holder."""
    worker = Worker(worker_id)
    worker.runner.adopt([])
    worker.holder()
    yield worker
    worker.runner.close()


@pytest.fixture
def order(tmp_path: Path) -> Callable[[str], Order]:
    """Orders a script in the test image on slot 0."""

    def ordering(script: str) -> Order:
        offer = replace(
            job_offer(runtime="docker"),
            image="hyperdock/test-shell",
            command=("sh", "-c", script),
            pull="never",
        )
        return make_order(offer, tmp_path)

    return ordering


def test_jobs_of_a_slot_join_its_holder(worker: Worker, order: Callable[[str], Order]) -> None:
    """One job after the other runs in the network of the same holder."""
    holder = worker.holder()
    for _ in range(3):
        running = worker.runner.start(order("exit 0"))
        assert network_of(running.handle) == f"container:{holder.id}"
        assert wait(worker.runner, running).code == 0
        worker.runner.discard(running)
    assert worker.holder() is holder


def test_nothing_leaks_from_job_to_job(worker: Worker, order: Callable[[str], Order]) -> None:
    """A port that a job listened on is free, its connections are gone, its notes never stood."""
    holder = worker.holder()
    before = order(LINGERING)
    assert run(worker.runner, before).code == 0
    assert "was-here" in before.folder.log.read_text()
    after = order(LOOK_AROUND)
    running = worker.runner.start(after)
    assert network_of(running.handle) == f"container:{holder.id}"
    wait(worker.runner, running)
    worker.runner.discard(running)
    assert after.folder.log.read_text().split() == ["0", "0", "free"]


def test_each_network_has_a_holder_of_its_own(
    worker: Worker, order: Callable[[str], Order]
) -> None:
    """A job with a bridge joins none of those without; the next one finds a holder for it."""

    def bridged(script: str) -> Order:
        plain = order(script)
        return replace(plain, offer=replace(plain.offer, network="bridge"))

    running = worker.runner.start(bridged("exit 0"))
    assert network_of(running.handle) == "bridge"
    wait(worker.runner, running)
    worker.runner.discard(running)
    until(lambda: (0, "bridge") in worker.runner._holders._holders)
    mine = bridged("cat /sys/class/net/eth0/operstate")
    running = worker.runner.start(mine)
    assert network_of(running.handle).startswith("container:")
    assert wait(worker.runner, running).code == 0
    assert mine.folder.log.read_text() == "up\n"
    worker.runner.discard(running)


def test_never_two_jobs_in_one_holder(worker: Worker, order: Callable[[str], Order]) -> None:
    """A second job on the slot, which should not be, gets a network of its own."""
    first = worker.runner.start(order("sleep 60"))
    second = worker.runner.start(order("sleep 60"))
    assert network_of(first.handle).startswith("container:")
    assert network_of(second.handle) == "none"
    end(worker.runner, first)
    end(worker.runner, second)


def test_dirty_holder_is_replaced(worker: Worker, order: Callable[[str], Order]) -> None:
    """While a socket is left in a holder no job joins it, and the slot gets another."""
    holder = worker.holder()
    inside = ["nsenter", f"--net=/proc/{holder.pid}/ns/net", "sleep", "60"]
    with subprocess.Popen(
        [*inside[:2], "python3", "-c", LISTEN], stdout=subprocess.PIPE
    ) as intruder:
        assert intruder.stdout is not None
        assert intruder.stdout.readline() == b"listening\n"
        running = worker.runner.start(order("exit 0"))
        assert network_of(running.handle) == "none"
        wait(worker.runner, running)
        worker.runner.discard(running)
        intruder.kill()
    until(lambda: worker.holder().id != holder.id)
    until(lambda: holder.id not in containers(f"hyperdock.holder={worker.id}"))


LISTEN = """
import socket
listening = socket.create_server(("127.0.0.1", 4444))
print("listening", flush=True)
listening.accept()
"""


def test_dead_holder_is_replaced(worker: Worker, order: Callable[[str], Order]) -> None:
    """A holder that somebody removed costs the next job nothing but a slower start."""
    holder = worker.holder()
    subprocess.run(["/usr/bin/docker", "rm", "-f", holder.id], capture_output=True, check=True)
    assert run(worker.runner, order("exit 0")).code == 0
    until(lambda: worker.holder().id != holder.id)


def test_idle_holders_go_with_their_worker(worker: Worker) -> None:
    """A worker that ends in order leaves no holder behind."""
    assert containers(f"hyperdock.holder={worker.id}") == [worker.holder().id]
    worker.runner.close()
    assert containers(f"hyperdock.holder={worker.id}") == []


def test_holders_of_a_killed_worker_are_used_again(worker: Worker) -> None:
    """A worker that was killed left its holder: the next one goes on with it."""
    next_one = Worker(worker.id)
    next_one.runner.adopt([])
    assert next_one.holder().id == worker.holder().id
    assert len(containers(f"hyperdock.holder={worker.id}")) == 1
    next_one.runner.close()
    assert containers(f"hyperdock.holder={worker.id}") == []


def test_holders_beyond_the_slots_are_removed(worker_id: str) -> None:
    """A worker that comes back with fewer slots keeps no holder too many."""
    first = Worker(worker_id, slots=2)
    first.runner.adopt([])
    first.holder(0), first.holder(1)
    second = Worker(worker_id, slots=1)
    second.runner.adopt([])
    assert containers(f"hyperdock.holder={worker_id}") == [second.holder(0).id]
    second.runner.close()
    first.runner.close()


def test_running_job_keeps_its_holder(worker: Worker, order: Callable[[str], Order]) -> None:
    """A holder with a job in it stays when its worker ends, and is free once the job has ended."""
    mine = order('while [ ! -e "$HYPERDOCK_DIR/out/go" ]; do usleep 50000; done; echo end')
    worker.runner.start(mine)
    holder = worker.holder()
    worker.runner.close()
    assert containers(f"hyperdock.holder={worker.id}") == [holder.id]
    second = Worker(worker.id)
    (found,) = second.runner.adopt([mine])
    assert second.holder().occupant == found.handle
    (mine.folder.target / "out" / "go").touch()
    assert wait(second.runner, found).code == 0
    assert second.holder().occupant is None
    assert read(mine.folder.log) == "end\n"
    second.runner.discard(found)
    second.runner.close()
    assert containers(f"hyperdock.holder={worker.id}") == []
