"""The Docker engine behind our own words: only this file and `connections` know docker-py.

Requests are the plain ones of the engine's API, few and without docker-py's extra look-ups: each
costs time between two jobs. Its errors become `Refused` (the engine answered) or
`RunnerUnavailable` (it did not).
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.json_types import JsonObject
from hyperdock_worker.docker_engine import answers
from hyperdock_worker.docker_engine.address import Tls
from hyperdock_worker.docker_engine.state import (
    Container,
    EngineEvent,
    Image,
    Listed,
    Refused,
    Stat,
)
from hyperdock_worker.docker_engine.stream import Stream

TIMEOUT = 60.0
"""Seconds for an answer; a start on an overloaded host can take long."""

_PING_TIMEOUT = 5.0
_PULL_TIMEOUT = 600.0  # between two lines of progress
_CONNECT_TIMEOUT = 10.0
_CHUNK = 64 << 10
_NOT_FOUND, _CONFLICT = 404, 409
_STAT = "X-Docker-Container-Path-Stat"


class Engine:
    """A Docker engine; may be used by many threads. It is not asked anything until it has to be."""

    def __init__(
        self, url: str | None, timeout: float = TIMEOUT, *, tls: Tls | None = None
    ) -> None:
        self._url = url
        self._tls = tls
        self._timeout = timeout
        self._client: Any = None  # docker-py's APIClient, once it is needed
        self._lock = threading.Lock()

    def ping(self) -> None:
        """Returns if the engine answers soon.

        Raises:
            RunnerUnavailable: it does not.
        """
        with self._translated() as api:
            api.get(f"{api.base_url}/_ping", timeout=_PING_TIMEOUT).raise_for_status()

    def info(self) -> JsonObject:
        """What the engine says of itself and of its host."""
        with self._translated() as api:
            found: JsonObject = api.info()
            return found

    def image(self, reference: str) -> Image | None:
        """A local image by name, digest or id; None if it is not here."""
        try:
            with self._translated() as api:
                return answers.image(api.inspect_image(reference))
        except Refused as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise

    def image_names(self) -> Sequence[str]:
        """The names with tags of all local images."""
        with self._translated() as api:
            return [tag for image in api.images() for tag in image.get("RepoTags") or []]

    def pull(self, repository: str, tag: str) -> None:
        """Pulls an image.

        Raises:
            Refused: it is not to be had.
        """
        with self._translated() as api:
            progress = api.pull(repository, tag=tag, stream=True, decode=True)
            for line in progress:
                if "error" in line:
                    raise Refused(_NOT_FOUND, str(line["error"]))

    def create(self, name: str, config: JsonObject) -> str:
        """Creates a container, returns its id."""
        with self._translated() as api:
            created = api.create_container_from_config(config, name)
            return str(created["Id"])

    def start(self, container: str) -> None:
        """Starts a container."""
        with self._translated() as api:
            api.start(container)

    def kill(self, container: str, signal: str) -> None:
        """Sends a signal; nothing happens where nothing runs."""
        with self._tolerating(_NOT_FOUND, _CONFLICT), self._translated() as api:
            api.kill(container, signal)

    def remove(self, container: str) -> None:
        """Ends and removes a container with its anonymous volumes, if it is there."""
        # A conflict means that its removal is under way.
        with self._tolerating(_NOT_FOUND, _CONFLICT), self._translated() as api:
            api.remove_container(container, v=True, force=True)

    def inspect(self, container: str) -> Container | None:
        """A container by id or name; None if there is none."""
        try:
            with self._translated() as api:
                return answers.container(api.inspect_container(container))
        except Refused as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise

    def list(self, labels: Sequence[str]) -> Sequence[Listed]:
        """All containers with these labels, running or not."""
        with self._translated() as api:
            found = api.containers(all=True, filters={"label": list(labels)})
            return [answers.listed(each) for each in found]

    def events(self, label: str, actions: Sequence[str], since: int) -> "Stream[EngineEvent]":
        """What happens to containers with a label, from a moment on."""
        filters = {"type": ["container"], "label": [label], "event": list(actions)}
        with self._translated() as api:
            stream = api.events(since=since, filters=filters, decode=True)
            return Stream(map(answers.event, stream), stream)

    def log(self, container: str, *, follow: bool, tail: int | None = None) -> "Stream[bytes]":
        """A container's output as the engine frames it (see `logs.unframed`)."""
        from docker.types import CancellableStream  # noqa: PLC0415 - see _connected

        wanted = {"stdout": 1, "stderr": 1, "follow": int(follow), "tail": tail or "all"}
        with self._translated() as api:
            # Not api.logs(): it inspects the container each time, and reads frame by frame.
            url = f"{api.base_url}/v{api.api_version}/containers/{container}/logs"
            timeout = (_CONNECT_TIMEOUT, None if follow else self._timeout)
            response = api.get(url, params=wanted, stream=True, timeout=timeout)
            if not response.ok:
                response.close()
                raise Refused(response.status_code, f"no log: {response.reason}")
            chunks = response.raw.stream(_CHUNK, decode_content=False)
            return Stream(chunks, CancellableStream(chunks, response), response)

    def processes(self, container: str) -> int:
        """How many processes a running container has."""
        with self._translated() as api:
            return len(api.top(container)["Processes"])

    def written(self, container: str) -> int:
        """The bytes that a container has written beside its image and its mounts."""
        with self._translated() as api:
            found = api.containers(all=True, size=True, filters={"id": [container]})
            return sum(int(each.get("SizeRw", 0)) for each in found)

    def stat(self, container: str, path: str) -> Stat | None:
        """What stands at a path in a container, running or not; None if nothing does."""
        with self._translated() as api:
            answer = api.head(
                _archive(api, container), params={"path": path}, timeout=self._timeout
            )
        if answer.status_code == _NOT_FOUND:
            return None
        if not answer.ok:
            raise Refused(answer.status_code, f"{path} cannot be looked at: {answer.reason}")
        return answers.stat(answer.headers[_STAT])

    def put(self, container: str, folder: str, archive: bytes) -> None:
        """Unpacks a tar archive in a container's folder."""
        with self._translated() as api:
            api.put_archive(container, folder, archive)

    @contextmanager
    def archive(self, container: str, path: str) -> Iterator[Iterator[bytes]]:
        """A path in a container as a tar archive; unlike a `Stream` it tells where it breaks off.

        Raises:
            Refused: with status 404 where the container or the path is not there.
            RunnerUnavailable: the engine does not answer, or not to the end.
        """
        with self._translated() as api:
            response = api.get(
                _archive(api, container),
                params={"path": path},
                headers={"Accept-Encoding": "identity"},
                stream=True,
                timeout=self._timeout,
            )
        try:
            if not response.ok:
                raise Refused(response.status_code, f"{path} cannot be read: {response.reason}")
            yield self._pieces(response)
        finally:
            response.close()

    def close(self) -> None:
        """Closes the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _pieces(self, response: Any) -> Iterator[bytes]:
        with self._translated():
            yield from response.raw.stream(_CHUNK, decode_content=False)

    def _connected(self) -> Any:
        # A third of a second, for those who run containers only.
        from hyperdock_worker.docker_engine.connections import connect  # noqa: PLC0415

        with self._lock:
            if self._client is None:
                self._client = connect(self._url, self._timeout, self._tls)
            return self._client

    @contextmanager
    def _translated(self) -> Iterator[Any]:
        """The client, with its errors turned into ours."""
        from docker.errors import APIError, DockerException  # noqa: PLC0415
        from requests.exceptions import RequestException  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        try:
            yield self._connected()
        except APIError as error:
            status = error.status_code or 0
            raise Refused(status, str(error.explanation or error)) from error
        except (DockerException, RequestException, HTTPError, OSError) as error:
            raise RunnerUnavailable(self._why(error)) from error

    @contextmanager
    def _tolerating(self, *statuses: int) -> Iterator[None]:
        try:
            yield
        except Refused as refusal:
            if refusal.status not in statuses:
                raise

    def _why(self, error: Exception) -> str:
        where = self._url or "Docker's default socket"
        problem = f"no Docker engine answers at {where}: {_root_of(error)}"
        if "Permission denied" in problem:
            return f"{problem} (may this user use it? it is often the group `docker` that may)"
        return problem


def _archive(api: Any, container: str) -> str:
    return f"{api.base_url}/v{api.api_version}/containers/{container}/archive"


def _root_of(error: BaseException) -> str:
    """What the system said; HTTP clients wrap that in one error after the other."""
    causes: list[BaseException] = [error]
    while following := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(following)
    said = [each.strerror for each in causes if isinstance(each, OSError) and each.strerror]
    return said[-1] if said else str(error)
