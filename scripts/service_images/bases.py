"""The two local base images: a Debian with Python, and the same with all packages in it."""

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import Final

from example_images.engine import Engine

from . import debian, packages
from .catalogue import BASE, CHECKOUT, IMAGES, TEST_SERVER_PACKAGES, WHEELS
from .commands import run

BASE_IMAGE: Final = "BASE_IMAGE"
BUILD_IMAGE: Final = "BUILD_IMAGE"
_CACHE: Final = CHECKOUT / ".cache" / "service-images"
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_WHEELS_IMAGE: Final = f"""\
FROM {BASE}
COPY . /wheels
ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels PIP_DISABLE_PIP_VERSION_CHECK=1
"""


class Bases:
    """Makes the bases at most once, and only when a build needs them."""

    def __init__(self, engine: Engine, client: str) -> None:
        self._engine = engine
        self._client = client

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """What an image that is built on them depends on."""
        base = _digest(*debian.inputs())
        return {BASE_IMAGE: base, BUILD_IMAGE: _digest(base, _WHEELS_IMAGE, *_locks())}

    def provide(self, argument: str) -> str:
        """The name of the image for this build argument, which is there then."""
        return self.base if argument == BASE_IMAGE else self.wheels

    @cached_property
    def base(self) -> str:
        """The name of the Debian, which is there then."""
        wanted = self.fingerprints[BASE_IMAGE]
        if self._engine.fingerprints([BASE]).get(BASE) != wanted:
            _CACHE.mkdir(parents=True, exist_ok=True)
            archive = debian.make_archive(_CACHE)
            settings = [f"ENV PATH={_PATH}", f"LABEL hyperdock.fingerprint={wanted}"]
            changes = [word for line in settings for word in ("--change", line)]
            run([self._client, "import", *changes, archive, BASE])
            archive.unlink()
        return BASE

    @cached_property
    def wheels(self) -> str:
        """The name of the Debian with packages, which is there then."""
        wanted = self.fingerprints[BUILD_IMAGE]
        base = self.base
        if self._engine.fingerprints([WHEELS]).get(WHEELS) != wanted:
            folder = packages.fetch(_locks(), self._python(base), _CACHE)
            # Beside the folder, for what is in it is what gets copied.
            recipe = folder.with_suffix(".Dockerfile")
            recipe.write_text(_WHEELS_IMAGE, "utf-8")
            options = ["--file", str(recipe), "--network", "none"]
            self._engine.build(WHEELS, folder, {}, wanted, options)
            recipe.unlink()
        return WHEELS

    def _python(self, base: str) -> str:
        said = run([self._client, "run", "--rm", "--network", "none", base, "python", "--version"])
        version = re.search(r"3\.\d+", said)
        assert version is not None, said  # noqa: S101
        return version[0]


def _locks() -> list[str]:
    services = [each for each in IMAGES if not each.is_test_server]
    locks = [_read(CHECKOUT / "services" / each.short / "requirements.lock") for each in services]
    return [*locks, packages.pick(_read(CHECKOUT / "requirements.lock"), TEST_SERVER_PACKAGES)]


def _read(file: Path) -> str:
    return file.read_text("utf-8")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
