"""The all-in-one mode: every service in one process, over one state folder, without servers.

The same services as in the distributed mode; only the adapters differ.
"""

import importlib.metadata
import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack

import structlog

from hyperdock_cli.launch import Launch
from hyperdock_cli.own_token import make_own_token
from hyperdock_cli.state_folder import StateFolder, StateLock
from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.archive import ArchivedEventLog
from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.ports import Runner
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_common.service.options import answers_to
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_gateway.auth.login import Login
from hyperdock_gateway.auth.token_file import TokenFile
from hyperdock_gateway.monitoring import GatewayMonitoring
from hyperdock_gateway.notify import Notifier, make_notifier
from hyperdock_gateway.policy import policy_of
from hyperdock_gateway.retention import Retention, RetentionSettings
from hyperdock_gateway.services import Services
from hyperdock_optimizers.preview import first_proposals
from hyperdock_supervisor import core as supervising
from hyperdock_supervisor.bootstrap import make_supervisor
from hyperdock_supervisor.monitoring import SupervisorMonitoring
from hyperdock_webui import routes
from hyperdock_worker import worker as working
from hyperdock_worker.bootstrap import make_docker_runner, make_process_runner
from hyperdock_worker.data_root import data_roots
from hyperdock_worker.docker_engine.gpus import gpus_per_slot, parse_gpus
from hyperdock_worker.docker_engine.settings import DockerSettings
from hyperdock_worker.monitoring import MeteredWorker, WorkerMonitoring
from hyperdock_worker.secrets import Secrets
from hyperdock_worker.settings import WorkerSettings

_log = structlog.get_logger()
_RECOVERY_PAUSE = 1.0
_SERVICES = ("supervisor", "worker", "gateway")


