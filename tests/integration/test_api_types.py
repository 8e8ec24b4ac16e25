"""TypeScript types made from the OpenAPI document are exact: the web UI is built on them."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

SOURCES: Final = Path(__file__).parent / "openapi_types"
PACKAGE: Final = ROOT / "services" / "webui"
COMMITTED: Final = PACKAGE / "frontend" / "src" / "api" / "schema.d.ts"


def run(*command: str | Path) -> None:
    """Runs a Python script, and shows what it said if it fails."""
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, done.stdout + done.stderr


def run_tool(*command: str | Path) -> None:
    """Runs a program that the frontend has, with absolute paths: it runs there."""
    run(PACKAGE / "frontend_build.py", "npm", "exec", "--offline", "--", *command)


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The types of the API as it is now, made as `make ui-types` makes them."""
    folder = tmp_path_factory.mktemp("types")
    document, types = folder / "openapi.json", folder / "api.d.ts"
    run(ROOT / "scripts" / "openapi-document", document)
    generate = ("openapi-typescript", "--default-non-nullable", "false")
    run_tool(*generate, document, "-o", types)
    return types


def test_generated_types_are_exact(types: Path, tmp_path: Path) -> None:
    """What the web UI may write against the types compiles, and what it must not does not."""
    for file in (types, SOURCES / "consumer.ts", SOURCES / "tsconfig.json"):
        shutil.copy(file, tmp_path)
    run_tool("tsc", "-p", tmp_path)


def test_the_web_ui_has_the_types_of_today(types: Path) -> None:
    """What is committed is what the gateway says; else run make ui-types."""
    stale = types.read_text("utf-8") != COMMITTED.read_text("utf-8")
    assert not stale, "frontend/src/api/schema.d.ts is not of this API: run make ui-types"
