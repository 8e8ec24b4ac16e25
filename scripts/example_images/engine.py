"""The Docker engine, by its command-line client."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from .file_tree import FileTree
from .problems import EngineFailed

_FINGERPRINT = "hyperdock.fingerprint"


class Engine:
    """Makes images and knows which of them are still the wanted ones."""

    def __init__(self) -> None:
        # Another client earlier on PATH may be newer than the engine and lack its plugins.
        client = Path("/usr/bin/docker")
        found = str(client) if client.exists() else shutil.which("docker")
        if not found:
            raise EngineFailed("no docker client here: run scripts/install-test-needs")
        self.client = found
        # The classic builder is the one that every client has without a plugin.
        self._environment = {**os.environ, "DOCKER_BUILDKIT": "0"}
        if self._run("version", "--format", "{{.Server.Version}}").returncode != 0:
            raise EngineFailed("no Docker engine answers: run scripts/docker-engine start")

    def fingerprints(self, names: Iterable[str]) -> dict[str, str]:
        """Returns the fingerprints of those of these images that exist."""
        answer = self._run("image", "inspect", *names).stdout
        return {
            tag.removesuffix(":latest"): (image["Config"]["Labels"] or {}).get(_FINGERPRINT, "")
            for image in json.loads(answer or "[]")
            for tag in image["RepoTags"]
        }

    def import_tree(
        self, name: str, tree: FileTree, settings: Iterable[str], fingerprint: str
    ) -> None:
        """Makes an image of these files."""
        lines = [*settings, f"LABEL {_FINGERPRINT}={fingerprint}"]
        options = [word for line in lines for word in ("--change", line)]
        before = self._id(name)
        with subprocess.Popen(
            [self.client, "import", *options, "-", name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=self._environment,
        ) as client:  # fmt: skip
            output = _feed(client, tree)
        if client.returncode != 0:
            raise EngineFailed(f"docker import of {name} failed:\n{output}")
        self._drop(before, name)

    def build(
        self,
        name: str,
        folder: Path,
        arguments: Mapping[str, str],
        fingerprint: str,
        options: Iterable[str] = (),
    ) -> None:
        """Builds the Dockerfile in a folder."""
        before = self._id(name)
        settings = [word for key, value in arguments.items() for word in _setting(key, value)]
        label = f"{_FINGERPRINT}={fingerprint}"
        done = self._run(
            "build", "--force-rm", "--tag", name, "--label", label, *settings, *options, str(folder)
        )
        if done.returncode != 0:
            tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
            raise EngineFailed(f"docker build of {name} failed:\n{tail}")
        self._drop(before, name)

    def _id(self, name: str) -> str:
        return self._run("image", "inspect", "--format", "{{.Id}}", name).stdout.strip()

    def _drop(self, image: str, name: str) -> None:
        """Removes what had the name before; the engine refuses where something still uses it."""
        if image and image != self._id(name):
            self._run("image", "rm", image)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.client, *arguments],
            capture_output=True, text=True, check=False, env=self._environment,
        )  # fmt: skip


def _feed(client: subprocess.Popen[bytes], tree: FileTree) -> str:
    """Writes the archive to the client and returns what it said; it may hang up early."""
    assert client.stdin is not None  # noqa: S101
    assert client.stdout is not None  # noqa: S101
    with contextlib.suppress(BrokenPipeError):
        tree.write(client.stdin)
    with contextlib.suppress(BrokenPipeError):
        client.stdin.close()
    return client.stdout.read().decode(errors="replace").strip()


def _setting(key: str, value: str) -> tuple[str, str]:
    return "--build-arg", f"{key}={value}"
