"""Local stand-ins for public base images, put together from this machine's own programs."""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .file_tree import FileTree, shared_libraries
from .problems import ToolMissing
from .python_packages import install_packages

_C_HEADERS = [
    "assert", "ctype", "errno", "float", "inttypes", "limits", "locale", "math", "setjmp", "signal",
    "stdarg", "stdbool", "stddef", "stdint", "stdio", "stdlib", "string", "time", "unistd",
]  # fmt: skip
_NOT_IN_AN_IMAGE = {
    "ensurepip", "idlelib", "lib2to3", "site-packages", "test", "tests", "tkinter", "turtledemo",
    "EXTERNALLY-MANAGED",
}  # fmt: skip


@dataclass(frozen=True)
class StandIn:
    """How to make one base image: the files of `fill`, and `settings` as Dockerfile lines."""

    name: str
    inputs: tuple[str, ...]
    fill: Callable[[FileTree], None]
    settings: tuple[str, ...] = field(default=())

    @property
    def fingerprint(self) -> str:
        """Changes when the image has to be made again."""
        recipe = "\n".join([self.name, *self.inputs, *self.settings, _recipes()])
        return hashlib.sha256(recipe.encode()).hexdigest()


def busybox() -> StandIn:
    """Stands in for `busybox`."""
    program = _tool("busybox", "busybox-static")
    return StandIn("hyperdock/base-busybox", (_identity(program),), _fill_busybox, (_path("/bin"),))


def python() -> StandIn:
    """Stands in for `python:3.x-slim`, with the version that runs this script."""
    return StandIn("hyperdock/base-python", _python_inputs(), _fill_python, _python_settings())


def python_with(name: str, requirements: Path) -> StandIn:
    """The same with these packages in it, so that a `pip install` of them needs no network."""

    def fill(tree: FileTree) -> None:
        _fill_python(tree)
        packages = install_packages(requirements)
        tree.add_tree(packages, "/opt/packages", skip=_is_test_folder)
        tree.add_libraries(file for file in packages.rglob("*.so*") if file.is_file())

    inputs = (*_python_inputs(), requirements.read_text())
    return StandIn(name, inputs, fill, (*_python_settings(), "ENV PYTHONPATH=/opt/packages"))


def node() -> StandIn:
    """Stands in for `node:20-slim`, with whatever version is installed."""
    program = Path(_output(_tool("node", "nodejs"), "-p", "process.execPath"))

    def fill(tree: FileTree) -> None:
        _fill_busybox(tree)
        tree.add_file(program, "/usr/local/bin/node")
        tree.add_libraries([program])
        # Debian's Node.js loads some of its own modules from here.
        own_modules = Path("/usr/share/nodejs")
        for name in ("acorn", "acorn-walk", "cjs-module-lexer", "undici"):
            tree.add_tree(own_modules / name)

    return StandIn("hyperdock/base-node", (_identity(program),), fill, (_path(),))


def gcc() -> StandIn:
    """Stands in for `gcc`: enough of it for static C programs of the standard library."""
    compiler = _tool("gcc", "gcc")
    c_library = Path(_output(compiler, "-print-file-name=libc.a")).resolve()
    cc1 = Path(_output(compiler, "-print-prog-name=cc1"))
    if not (c_library.is_file() and cc1.is_file()):
        raise ToolMissing("gcc cannot build static programs here (Debian: gcc libc6-dev)")

    def fill(tree: FileTree) -> None:
        _fill_busybox(tree)
        own = Path(_output(compiler, "-print-libgcc-file-name")).resolve().parent
        programs = [own / "cc1", own / "collect2", own / "lto-wrapper", own / "liblto_plugin.so"]
        for name in ("as", "ld"):
            tree.add_file(_tool(name, "binutils"), f"/usr/bin/{name}")
        tree.add_file(compiler, "/usr/bin/gcc")
        tree.add_link("/usr/bin/cc", "gcc")
        for file in [*programs, *own.glob("crt*.o"), *own.glob("libgcc*.a")]:
            tree.add_file(file)
        for pattern in ("libc.a", "libm.a", "libm-*.a", "libmvec.a", "crt[1in].o"):
            for file in c_library.parent.glob(pattern):
                tree.add_file(file)
        for header in _c_headers(compiler):
            tree.add_file(header)
        tree.add_libraries([compiler, *programs, _tool("as", "binutils"), _tool("ld", "binutils")])

    return StandIn("hyperdock/base-gcc", (_identity(compiler), _identity(cc1)), fill, (_path(),))


def _fill_busybox(tree: FileTree) -> None:
    program = _tool("busybox", "busybox-static")
    for applet in _output(program, "--list").split():
        tree.add_link(f"/bin/{applet}", "busybox")
    tree.add_file(program, "/bin/busybox")  # last: one of the applets has this name, too
    tree.add_link("/usr/bin/env", "/bin/busybox")
    tree.add_folder("/tmp", 0o1777)  # noqa: S108  # a folder of the image
    tree.add_folder("/root")
    tree.add_text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n")
    tree.add_text("/etc/group", "root:x:0:\nnogroup:x:65534:\n")


def _fill_python(tree: FileTree) -> None:
    """Keeps Python where it lies here: it finds its library from its own place."""
    _fill_busybox(tree)
    program, library = _python_program(), Path(sysconfig.get_path("stdlib"))
    tree.add_file(program)
    for name in ("python", "python3"):
        tree.add_link(f"/usr/local/bin/{name}", str(program))
    tree.add_tree(library, skip=_is_no_part_of_an_image)
    tree.add_libraries([program, *library.glob("lib-dynload/*.so")])


def _python_program() -> Path:
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def _python_inputs() -> tuple[str, ...]:
    return (sys.version, _identity(_python_program()))


def _python_settings() -> tuple[str, ...]:
    # A library outside the usual folders is found by a cache on the machine, not in the image.
    folders = {str(Path(library).parent) for library in shared_libraries([_python_program()])}
    unusual = ":".join(sorted(name for name in folders if not name.startswith("/lib")))
    return (_path(), f"ENV LD_LIBRARY_PATH={unusual}") if unusual else (_path(),)


def _is_no_part_of_an_image(path: Path) -> bool:
    return path.name in _NOT_IN_AN_IMAGE or path.name.startswith("config-")


def _is_test_folder(path: Path) -> bool:
    return path.name == "tests"


def _c_headers(compiler: str) -> list[str]:
    """Asks the compiler which files the standard headers lead to."""
    source = "".join(f"#include <{name}.h>\n" for name in _C_HEADERS)
    command = [compiler, "-std=gnu11", "-O2", "-M", "-xc", "-"]
    rule = subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout
    return [word for word in rule.split() if word.startswith("/")]


def _tool(name: str, package: str) -> str:
    """Finds a program, also where only root's PATH leads."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        raise ToolMissing(f"there is no {name} here (Debian: {package})")
    return str(Path(found).resolve())


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _identity(program: str | Path) -> str:
    facts = Path(program).stat()
    return f"{program} {facts.st_size} {facts.st_mtime_ns}"


def _path(folders: str = "/usr/local/bin:/usr/bin:/bin") -> str:
    return f"ENV PATH={folders}"


def _recipes() -> str:
    return "".join(file.read_text() for file in sorted(Path(__file__).parent.glob("*.py")))
