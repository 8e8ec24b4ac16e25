"""Targets get their files and give them back, wherever the engine is and whatever it sees."""

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import trustme
from structlog.testing import capture_logs

from hyperdock_common.errors import CannotStart, RunnerUnavailable
from hyperdock_common.offer import Limits
from hyperdock_common.ports import Order
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner_targets import end, make_order, read, run, until, wait
from hyperdock_worker.contract import folder_size
from hyperdock_worker.data_root import DataRoots
from hyperdock_worker.docker_engine import DockerRunner, DockerSettings, copies
from hyperdock_worker.docker_engine.address import Tls

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("example_images")]

ROOT = Path(__file__).parents[2]
DOCKER = "/usr/bin/docker"
IMAGE = "hyperdock/test-shell"
SOCKET = "/var/run/docker.sock"

MakeOrder = Callable[..., Order]
OpenRunner = Callable[..., DockerRunner]


@pytest.fixture
def open_runner() -> Iterator[OpenRunner]:
    """Opens runners of one worker, of which nothing is left after the test."""
    worker_id = f"worker-{uuid4().hex}"
    opened = []

    def opening(**settings: Any) -> DockerRunner:
        runner = DockerRunner(worker_id, DockerSettings(holders=False, **settings))
        opened.append(runner)
        return runner

    yield opening
    for runner in opened:
        runner.close()
    last = opening()
    last.adopt([])
    last.close()


@pytest.fixture
def runner(open_runner: OpenRunner) -> DockerRunner:
    """A runner that copies."""
    return open_runner(files="copy")


@pytest.fixture
def order(tmp_path: Path) -> MakeOrder:
    """Orders a script in the test image, with these fields of the offer."""

    def ordering(script: str, **fields: Any) -> Order:
        offer = replace(
            job_offer(runtime="docker"), image=IMAGE, command=("sh", "-c", script), pull="never"
        )
        return make_order(replace(offer, **fields), tmp_path)

    return ordering


@pytest.fixture
def built() -> Iterator[Callable[..., str]]:
    """Builds an image on the test image, without any registry; removed after the test."""
    names = []

    def building(*changes: str) -> str:
        names.append(f"hyperdock/test-{uuid4().hex}")
        lines = "\n".join([f"FROM {IMAGE}", *changes])
        build = [DOCKER, "build", "-q", "-t", names[-1], "-"]
        subprocess.run(build, input=lines.encode(), capture_output=True, check=True)
        return names[-1]

    yield building
    if names:
        subprocess.run([DOCKER, "rmi", "-f", *names], capture_output=True, check=True)


def containers(label: str) -> list[str]:
    """The ids of all containers with a label."""
    listing = [DOCKER, "ps", "-aq", "--no-trunc", "--filter", f"label={label}"]
    return subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()


def test_shared_disk_is_noticed(open_runner: OpenRunner, order: MakeOrder) -> None:
    """An engine that sees the worker's folder gets it mounted; the try leaves nothing behind."""
    runner = open_runner()
    mine = order('ls -A "$HYPERDOCK_DIR"')
    with capture_logs() as logs:
        assert run(runner, mine).code == 0
        run(runner, order("exit 0"))
    assert [each["way"] for each in logs if each["event"] == "target_files"] == ["bind"]
    assert mine.folder.log.read_text() == "out\nparams.json\n"
    assert containers(f"hyperdock.worker={runner._worker_id}") == []


def test_copied_modes(runner: DockerRunner, order: MakeOrder, built: Callable[..., str]) -> None:
    """A target that is not root reads its parameters and writes its results, also when copied."""
    image = built("USER 65534:65534")
    mine = order(
        "cd /hyperdock && cat params.json && echo 1 > loss.json && mkdir -m 700 out/d"
        " && echo x > out/d/x && chmod 0 out/d/x && echo '#!' > out/run && chmod +x out/run",
        image=image,
    )
    assert run(runner, mine).code == 0
    assert mine.folder.log.read_text() == '{"x": 1}'
    assert read(mine.folder.target / "loss.json") == "1\n"
    assert read(mine.folder.target / "out" / "d" / "x") == "x\n"
    assert (mine.folder.target / "out" / "run").stat().st_mode & 0o111


