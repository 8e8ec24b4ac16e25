"""TypeScript types made from the OpenAPI document are exact: the web UI is built on them."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from tests.conftest import ROOT, missing

from hyperdock_gateway.api import with_documentation
from hyperdock_gateway.api.openapi import document_of
from hyperdock_gateway.operations import OPERATIONS

pytestmark = pytest.mark.slow

SOURCES: Final = Path(__file__).parent / "openapi_types"
PACKAGES: Final = ("package.json", "package-lock.json")


@pytest.fixture(scope="module")
def tools() -> Path:
    """A folder with the generator and the compiler in it, kept between runs."""
    if shutil.which("npm") is None:
        missing("no npm")
    digest = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = ROOT / ".cache" / "openapi-types" / digest
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in PACKAGES:
            shutil.copy(SOURCES / name, folder)
        run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        (folder / "installed").touch()
    return folder


def run(folder: Path, *command: str) -> None:
    """Runs a command there, and shows what it said if it fails."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_generated_types_are_exact(tools: Path, tmp_path: Path) -> None:
    """What the web UI may write against the types compiles, and what it must not does not."""
    document = document_of(with_documentation(OPERATIONS), version="1", login=True)
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    for name in ("consumer.ts", "tsconfig.json"):
        shutil.copy(SOURCES / name, tmp_path)
    programs = tools / "node_modules" / ".bin"
    generate = (f"{programs}/openapi-typescript", "--default-non-nullable", "false")
    run(tmp_path, *generate, "openapi.json", "-o", "api.d.ts")
    run(tmp_path, f"{programs}/tsc", "-p", ".")
