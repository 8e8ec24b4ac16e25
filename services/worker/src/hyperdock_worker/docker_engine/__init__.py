"""Runs targets as containers of a Docker engine. Only `client` knows docker-py."""

from hyperdock_worker.docker_engine.runner import DockerRunner
from hyperdock_worker.docker_engine.settings import DockerSettings

__all__ = ["DockerRunner", "DockerSettings"]