def test_image_with_a_folder_of_its_own(
    runner: DockerRunner, order: MakeOrder, built: Callable[..., str]
) -> None:
    """What an image has at /hyperdock is hidden, as by a mount: it is no result."""
    image = built(
        "RUN mkdir -p /hyperdock/out && echo 9 > /hyperdock/loss.json && touch /hyperdock/out/old"
    )
    mine = order("ls -A /hyperdock /hyperdock/out; touch /hyperdock/out/new", image=image)
    running = runner.start(mine)
    shown = subprocess.run(
        [DOCKER, "inspect", "-f", "{{(index .Mounts 0).Name}}", running.handle],
        capture_output=True,
        text=True,
        check=True,
    )
    assert wait(runner, running).code == 0
    runner.discard(running)
    assert mine.folder.log.read_text() == "/hyperdock:\nout\nparams.json\n\n/hyperdock/out:\n"
    assert [each.name for each in (mine.folder.target / "out").iterdir()] == ["new"]
    volumes = subprocess.run([DOCKER, "volume", "ls", "-q"], capture_output=True, check=True)
    assert shown.stdout.strip() not in volumes.stdout.decode().split()


def test_metrics_come_while_the_target_runs(
    runner: DockerRunner, open_runner: OpenRunner, order: MakeOrder
) -> None:
    """Lines appear in the worker's folder long before the end, after an adoption too."""
    mine = order(
        'cd "$HYPERDOCK_DIR"; i=0; while [ $i -lt 500 ]; do i=$((i+1));'
        ' echo "{\\"step\\": $i}" >> metrics.jsonl; usleep 20000; done'
    )
    metrics = mine.folder.target / "metrics.jsonl"
    running = runner.start(mine)
    until(lambda: runner.wait(running, 0.05) or metrics.exists())
    first = len(metrics.read_text())
    runner.close()
    second = open_runner(files="bind")  # how it was started counts, not how others would be
    (found,) = second.adopt([mine])
    until(lambda: second.wait(found, 0.05) or len(metrics.read_text()) > first)
    assert second.wait(found, 0) is None
    end(second, found)


def test_planted_metrics_are_left_alone(runner: DockerRunner, order: MakeOrder) -> None:
    """A link, a pipe or a folder under the name of the metrics harms nobody."""
    for planted in ("ln -s /etc/passwd", "mkfifo", "mkdir", "ln -s /dev/zero"):
        mine = order(f'cd "$HYPERDOCK_DIR"; {planted} metrics.jsonl; sleep 1.3; echo 1 > loss.json')
        assert run(runner, mine).code == 0
        assert read(mine.folder.target / "loss.json") == "1\n"
        assert not (mine.folder.target / "metrics.jsonl").is_file()


def test_folder_that_the_target_replaced(runner: DockerRunner, order: MakeOrder) -> None:
    """A target that removes its folder has no result; a link in its place leads nowhere."""
    for script in ("rm -r /hyperdock", "rm -r /hyperdock; ln -s /etc /hyperdock"):
        mine = order(script)
        assert run(runner, mine).code == 0
        assert list(mine.folder.target.iterdir()) == []


def test_more_than_the_limit_is_not_fetched(runner: DockerRunner, order: MakeOrder) -> None:
    """Of what is too large just so much comes back that it is seen to be too large."""
    limit = 1 << 20
    mine = order(
        'dd if=/dev/urandom of="$HYPERDOCK_DIR/out/x" bs=1M count=20 2>/dev/null',
        limits=Limits(disk=limit),
    )
    assert run(runner, mine).code == 0
    assert limit < folder_size(mine.folder.path) < 2 * limit


