"""A package with sources of pages, and programs in the place of Node and npm that log their use."""

import os
from pathlib import Path
from typing import Final

from frontend_build import Frontend
from tests.conftest import ROOT

_PACKAGE: Final = ROOT / "services" / "webui"
_SYSTEM: Final = "/usr/bin:/bin"
_NPM: Final = """\
#!/bin/sh
# Does what npm would do there: installs a folder, and builds unless there is a file `failing`.
echo "$*" >> "{log}"
case "$1" in
    ci) rm -rf node_modules && mkdir node_modules ;;
    run)
        if [ -f failing ]; then seq 100; echo "no such module" >&2; exit 3; fi
        rm -rf "$5" && mkdir -p "$5/assets"
        cp index.html "$5/index.html"
        cat src/*.tsx > "$5/assets/main-1.js"
        ;;
    *) pwd; exit 7 ;;
esac
"""


class Tree:
    """A package's folder in `folder`, with the real build scripts, and a folder of programs."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "webui"
        self.programs = folder / "bin"
        self.pages = self.root / "src" / "hyperdock_webui" / "build"
        self.frontend = Frontend(self.root)
        self._log = folder / "npm.log"
        self.write("frontend/package.json", "{}")
        self.write("frontend/package-lock.json", "{}")
        self.write("frontend/index.html", "<title>tiny</title>")
        self.write("frontend/src/main.tsx", "start();\n" * 300)
        self.write("src/hyperdock_webui/__init__.py", "")
        self.write(".gitignore", "build/\nnode_modules/\n")
        for name in ("pyproject.toml", "hatch_build.py", "frontend_build.py"):
            self.write(name, (_PACKAGE / name).read_text("utf-8"))
        self.program("node", "#!/bin/sh\necho v22.12.0\n")
        self.program("npm", _NPM.format(log=self._log))

    @property
    def path(self) -> str:
        """A PATH with its programs, and the system's but for Node and npm."""
        system = self.programs.with_name("system")
        if not system.exists():
            system.mkdir()
            for folder in map(Path, _SYSTEM.split(os.pathsep)):
                for each in ("cat", "cp", "mkdir", "rm", "seq", "sh"):
                    if (folder / each).exists() and not (system / each).exists():
                        (system / each).symlink_to(folder / each)
        return f"{self.programs}{os.pathsep}{system}"

    def write(self, name: str, text: str) -> None:
        """Writes a file of the package."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def program(self, name: str, script: str) -> None:
        """Puts a program where the PATH leads."""
        self.programs.mkdir(exist_ok=True)
        file = self.programs / name
        file.write_text(script, "utf-8")
        file.chmod(0o755)

    def without_node(self) -> None:
        """Takes Node and npm away."""
        for name in ("node", "npm"):
            (self.programs / name).unlink()

    def asked(self) -> list[str]:
        """What npm was asked to do since the last time, by its first words."""
        lines = self._log.read_text("utf-8").splitlines() if self._log.exists() else []
        self._log.unlink(missing_ok=True)
        return [" ".join(line.split(" --")[0].split()) for line in lines]