class Embedded:
    """A running all-in-one system. Made by `start_embedded`."""

    def __init__(self, settings: Launch) -> None:
        self._settings = settings
        self._folder = StateFolder(settings.state.absolute())
        self._stop_supervisor = threading.Event()
        self._stack = ExitStack()
        self._crash: str | None = None
        self._secrets = Secrets(settings.secrets)
        self.url = ""
        self.token: str | None = None
        self.engine = ""

    def start(self) -> None:
        """Brings everything up, or nothing.

        Raises:
            StateFolderInUse: another process runs on the state folder.
            PortInUse: the port is taken.
            StorageUnavailable: the state folder cannot be used, or lacks its archive.
            ValueError: the GPUs are not named rightly, or cannot be shared out among the slots.
            RunnerUnavailable: Docker was asked for and no engine answers.
        """
        with self._stack as stack:
            self._start(stack)
            self._stack = stack.pop_all()

    def problems(self) -> list[str]:
        """What keeps the system from working well right now, in sentences."""
        found = (self._supervisor.problem, self._crash)
        return [problem for problem in found if problem is not None]

    def stop(self) -> None:
        """Ends; running targets go on and are adopted at the next start. May be repeated."""
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        slot_gpus = gpus_per_slot(parse_gpus(self._settings.gpus), self._slots())
        self._folder.create()
        lock = StateLock(self._folder)
        lock.take()
        stack.callback(lock.release)
        stores = self._open_stores(stack)
        numbers = {each: Metrics(each, _version()) for each in _SERVICES}
        supervision = SupervisorMonitoring(numbers["supervisor"])
        views = supervision.views(stores.views)
        self._supervisor = make_supervisor(
            supervising.Stores(log=stores.log, bus=stores.bus, views=views),
            supervision,
            producer=f"supervisor-{os.getpid()}",
            pace=supervising.Pace(
                keep_pulses=self._settings.keep_pulses, most_pulses=self._settings.most_pulses
            ),
        )
        monitoring = GatewayMonitoring(numbers["gateway"], exposition(*numbers.values()))
        retention = self._make_retention(stores, monitoring)
        services = Services(
            log=stores.log,
            bus=stores.bus,
            views=stores.views,
            artifacts=stores.artifacts,
            clock=time.time,
            random_bytes=os.urandom,
            version=_version(),
            hosts=answers_to(self._settings.host, self._settings.allow_host),
            login=self._login(),
            policy=policy_of(self._settings.policy),
            preview=first_proposals,
            retention=retention.document,
        )
        pages = routes() if self._settings.with_page else []
        app = make_app(services, mounts=pages, monitoring=monitoring)
        server = WebServer(app, self._settings.host, self._settings.port)
        notifier = self._make_notifier(stores, monitoring)
        runners = self._make_runners(slot_gpus)
        self._start_supervisor(stack)
        threading.Thread(
            target=supervision.watch_set_aside,
            args=(stores.bus, self._stop_supervisor),
            name="count-set-aside",
            daemon=True,
        ).start()
        counting = WorkerMonitoring(numbers["worker"])
        self._worker = MeteredWorker(counting, self._worker_settings(), stores, runners)
        self._worker.start()
        stack.callback(self._worker.stop)
        server.start()
        stack.callback(server.stop)
        retention.start()
        stack.callback(retention.stop)
        if notifier is not None:
            notifier.start()
            stack.callback(notifier.stop)
        self.url = server.url
        lock.announce(self.url)
        _log.info("embedded_started", url=self.url, engine=self.engine, pid=os.getpid())

    def _login(self) -> Login | None:
        """The login of the state folder, with a token for whoever can read that."""
        if not self._settings.login:
            return None
        self.token = make_own_token(self._folder, time.time(), os.urandom(32))
        return Login(TokenFile(self._folder.tokens, time.monotonic), time.time, os.urandom)

    def _make_retention(self, stores: working.Stores, monitoring: GatewayMonitoring) -> Retention:
        settings = RetentionSettings(
            keep_for=self._settings.keep_logs_for,
            keep_size=self._settings.keep_logs_size,
            every=self._settings.retention_every,
        )
        return Retention(
            stores.artifacts, stores.log, stores.views, settings, counted=monitoring.swept
        )

    def _make_notifier(
        self, stores: working.Stores, monitoring: GatewayMonitoring
    ) -> Notifier | None:
        if self._settings.notify is None:
            return None
        followed = (stores.log, stores.bus, stores.views)
        return make_notifier(self._settings.notify, os.environ, followed, monitoring.told)

    def _open_stores(self, stack: ExitStack) -> working.Stores:
        store = SqliteEventLog(self._folder.events)
        stack.callback(store.close)
        log = ArchivedEventLog(store, self._folder.archive)
        stack.callback(log.close)
        log.check()
        views = SqliteViewStore(self._folder.views, SCHEMAS)
        stack.callback(views.close)
        bus = InProcessBus(self._folder.set_aside)
        stack.callback(bus.close)
        artifacts = FolderArtifactStore(self._folder.results)
        return working.Stores(log=log, bus=bus, views=views, artifacts=artifacts)

    def _start_supervisor(self, stack: ExitStack) -> None:
        thread = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        thread.start()
        stack.callback(thread.join, 30)
        stack.callback(self._stop_supervisor.set)

    def _supervise(self) -> None:
        """Runs the supervisor; should it break, it is rebuilt from the log and goes on."""
        while not self._stop_supervisor.is_set():
            try:
                self._supervisor.run(self._stop_supervisor)
                self._crash = None
            except Exception as error:  # noqa: BLE001 - whatever broke, the log is whole
                _log.exception("supervisor_broke")
                self._crash = f"the supervisor broke and was started again: {error}"
                self._stop_supervisor.wait(_RECOVERY_PAUSE)

    def _worker_settings(self) -> WorkerSettings:
        return WorkerSettings(
            worker_id=self._folder.worker_id(),
            host=socket.gethostname(),
            version=_version(),
            work=self._folder.work,
            pool=self._settings.pool,
            slots=self._slots(),
            gpus=len(parse_gpus(self._settings.gpus)),
            secrets=self._secrets,
        )

    def _slots(self) -> int:
        return self._settings.slots or len(parse_gpus(self._settings.gpus)) or os.cpu_count() or 1

    def _make_runners(self, slot_gpus: Mapping[int, tuple[str, ...]]) -> dict[str, Runner]:
        worker_id = self._folder.worker_id()
        roots = data_roots(self._settings.data_root)
        processes = make_process_runner(worker_id, os.environ, roots, self._secrets)
        runners: dict[str, Runner] = {"process": processes}
        if self._settings.docker is False:
            self.engine = "local processes (Docker is switched off)"
            return runners
        docker = DockerSettings(
            url=self._settings.docker_host,
            slots=self._slots(),
            holders=self._settings.holders,
            files=self._settings.files,
            network=self._settings.network,
            allow_privileged=self._settings.allow_privileged,
            slot_gpus=slot_gpus,
            data_roots=roots,
            secrets=self._secrets,
        )
        try:
            runners["docker"] = make_docker_runner(worker_id, docker)
            self.engine = "Docker and local processes"
        except RunnerUnavailable as error:
            if self._settings.docker:
                raise
            self.engine = f"local processes ({error})"
        return runners


def start_embedded(settings: Launch) -> Embedded:
    """Starts the all-in-one system; see `Embedded.start` for its errors."""
    embedded = Embedded(settings)
    embedded.start()
    return embedded


def _version() -> str:
    return importlib.metadata.version("hyperdock-cli")
