"""Which images there are, what each is made of, and what stands in for which public base image."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
BASE: Final = "hyperdock/base-debian"
WHEELS: Final = "hyperdock/base-wheels"
PAGES: Final = CHECKOUT / "services" / "webui" / "frontend_build.py"
"""Makes the pages of the web UI, which its image takes from the checkout."""

_STAND_INS: Final = Path(__file__).resolve().parents[1] / "images"
_NOT_BUILT_FROM: Final = {"__pycache__", ".mypy_cache", "node_modules"}


@dataclass(frozen=True)
class Image:
    """An image to build.

    Attributes:
        context: the folder that its Dockerfile copies from.
        sources: the files and folders that it is made of.
        is_test_server: whether it only stands in for a public image, in tests.
        needs_network: whether its build installs packages of the distribution.
    """

    short: str
    context: Path
    sources: tuple[Path, ...]
    is_test_server: bool = False
    needs_network: bool = False

    @property
    def name(self) -> str:
        """The tag that it gets."""
        return f"hyperdock/test-{self.short}" if self.is_test_server else f"hyperdock/{self.short}"

    @property
    def dockerfile(self) -> Path:
        """Where it is described."""
        return next(each for each in self.sources if each.name == "Dockerfile")

    def fingerprint(self, arguments: Mapping[str, str]) -> str:
        """Changes when the image has to be built again."""
        digest = hashlib.sha256(repr((self.name, sorted(arguments.items()))).encode())
        for file in sorted(file for each in self.sources for file in _files(each)):
            digest.update(str(file.relative_to(CHECKOUT)).encode())
            digest.update(file.read_bytes())
        return digest.hexdigest()


def _files(source: Path) -> list[Path]:
    found = [source] if source.is_file() else source.rglob("*")
    return [each for each in found if each.is_file() and not _NOT_BUILT_FROM & set(each.parts)]


def _service(short: str, *libraries: str, build: tuple[Path, ...] = ()) -> Image:
    folder = CHECKOUT / "services" / short
    parts = ("Dockerfile", "pyproject.toml", "requirements.lock", "src")
    libs = [CHECKOUT / "libs" / f"hyperdock_{each}" for each in ("common", *libraries)]
    theirs = [lib / part for lib in libs for part in ("pyproject.toml", "src")]
    sources = (*(folder / part for part in parts), *build, *theirs)
    return Image(short, CHECKOUT, sources)


def _server(short: str, *others: str, needs_network: bool = False) -> Image:
    folder = _STAND_INS / short
    sources = (folder / "Dockerfile", *(folder / each for each in others))
    return Image(short, folder, sources, is_test_server=True, needs_network=needs_network)


IMAGES: Final = (
    _service("supervisor", "optimizers"),
    _service("worker"),
    _service("gateway", "optimizers"),
    _service("webui", build=(PAGES, PAGES.with_name("hatch_build.py"))),
    _server("rabbitmq", needs_network=True),
    _server("mongodb", "start.py"),
)
TEST_SERVER_PACKAGES: Final = (
    "dnspython", "future", "numpy", "pymongo", "python-dateutil", "s2sphere", "secantusdb",
    "shapely", "six", "tzdata",
)  # fmt: skip
