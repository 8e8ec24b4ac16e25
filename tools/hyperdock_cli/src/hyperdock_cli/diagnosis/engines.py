"""The Docker engine: whether it answers, whether we may use it, and what it can do."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from hyperdock_cli.diagnosis.finding import Finding, ok, problem, warning
from hyperdock_common.errors import RunnerUnavailable
from hyperdock_worker.checking import EngineContainers, EngineFacts
from hyperdock_worker.docker_engine.address import engine_address

_SOCKET: Final = "/var/run/docker.sock"
_OLDEST: Final = (20, 10)


def look_at_docker(environ: Mapping[str, str], *, wanted: bool, gpus: bool) -> Iterator[Finding]:
    """The engine that the environment names.

    Args:
        environ: DOCKER_HOST and what belongs to it.
        wanted: whether somebody insists on it; without one, commands still run.
        gpus: whether it is to have some.
    """
    url, tls = engine_address(environ)
    try:
        with EngineContainers(url, tls) as engine:
            engine.ping()
            facts = engine.facts()
    except RunnerUnavailable as error:
        yield _away(str(error), _remedy(str(error), url, environ), wanted=wanted)
        return
    yield _version(facts)
    if facts.rootless:
        text = "is rootless: limits of memory and processors may not hold"
        yield warning("docker", text, "delegate the cgroup controllers to your user (systemd)")
    if gpus:
        yield _gpus(facts)


def _away(text: str, remedy: str, *, wanted: bool) -> Finding:
    if wanted:
        return problem("docker", text, remedy)
    return warning("docker", f"{text}; only trials with a `command` run", remedy)


def _remedy(text: str, url: str | None, environ: Mapping[str, str]) -> str:
    own = Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}") / "docker.sock"
    if url is None and own.exists():
        return f"a rootless engine is at hand: export DOCKER_HOST=unix://{own}"
    if "Permission denied" in text:
        return "sudo usermod -aG docker $USER, then log in again"
    if url is None and not Path(_SOCKET).exists():
        return "install Docker, start its engine, or name one in DOCKER_HOST"
    return "start the engine (systemctl start docker), or correct DOCKER_HOST"


def _version(facts: EngineFacts) -> Finding:
    number = tuple(int(each) for each in facts.version.split(".")[:2] if each.isdecimal())
    text = f"{facts.name} {facts.version}, {facts.processors} processors"
    if number and number < _OLDEST:
        return warning("docker", text, "Hyperdock is tried with 20.10 and newer")
    return ok("docker", text)


def _gpus(facts: EngineFacts) -> Finding:
    if facts.nvidia:
        return ok("gpus", "the engine can give containers NVIDIA's GPUs")
    remedy = "install the NVIDIA container toolkit, then `nvidia-ctk runtime configure`"
    return problem("gpus", "the engine knows neither an nvidia runtime nor CDI devices", remedy)
