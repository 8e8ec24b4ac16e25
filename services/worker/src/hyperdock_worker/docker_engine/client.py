"""The Docker engine behind our own words: only this file and `connections` know docker-py.

Requests are the plain ones of the engine's API, few and without docker-py's extra look-ups: each
costs time between two jobs. Its errors become `Refused` (the engine answered) or
`RunnerUnavailable` (it did not).
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Generic, TypeVar

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.json_types import JsonObject
from hyperdock_worker.docker_engine.state import (
    Container,
    EngineEvent,
    Image,
    Listed,
    Refused,
    moment,
)

_T = TypeVar("_T")

TIMEOUT = 60.0
"""Seconds for an answer; a start on an overloaded host can take long."""

_PING_TIMEOUT = 5.0
_PULL_TIMEOUT = 600.0  # between two lines of progress
_CONNECT_TIMEOUT = 10.0
_CHUNK = 64 << 10
_NOT_FOUND, _CONFLICT = 404, 409
_NETWORK_FILES = {
    "/etc/hosts": "HostsPath",
    "/etc/hostname": "HostnamePath",
    "/etc/resolv.conf": "ResolvConfPath",
}


class Engine:
    """A Docker engine; may be used by many threads. It is not asked anything until it has to be."""

    def __init__(self, url: str | None, timeout: float = TIMEOUT) -> None:
        self._url = url
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

    def image(self, reference: str) -> Image | None:
        """A local image by name, digest or id; None if it is not here."""
        try:
            with self._translated() as api:
                found = api.inspect_image(reference)
        except Refused as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise
        config = found.get("Config") or {}
        return Image(
            id=found["Id"],
            digest=(found.get("RepoDigests") or [found["Id"]])[0],
            has_entrypoint=bool(config.get("Entrypoint")),
        )

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
                return _container(api.inspect_container(container))
        except Refused as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise

    def list(self, labels: Sequence[str]) -> Sequence[Listed]:
        """All containers with these labels, running or not."""
        with self._translated() as api:
            found = api.containers(all=True, filters={"label": list(labels)})
            return [_listed(each) for each in found]

    def events(self, label: str, actions: Sequence[str], since: int) -> "Stream[EngineEvent]":
        """What happens to containers with a label, from a moment on."""
        filters = {"type": ["container"], "label": [label], "event": list(actions)}
        with self._translated() as api:
            stream = api.events(since=since, filters=filters, decode=True)
            return Stream(map(_event, stream), stream)

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

    def close(self) -> None:
        """Closes the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _connected(self) -> Any:
        # A third of a second, for those who run containers only.
        from hyperdock_worker.docker_engine.connections import connect  # noqa: PLC0415

        with self._lock:
            if self._client is None:
                self._client = connect(self._url, self._timeout)
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


def _root_of(error: BaseException) -> str:
    """What the system said; HTTP clients wrap that in one error after the other."""
    causes: list[BaseException] = [error]
    while following := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(following)
    said = [each.strerror for each in causes if isinstance(each, OSError) and each.strerror]
    return said[-1] if said else str(error)


class Stream(Generic[_T]):
    """What the engine sends bit by bit; it may be closed from another thread, and then just ends.

    It also just ends when the engine goes away: whoever reads it looks after the container anyway.
    """

    def __init__(self, items: Iterator[_T], *closed_by: Any) -> None:
        self._items = items
        self._closed_by = closed_by

    def __enter__(self) -> "Stream[_T]":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[_T]:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - see Engine._connected

        # The last two come from the depths of the HTTP client when it is closed while it reads.
        with suppress(HTTPError, OSError, ValueError, AttributeError):
            yield from self._items

    def close(self) -> None:
        """Ends it, also for the thread that reads it."""
        for each in self._closed_by:
            # It may have ended, and then there is no socket any more where docker-py looks for it.
            with suppress(OSError, ValueError, AttributeError):
                each.close()


def _event(sent: Mapping[str, Any]) -> EngineEvent:
    attributes = sent.get("Actor", {}).get("Attributes", {})
    code = attributes.get("exitCode")
    return EngineEvent(
        action=str(sent.get("Action")),
        container=str(sent.get("Actor", {}).get("ID")),
        at=int(sent.get("timeNano", 0)) / 1e9,
        code=int(code) if code is not None else None,
    )


def _listed(found: Mapping[str, Any]) -> Listed:
    return Listed(
        id=found["Id"],
        name=found["Names"][0].lstrip("/"),
        state=found["State"],
        labels=found.get("Labels") or {},
        network=found["HostConfig"]["NetworkMode"],
    )


def _container(found: Mapping[str, Any]) -> Container:
    state = found["State"]
    return Container(
        id=found["Id"],
        name=found["Name"].lstrip("/"),
        state=state["Status"],
        labels=found["Config"].get("Labels") or {},
        code=int(state["ExitCode"]),
        out_of_memory=bool(state["OOMKilled"]),
        pid=int(state["Pid"]),
        started_at=moment(state["StartedAt"]),
        finished_at=moment(state["FinishedAt"]),
        image=str(found["Image"]),
        network=found["HostConfig"]["NetworkMode"],
        network_files={
            inside: found[name] for inside, name in _NETWORK_FILES.items() if found.get(name)
        },
    )
