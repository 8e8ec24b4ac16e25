"""One run of compose.yaml under a project name of its own."""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from .commands import CHECKOUT, Failed, run, wait_until

_FILES: Final = ("-f", "compose.yaml", "-f", "compose/test.yaml")
_HEALTHY: Final = 120.0
_DOWN: Final = 150.0
_WORKER_LABEL: Final = "hyperdock.worker"


class System:
    """What `docker compose` does with the project.

    Args:
        project: names its containers, networks and volumes.
        secrets: the folder with its passwords.
        compose: the command to use; found if empty.
    """

    def __init__(self, project: str, secrets: Path, compose: str = "") -> None:
        self.project = project
        self.docker = str(_found("docker"))
        self._compose = compose.split() or _compose(self.docker)
        self._settings = {
            "COMPOSE_PROJECT_NAME": project,
            "DOCKER_GID": str(Path("/var/run/docker.sock").stat().st_gid),
            "SECRETS": str(secrets),
            "WEBUI_PORT": "",  # any that is free
            "WORKER_DRAIN": "0",
        }

    def up(self, *options: str) -> None:
        """Starts what is missing and waits until all of it is healthy."""
        self.compose("up", "--detach", "--no-build", *options, within=2 * _HEALTHY)
        wait_until("all containers are healthy", self._is_healthy, _HEALTHY)

    def down(self) -> None:
        """Takes everything away, with its volumes."""
        self.compose("down", "--volumes", "--remove-orphans", within=_DOWN)

    def compose(self, *words: str, within: float = 60) -> str:
        """Runs a command of Compose on the project."""
        return run([*self._compose, *_FILES, *words], within=within, also=self._settings)

    def url(self) -> str:
        """Where the pages are."""
        return f"http://{self.compose('port', 'webui', '8420').strip()}"

    def logs(self) -> str:
        """The end of what each service logged, and what state it is in."""
        return self.compose("ps") + self.compose("logs", "--no-color", "--tail=40")

    def targets(self, workers: Sequence[str]) -> list[str]:
        """Which worker each container belongs to that one of these made."""
        listed = self._docker("ps", "--all", "--format", f'{{{{.Label "{_WORKER_LABEL}"}}}}')
        return [worker for worker in listed if worker in set(workers)]

    def left(self, workers: Sequence[str]) -> dict[str, int]:
        """How many of the project's things there are; nothing, after `down`."""
        mine = ("--quiet", "--filter", f"label=com.docker.compose.project={self.project}")
        return {
            "containers": len(self._docker("ps", "--all", *mine)),
            "volumes": len(self._docker("volume", "ls", *mine)),
            "networks": len(self._docker("network", "ls", *mine)),
            "targets": len(self.targets(workers)),
        }

    def _is_healthy(self) -> bool:
        ids = self.compose("ps", "--quiet").split()
        found: list[dict[str, Any]] = json.loads(run([self.docker, "inspect", *ids]))
        states = [each["State"].get("Health", {}).get("Status") for each in found]
        return bool(states) and all(state == "healthy" for state in states)

    def _docker(self, *words: str) -> list[str]:
        return run([self.docker, *words]).split()


def _found(program: str) -> Path:
    # Debian's own first: another client earlier on PATH may be newer than the engine.
    own = Path("/usr/bin", program)
    if own.exists():
        return own
    if elsewhere := shutil.which(program):
        return Path(elsewhere)
    raise Failed(f"no {program} here: run scripts/install-test-needs")


def _compose(docker: str) -> list[str]:
    try:
        run([docker, "compose", "version"])
    except Failed:
        return [str(_found("docker-compose"))]
    return [docker, "compose"]


def clean_path() -> None:
    """Has Compose use the same client as we do."""
    os.environ["PATH"] = f"/usr/bin:{os.environ['PATH']}"
    os.chdir(CHECKOUT)
