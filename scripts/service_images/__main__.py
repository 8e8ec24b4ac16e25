"""The command line: builds what is named, or all, and says what became of each image."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from example_images.engine import Engine
from example_images.problems import EngineFailed

from .bases import BASE_IMAGE, BUILD_IMAGE, Bases
from .catalogue import IMAGES, PAGES, Image
from .commands import run
from .problems import CommandFailed

_EXAMPLES = """\
examples:
  scripts/build-service-images                   the four services, and the two servers for tests
  scripts/build-service-images worker gateway    only these
  scripts/build-service-images --services        the four services
  scripts/build-service-images --services --real-bases   on the public base image

Without a registry the public base image is replaced by a small Debian, made by debootstrap and
named hyperdock/base-debian; the packages are fetched by this machine's pip. An image is only built
again when its files, its base or its lock have changed.
"""


@dataclass(frozen=True)
class Outcome:
    """What became of one image."""

    image: str
    state: str  # built | up to date
    seconds: float


class Builder:
    """Builds images on the bases that were chosen."""

    def __init__(self, engine: Engine, bases: Bases, *, real: bool, force: bool) -> None:
        self._engine = engine
        self._bases = bases
        self._real = real
        self._force = force

    def build(self, image: Image) -> str:
        """Builds one image unless it is there already, and says which."""
        wanted = self._wanted(image)
        inputs = {argument: self._bases.fingerprints[argument] for argument in wanted}
        fingerprint = image.fingerprint(inputs)
        there = self._engine.fingerprints([image.name]).get(image.name)
        if there == fingerprint and not self._force:
            return "up to date"
        arguments = {argument: self._bases.provide(argument) for argument in wanted}
        options = ["--file", str(image.dockerfile)]
        if BUILD_IMAGE in wanted:  # everything is in it: that no network is needed is promised
            options += ["--network", "none"]
        self._engine.build(image.name, image.context, arguments, fingerprint, options)
        return "built"

    def _wanted(self, image: Image) -> tuple[str, ...]:
        if self._real:
            return ()
        return (BASE_IMAGE,) if image.needs_network else (BASE_IMAGE, BUILD_IMAGE)


def _timed(image: Image, build: Callable[[Image], str]) -> Outcome:
    begun = time.monotonic()
    state = build(image)
    seconds = time.monotonic() - begun
    print(f"{image.name:32} {state:12} {seconds:6.1f} s", flush=True)
    return Outcome(image.name, state, round(seconds, 1))


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/build-service-images",
        description="Builds the images of the services, and two servers for tests.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = [image.short for image in IMAGES]
    parser.add_argument("images", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}")
    parser.add_argument("--services", action="store_true", help="leave out the servers for tests")
    parser.add_argument("--real-bases", action="store_true", help="use the public base images")
    parser.add_argument("--force", action="store_true", help="build even what is up to date")
    parser.add_argument("--json", action="store_true", help="last line: one JSON object by image")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.images) - set(known)):
        parser.error(f"no such image: {', '.join(unknown)} (there are {', '.join(known)})")
    return options


def _chosen(options: argparse.Namespace) -> list[Image]:
    images = [each for each in IMAGES if not (options.services and each.is_test_server)]
    return [each for each in images if not options.images or each.short in options.images]


def main(arguments: list[str]) -> int:
    """Returns 0 if all images are there."""
    options = _parse(arguments)
    try:
        engine = Engine()
        bases = Bases(engine, engine.client)
        builder = Builder(engine, bases, real=options.real_bases, force=options.force)
        chosen = _chosen(options)
        if any(PAGES in image.sources for image in chosen):
            run([sys.executable, PAGES])  # so that no image's build needs Node
        outcomes = [_timed(image, builder.build) for image in chosen]
    except (EngineFailed, CommandFailed) as failure:
        print(f"build-service-images: {failure}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({outcome.image: asdict(outcome) for outcome in outcomes}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