def test_endless_writer_is_ended(
    runner: DockerRunner, order: MakeOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target that fills its folder is ended; what it writes elsewhere does not count."""
    monkeypatch.setattr(copies, "MEASURE", 0.3)
    limit = 4 << 20
    write = "dd if=/dev/urandom bs=1M count=8 2>/dev/null of="
    elsewhere = order(f"{write}/x; sleep 1", limits=Limits(disk=limit))
    assert run(runner, elsewhere).code == 0
    mine = order(f'{write}"$HYPERDOCK_DIR/out/x"; sleep 60', limits=Limits(disk=limit))
    ended = run(runner, mine)
    assert (ended.code, ended.lost) == (137, None)
    assert folder_size(mine.folder.path) > limit


def test_removed_container_is_lost(runner: DockerRunner, order: MakeOrder) -> None:
    """With its container a target's files are gone: that is no result."""
    running = runner.start(order("sleep 60"))
    subprocess.run([DOCKER, "rm", "-f", running.handle], capture_output=True, check=True)
    assert wait(runner, running).lost is not None
    runner.discard(running)


def test_data_below_the_root(open_runner: OpenRunner, order: MakeOrder, tmp_path: Path) -> None:
    """With a data root, a trial names its data from there on, and gets no other."""
    (tmp_path / "root" / "rows").mkdir(parents=True)
    (tmp_path / "root" / "rows" / "x").write_text("1,2\n")
    runner = open_runner(data_roots=DataRoots(plain=tmp_path / "root"))
    for data in ("rows", str(tmp_path / "root" / "rows")):
        mine = order('cat "$HYPERDOCK_DATA/x"', data=data)
        assert run(runner, mine).code == 0
        assert mine.folder.log.read_text() == "1,2\n"
    with pytest.raises(CannotStart, match="data root"):
        runner.start(order("exit 0", data=str(tmp_path)))


def test_devices_as_the_engine_is_asked_for_them(open_runner: OpenRunner, order: MakeOrder) -> None:
    """The engine has no such devices, but it was asked for just the slot's, and says so."""
    runner = open_runner(slot_gpus={0: ("GPU-a", "GPU-b")})
    asked: list[Any] = []
    create = runner._engine.create

    def noting(name: str, config: Any) -> str:
        container = create(name, config)
        shown = subprocess.run([DOCKER, "inspect", container], capture_output=True, check=True)
        asked.append(json.loads(shown.stdout)[0]["HostConfig"]["DeviceRequests"])
        return container

    runner._engine.create = noting  # type: ignore[method-assign]
    with pytest.raises(CannotStart, match="1 GPUs and this engine has no driver"):
        runner.start(order("exit 0", limits=Limits(gpus=1)))
    (request,) = asked[-1]
    assert (request["DeviceIDs"], request["Count"]) == (["GPU-a"], 0)
    assert request["Capabilities"] == [["gpu"]]


class Forwarder:
    """An engine on the network: every connection goes on to the local engine's socket."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Cuts everything."""
        self._listening.close()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._welcomed(self._listening.accept()[0])
                if client is None:
                    continue
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(SOCKET)
                self._open += [client, engine]
                for pair in ((client, engine), (engine, client)):
                    threading.Thread(target=self._copy, args=pair, daemon=True).start()

    def _welcomed(self, client: socket.socket) -> socket.socket | None:
        if self._tls is None:
            return client
        try:
            return self._tls.wrap_socket(client, server_side=True)
        except OSError:
            client.close()
            return None

    @staticmethod
    def _copy(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(64 << 10):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)


def test_engine_on_the_network(open_runner: OpenRunner, order: MakeOrder) -> None:
    """Over TCP everything works as over the socket: start, log, metrics, end, files, adoption."""
    remote = Forwarder()
    try:
        runner = open_runner(url=remote.url, files="copy")
        runner.check()
        mine = order('echo begun; sleep 1.5; echo 1 > "$HYPERDOCK_DIR/loss.json"; exit 3')
        running = runner.start(mine)
        until(lambda: runner.wait(running, 0.05) or read(mine.folder.log) == "begun\n")
        runner.close()
        second = open_runner(url=remote.url)
        (found,) = second.adopt([mine])
        assert wait(second, found).code == 3
        assert read(mine.folder.target / "loss.json") == "1\n"
        second.discard(found)
        second.close()
    finally:
        remote.close()


def test_engine_behind_tls(open_runner: OpenRunner, order: MakeOrder, tmp_path: Path) -> None:
    """With Docker's three files the engine knows the worker and the worker the engine."""
    authority = trustme.CA()
    server, client = authority.issue_cert("127.0.0.1"), authority.issue_cert("worker@localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    certificates = tmp_path / "certificates"
    certificates.mkdir()
    authority.cert_pem.write_to_path(certificates / "ca.pem")
    client.cert_chain_pems[0].write_to_path(certificates / "cert.pem")
    client.private_key_pem.write_to_path(certificates / "key.pem")
    remote = Forwarder(context)
    try:
        runner = open_runner(url=remote.url, tls=Tls(certificates=certificates), files="copy")
        mine = order('echo said; echo 1 > "$HYPERDOCK_DIR/loss.json"')
        assert run(runner, mine).code == 0
        assert read(mine.folder.log) == "said\n"
        assert read(mine.folder.target / "loss.json") == "1\n"
        with pytest.raises(RunnerUnavailable):
            open_runner(url=remote.url).check()
        nothing = Tls(certificates=tmp_path)
        with pytest.raises(RunnerUnavailable, match="certificate"):
            open_runner(url=remote.url, tls=nothing).check()
        runner.close()
    finally:
        remote.close()


def test_engine_behind_ssh(
    open_runner: OpenRunner, order: MakeOrder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ssh client is asked for the remote `docker`; its own part a stand-in does here."""
    stand_in = tmp_path / "ssh"
    stand_in.write_text(
        f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\nexec {DOCKER} system dial-stdio\n'
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    runner = open_runner(url="ssh://user@engine:2222", files="copy")
    mine = order('echo said; echo 1 > "$HYPERDOCK_DIR/loss.json"; exit 3')
    assert run(runner, mine).code == 3
    assert read(mine.folder.log) == "said\n"
    assert read(mine.folder.target / "loss.json") == "1\n"
    asked = set((tmp_path / "asked").read_text().splitlines())
    (only,) = asked
    assert only.endswith("-l user -p 2222 -- engine docker system dial-stdio")


def test_ssh_that_fails(open_runner: OpenRunner) -> None:
    """An engine that ssh does not reach does not answer."""
    with pytest.raises(RunnerUnavailable, match="ssh://"):
        open_runner(url="ssh://127.0.0.1:1").check()


WORKER = """
import json, sys
from dataclasses import replace
from pathlib import Path
import structlog
from structlog.testing import capture_logs
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner_targets import make_order, run
from hyperdock_worker.docker_engine import DockerRunner, DockerSettings

state, worker_id, image = sys.argv[1:]
Path(state).mkdir(parents=True, exist_ok=True)
offer = replace(job_offer(runtime="docker"), image=image, pull="never",
    command=("sh", "-c", "cd /hyperdock; cp params.json out/p; echo 1 > loss.json"))
runner = DockerRunner(worker_id, DockerSettings(holders=False))
with capture_logs() as logs:
    order = make_order(offer, Path(state))
    ended = run(runner, order)
runner.close()
target = order.folder.target
print(json.dumps({
    "code": ended.code, "loss": (target / "loss.json").read_text(),
    "params": (target / "out" / "p").read_text(),
    "way": [each["way"] for each in logs if each["event"] == "target_files"],
}))
"""


@pytest.fixture
def volume() -> Iterator[str]:
    """A named volume."""
    name = f"hyperdock-test-{uuid4().hex}"
    subprocess.run([DOCKER, "volume", "create", name], capture_output=True, check=True)
    yield name
    subprocess.run([DOCKER, "volume", "rm", "-f", name], capture_output=True, check=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "network", "way"),
    [
        ("volume", "bridge", "translated bind"),
        ("volume", "host", "translated bind"),
        ("folder", "bridge", "translated bind"),
        ("mirrored", "none", "bind"),
        ("nowhere", "bridge", "copy"),
    ],
)
def test_worker_in_a_container(
    where: str, network: str, way: str, volume: str, tmp_path: Path
) -> None:
    """With the socket mounted no path has to be mirrored: a volume is enough, or nothing at all."""
    mounted = {
        "volume": (f"{volume}:/state", "/state/attempts"),
        "folder": (f"{tmp_path}:/srv/state", "/srv/state/deep/er"),
        "mirrored": (f"{tmp_path}:{tmp_path}", f"{tmp_path}/attempts"),
        "nowhere": (f"{SOCKET}:/unused.sock", "/state/attempts"),
    }
    mount, state = mounted[where]
    # This machine's own Python in an image that has none; its folders hold no attempts.
    here = [f"{each}:{each}:ro" for each in ("/lib", "/lib64", "/usr", sys.base_prefix, str(ROOT))]
    mounts = [option for each in [mount, *here] for option in ("-v", each)]
    docker_run = [DOCKER, "run", "--rm", "--network", network, "-v", f"{SOCKET}:{SOCKET}", *mounts]
    in_docker = subprocess.run(
        [*docker_run, IMAGE, sys.executable, "-c", WORKER, state, f"worker-{uuid4().hex}", IMAGE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert in_docker.returncode == 0, in_docker.stderr
    said = json.loads(in_docker.stdout.splitlines()[-1])
    assert said == {"code": 0, "loss": "1\n", "params": '{"x": 1}', "way": [way]}
