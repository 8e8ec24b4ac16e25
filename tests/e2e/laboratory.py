"""The system that the browser tests look at: all in one process, or every service in its own."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

import httpx
from tests.faults.system import Shape, System, wait_for
from tests.integration.all_in_one import AllInOne
from tests.integration.service_process import ServiceProcess

from hyperdock_cli.state_folder import own_token
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

_PRINTED: Final = re.compile(r"http://\S+/#token=\S+")
_PAGE: Final = 500


class Laboratory(AllInOne):
    """`hyperdock up` without Docker, as its printed address shows it."""

    def __init__(self, state: Path, *, slots: int = 4) -> None:
        super().__init__(state, "--no-docker", "--slots", str(slots))

    @property
    def url(self) -> str:
        """Where its pages are."""
        return str(self.api.base_url.copy_with(raw_path=b"/")).rstrip("/")

    @property
    def token(self) -> str:
        """The token of whoever started it."""
        token = own_token(self.state)
        assert token is not None
        return token

    @property
    def printed_address(self) -> str:
        """What it tells people to open."""
        said = _PRINTED.findall((self.state.parent / "up.log").read_text())
        assert said, "it printed no address with a token"
        return str(said[-1])

    def all_jobs(self, trial_id: str) -> list[dict[str, Any]]:
        """Every job of a trial, by number."""
        return all_jobs(self.api, trial_id)

    def named(self, name: str) -> str:
        """The id of the newest trial of this name."""
        return named(self.api, name)


class Services:
    """Broker, database, supervisor, two workers, a gateway, and the web UI as its own server."""

    token: str | None = None

    def __init__(self, folder: Path, broker: Broker, database: Database) -> None:
        shape = Shape(supervisors=1, workers=2, slots=1, containers=False)
        self._system = System(folder, shape, broker, database)
        self._gateway_url = f"http://127.0.0.1:{self._system.ports[1]}"
        options = ("--port", "0", "--gateway", self._gateway_url)
        self._webui = ServiceProcess("webui", folder / "webui", *options)
        self.api = httpx.Client()

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self._webui.url

    def kill_gateway(self) -> None:
        """KILL, at once."""
        self._system.gateways[0].kill()

    def start_gateway(self) -> None:
        """Starts it on the same port; returns when it answers."""
        self._system.gateways[0].start()
        wait_for(lambda: httpx.get(f"{self._gateway_url}/readyz").is_success, what="the gateway")

    def worker_names(self) -> set[str]:
        """The ids of the workers."""
        return {str(each["worker_id"]) for each in self._system.alive_workers()}

    def __enter__(self) -> Self:
        self._system.start()
        self._webui.start()
        self._webui.wait_ready()
        self.api = httpx.Client(base_url=f"{self.url}/api/v1", timeout=30)
        return self

    def __exit__(self, *_: object) -> None:
        self.api.close()
        self._webui.__exit__()
        self._system.close()


def all_jobs(api: httpx.Client, trial_id: str) -> list[dict[str, Any]]:
    """Every job of a trial, by number."""
    jobs: list[dict[str, Any]] = []
    params: dict[str, str | int] = {"limit": _PAGE, "sort": "number"}
    while True:
        page = found(api, f"/trials/{trial_id}/jobs", params)
        jobs += page["items"]
        if not page.get("next"):
            return jobs
        params["cursor"] = page["next"]


def named(api: httpx.Client, name: str) -> str:
    """The id of the newest trial of this name."""
    items = found(api, "/trials", {"name": name})["items"]
    return str(next(each["trial_id"] for each in items if each["name"] == name))


def found(
    api: httpx.Client, path: str, params: Mapping[str, str | int] | None = None
) -> dict[str, Any]:
    """What the API answers."""
    answer = api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
