"""Packages for the Python stand-in, fetched by this machine's pip into a cache in the checkout."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .problems import PackagesUnavailable, ToolMissing

_CHECKOUT = Path(__file__).resolve().parents[2]
_CACHE = _CHECKOUT / ".cache" / "example-packages"


def install_packages(requirements: Path) -> Path:
    """Returns a folder with these packages and pip, which in the image sees that they are there."""
    wanted = f"{requirements.read_text()}\n{sys.version}"
    folder = _CACHE / hashlib.sha256(wanted.encode()).hexdigest()[:16]
    if not folder.is_dir():
        _CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
            _run_pip(requirements, Path(scratch) / "packages")
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(Path(scratch) / "packages", folder)  # noqa: PTH105
            folder.chmod(0o755)
    return folder


def _run_pip(requirements: Path, target: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [
        *_pip(), "install", "--quiet", "--no-input", "--disable-pip-version-check",
        "--only-binary", ":all:", "--python-version", version,
        "--target", str(target), "pip", "--requirement", str(requirements),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise PackagesUnavailable(f"pip could not fetch {requirements.name}:\n{last}")


def _pip() -> list[str]:
    """Finds a pip: that of this Python, or that of the project's environment."""
    for python in (sys.executable, str(_CHECKOUT / ".venv" / "bin" / "python")):
        command = [python, "-m", "pip"]
        if Path(python).exists() and _works([*command, "--version"]):
            return command
    raise ToolMissing("there is no pip here: run `make setup` first (Debian: python3-pip)")


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
