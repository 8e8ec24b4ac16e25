"""Where a container finds its attempt's files: on a disk shared with the worker, or in itself.

Whether the engine sees the worker's disk, and under which path, is not guessed but tried: a token
is left in a folder, and looked for in a container that is made with it and never started.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import structlog

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.runner import AttemptFolder
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.options import FOLDER, WORKER_LABEL, Place, bound, own_folder
from hyperdock_worker.docker_engine.own_container import own_container_ids, place_on_host
from hyperdock_worker.docker_engine.settings import DockerSettings
from hyperdock_worker.docker_engine.state import Image, Refused

_log = structlog.get_logger()

NOT_SHARED = ("bind source path does not exist", "mounts denied", "not shared from the host")
"""What an engine says that does not see a path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """A disk of the engine's host: its folder there, and where it is here."""

    here: Path
    there: str

    def source(self, folder: Path) -> str:
        return str(Path(self.there, folder.relative_to(self.here)))


class Places:
    """The places of one worker's attempts; how they are reached is found out with the first."""

    def __init__(self, engine: Engine, worker_id: str, settings: DockerSettings) -> None:
        self._engine = engine
        self._worker_id = worker_id
        self._way = settings.files
        self._shared: _Shared | None = None
        self._known = False
        self._occupied: dict[str, bool] = {}
        self._lock = threading.Lock()

    def place(self, folder: AttemptFolder, image: Image) -> Place:
        """The place for a container of an image.

        Raises:
            Refused: the engine makes no container of the image.
            RunnerUnavailable: it does not answer, or does not see the folder, as it was to.
        """
        with self._lock:
            if not self._known:
                self._shared = self._found(folder, image)
                self._known = True
            if self._shared is None:
                return Place(mount=self._hiding(image), copied=True)
        source = self._shared.source(_real(folder, self._shared))
        return Place(mount=bound(source, FOLDER, read_only=False), copied=False)

    def _found(self, folder: AttemptFolder, image: Image) -> _Shared | None:
        if self._way == "copy":
            _log.info("target_files", way="copy", reason="so it is set")
            return None
        for way, shared in self._candidates(folder):
            if self._is_seen(folder, shared, image):
                _log.info("target_files", way=way, reason=f"the engine sees {shared.there}")
                return shared
        if self._way == "bind":
            raise RunnerUnavailable(
                f"the Docker engine does not see the worker's folder {folder.path}: mount it as a "
                "volume if the worker is a container, or let files be copied"
            )
        _log.info("target_files", way="copy", reason="the engine does not see the worker's folder")
        return None

    def _candidates(self, folder: AttemptFolder) -> Iterator[tuple[str, _Shared]]:
        yield "bind", _Shared(here=Path("/"), there="/")
        for container_id in own_container_ids():
            container = self._engine.inspect(container_id)
            if container is None:
                continue
            found = place_on_host(dict(container.mounts), folder.target.resolve())
            if found is not None:
                yield "translated bind", _Shared(here=found[0], there=found[1])

    def _is_seen(self, folder: AttemptFolder, shared: _Shared, image: Image) -> bool:
        token = folder.target / f"token-{uuid4().hex}"
        mount = bound(shared.source(_real(folder, shared)), FOLDER, read_only=True)
        try:
            token.touch()
            return self._is_there(image, f"{FOLDER}/{token.name}", mount)
        except OSError as error:
            raise RunnerUnavailable(f"the folder {folder.target} is not writable") from error
        finally:
            token.unlink(missing_ok=True)

    def _hiding(self, image: Image) -> JsonObject | None:
        """An empty volume over the folder, where the image has one of its own."""
        if image.id not in self._occupied:
            self._occupied[image.id] = self._is_there(image, FOLDER, None)
        return own_folder(FOLDER) if self._occupied[image.id] else None

    def _is_there(self, image: Image, path: str, mount: JsonObject | None) -> bool:
        """Whether a path would be in a container; the container goes at once."""
        config: JsonObject = {
            "Image": image.id,
            "Cmd": ["true"],
            "Labels": {WORKER_LABEL: self._worker_id},
            "HostConfig": {"NetworkMode": "none", "Mounts": [mount] if mount else []},
        }
        try:
            container = self._engine.create(f"hyperdock-look-{uuid4().hex}", config)
        except Refused as refusal:
            if any(each in refusal.message.lower() for each in NOT_SHARED):
                return False
            raise
        try:
            return self._engine.stat(container, path) is not None
        finally:
            self._engine.remove(container)


def _real(folder: AttemptFolder, shared: _Shared) -> Path:
    """The folder as a mount's path is compared with it: without links, unless it is taken as is."""
    return folder.target.absolute() if shared.here == Path("/") else folder.target.resolve()
