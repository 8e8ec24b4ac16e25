"""The command line: up, one trial after the other, down; the last line is one JSON object."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .commands import CHECKOUT, Failed, run, wait_until
from .system import System, clean_path
from .trials import AS_ROOT, ENDLESS, EXAMPLE, Client

_JOBS = 12
_WORKERS = 3


@contextmanager
def _step(name: str, seconds: dict[str, float]) -> Iterator[None]:
    begun = time.monotonic()
    yield
    seconds[name] = round(time.monotonic() - begun, 1)
    print(f"{name:44} {seconds[name]:6.1f} s", flush=True)


def _build() -> None:
    run([CHECKOUT / "scripts" / "docker-engine", "start"])
    run([CHECKOUT / "scripts" / "build-example-images", "test-shell", "awk-branin"], within=300)
    print(run([CHECKOUT / "scripts" / "build-service-images"], within=900), end="", flush=True)


def _drive(system: System, folder: Path, seconds: dict[str, float]) -> list[str]:
    """Uses the system; returns the ids of the workers that it had."""
    client = Client(system.url(), folder, (folder / "secrets" / "admin-token").read_text().strip())
    with _step(f"an example trial of {_JOBS} jobs", seconds):
        client.complete(EXAMPLE, _JOBS)
    with _step("a trial whose files belong to root", seconds):
        client.complete(client.file("as-root.yaml", AS_ROOT), 2)
    with _step(f"scaled to {_WORKERS} workers", seconds):
        system.up("--no-recreate", "--scale", f"worker={_WORKERS}")
        wait_until("all workers are known", lambda: len(client.workers()) == _WORKERS, 30)
    workers = client.workers()
    with _step("an endless trial on all of them", seconds):
        client.begin(client.file("endless.yaml", ENDLESS))
        wait_until(
            "each worker runs two jobs",
            lambda: sorted(system.targets(workers)) == sorted([*workers, *workers]),
            60,
        )
    return workers


def _test(options: argparse.Namespace, seconds: dict[str, float]) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="hyperdock-compose-") as scratch:
        folder = Path(scratch)
        run([CHECKOUT / "scripts" / "compose-setup", folder / "secrets"])
        system = System(options.project, folder / "secrets", options.compose)
        workers: list[str] = []
        try:
            with _step("up and healthy", seconds):
                system.up()
            workers = _drive(system, folder, seconds)
        except Failed:
            print(system.logs(), file=sys.stderr)
            raise
        finally:
            if not options.keep:
                with _step("down", seconds):
                    system.down()
        return {} if options.keep else system.left(workers)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/compose-test",
        description="Brings compose.yaml up from images built here, drives it, takes it down.",
        epilog="Everything is made if it is missing. The last line is one JSON object.",
    )
    name = f"hyperdock-test-{os.getpid()}"
    parser.add_argument("--project", default=name, help="Compose's project (default: a new one)")
    parser.add_argument("--compose", default="", help="the command, e.g. 'docker compose'")
    parser.add_argument("--no-build", action="store_true", help="the images are there")
    parser.add_argument("--keep", action="store_true", help="leave the system up, to look at it")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Returns 0 if everything went well and nothing was left."""
    options = _parse(arguments)
    clean_path()
    begun = time.monotonic()
    seconds: dict[str, float] = {}
    try:
        if not options.no_build:
            with _step("images", seconds):
                _build()
        left = _test(options, seconds)
    except Failed as failure:
        print(f"compose-test: {failure}", file=sys.stderr)
        return 1
    total = round(time.monotonic() - begun, 1)
    print(json.dumps({"seconds": total, "steps": seconds, "jobs": _JOBS, "left": left}))
    return int(any(left.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
