"""The command line: builds what is named, or all, and says what became of each image."""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass

from .catalogue import IMAGES, Image
from .engine import Engine
from .file_tree import FileTree
from .problems import EngineFailed, PackagesUnavailable, ToolMissing
from .stand_ins import StandIn

_EXAMPLES = """\
examples:
  scripts/build-example-images                              all of them
  scripts/build-example-images awk-branin holder test-shell  only these
  scripts/build-example-images --real-bases node-pid         on the public base image
  scripts/build-example-images --json                        last line for scripts

Without a registry the public base images are replaced by stand-ins made of this machine's own
busybox, Python, Node.js and gcc, named hyperdock/base-…; what is missing is skipped, and its
reason told. An image is only built again when its files, its base or its recipe have changed.
"""


@dataclass(frozen=True)
class Outcome:
    """What became of one image."""

    image: str
    state: str  # built | up to date | skipped | failed
    reason: str = ""


class Builder:
    """Builds images, making each stand-in at most once."""

    def __init__(self, engine: Engine, options: argparse.Namespace) -> None:
        self._engine = engine
        self._options = options

    def build(self, image: Image) -> Outcome:
        """Builds one image unless it is there already."""
        try:
            return self._build(image)
        except ToolMissing as missing:
            return Outcome(image.name, "skipped", str(missing))
        except (EngineFailed, PackagesUnavailable) as failure:
            return Outcome(image.name, "failed", str(failure))

    def _build(self, image: Image) -> Outcome:
        stand_ins = {} if self._options.real_bases else _make(image)
        arguments = {key: stand_in.name for key, stand_in in stand_ins.items()}
        inputs = {key: stand_in.fingerprint for key, stand_in in stand_ins.items()}
        fingerprint = image.fingerprint(inputs)
        if self._is_there(image.name, fingerprint):
            return Outcome(image.name, "up to date")
        for stand_in in stand_ins.values():
            self._provide(stand_in)
        # Stand-ins have everything in them: that no network is needed is part of the promise.
        options = ["--network", "none"] if stand_ins else []
        if self._options.pull:
            options.append("--pull")
        self._engine.build(image.name, image.folder, arguments, fingerprint, options)
        return Outcome(image.name, "built")

    def _provide(self, stand_in: StandIn) -> None:
        if self._is_there(stand_in.name, stand_in.fingerprint):
            return
        started = time.monotonic()
        tree = FileTree()
        stand_in.fill(tree)
        self._engine.import_tree(stand_in.name, tree, stand_in.settings, stand_in.fingerprint)
        _say(stand_in.name, "made from this machine", time.monotonic() - started)

    def _is_there(self, name: str, fingerprint: str) -> bool:
        if self._options.force:
            return False
        return self._engine.fingerprints([name]).get(name) == fingerprint


def _make(image: Image) -> dict[str, StandIn]:
    return {argument: make() for argument, make in image.bases.items()}


def _say(name: str, what: str, seconds: float) -> None:
    print(f"{name:32} {what:24} {seconds:5.1f} s", flush=True)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/build-example-images",
        description="Builds the images of examples/ and two small ones for tests and workers.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = [image.short for image in IMAGES]
    parser.add_argument("images", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}")
    parser.add_argument("--real-bases", action="store_true", help="use the public base images")
    parser.add_argument("--pull", action="store_true", help="the same, fetching their latest")
    parser.add_argument("--force", action="store_true", help="build even what is up to date")
    parser.add_argument("--json", action="store_true", help="last line: one JSON object by image")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.images) - set(known)):
        parser.error(f"no such image: {', '.join(unknown)} (there are {', '.join(known)})")
    options.real_bases |= options.pull
    return options


def main(arguments: list[str]) -> int:
    """Returns 0 if nothing failed; what was skipped for want of a tool is no failure."""
    options = _parse(arguments)
    started = time.monotonic()
    try:
        builder = Builder(Engine(), options)
    except EngineFailed as failure:
        print(f"build-example-images: {failure}", file=sys.stderr)
        return 2
    outcomes = []
    for image in IMAGES:
        if options.images and image.short not in options.images:
            continue
        begun = time.monotonic()
        outcome = builder.build(image)
        _say(outcome.image, outcome.state, time.monotonic() - begun)
        if outcome.reason:
            print(f"    {outcome.reason}", flush=True)
        outcomes.append(outcome)
    _say("total", f"{len(outcomes)} images", time.monotonic() - started)
    if options.json:
        print(json.dumps({outcome.image: asdict(outcome) for outcome in outcomes}))
    return int(any(outcome.state == "failed" for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
