"""Which images there are, and which stand-in takes the place of which public base image."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .stand_ins import StandIn, busybox, gcc, node, python, python_with

_CHECKOUT = Path(__file__).resolve().parents[2]
_DIGITS = _CHECKOUT / "examples" / "sklearn-digits"


@dataclass(frozen=True)
class Image:
    """An image to build: its folder, and the stand-in for each of its build arguments."""

    short: str
    name: str
    folder: Path
    bases: dict[str, Callable[[], StandIn]] = field(default_factory=dict)

    def fingerprint(self, arguments: dict[str, str]) -> str:
        """Changes when the image has to be built again."""
        digest = hashlib.sha256(repr((self.name, sorted(arguments.items()))).encode())
        for file in sorted(self.folder.rglob("*")):
            if file.is_file() and not _is_about_the_image(file):
                digest.update(str(file.relative_to(self.folder)).encode())
                digest.update(file.read_bytes())
        return digest.hexdigest()


def _is_about_the_image(file: Path) -> bool:
    return file.suffix in {".md", ".yaml"} or "__pycache__" in file.parts


def _example(short: str, **bases: Callable[[], StandIn]) -> Image:
    return Image(short, f"hyperdock/example-{short}", _CHECKOUT / "examples" / short, bases)


def _tool(short: str) -> Image:
    folder = Path(__file__).resolve().parents[1] / "images" / short
    return Image(short, f"hyperdock/{short}", folder, {"BASE_IMAGE": busybox})


def _python_for_digits() -> StandIn:
    return python_with("hyperdock/base-python-sklearn", _DIGITS / "requirements.txt")


IMAGES = (
    _tool("holder"),
    _tool("test-shell"),
    _example("awk-branin", BASE_IMAGE=busybox),
    _example("c-rosenbrock", BUILD_IMAGE=gcc),
    _example("node-pid", BASE_IMAGE=node),
    _example("original-format", BASE_IMAGE=python),
    _example("sklearn-digits", BASE_IMAGE=_python_for_digits),
)
