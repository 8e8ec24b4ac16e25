"""What the services' images install is what the workspace was tested with."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
SERVICES = ("supervisor", "worker", "gateway", "webui")
LOCKS = (
    "requirements.lock",
    "services/webui/frontend/package-lock.json",
    *(f"services/{each}/requirements.lock" for each in SERVICES),
)
LOCK = """\
# a comment
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via beta
beta==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:ba
scipy==1 ; python_full_version < '3.12' \\
    --hash=sha256:ca
scipy==2 ; python_full_version >= '3.12' \\
    --hash=sha256:cb
    # via
    #   alpha
    #   beta
"""


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module of the scripts that reads locks."""
    with monkeypatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        yield importlib.import_module("service_images.packages")


def test_a_lock_is_read_for_one_version_of_python(packages: ModuleType) -> None:
    """Pins come with all their hashes, and only those that this Python on this system wants."""
    assert list(packages.entries(LOCK, "3.11")) == [
        "alpha==1.0 --hash=sha256:aa --hash=sha256:ab",
        "scipy==1 --hash=sha256:ca",
    ]
    assert list(packages.entries(LOCK, "3.12"))[-1] == "scipy==2 --hash=sha256:cb"


def test_a_part_of_a_lock_reads_as_the_whole(packages: ModuleType) -> None:
    """Picking packages keeps their pins, markers and hashes, and drops all others."""
    picked = packages.pick(LOCK, ["alpha", "scipy"])
    assert list(packages.entries(picked, "3.11")) == list(packages.entries(LOCK, "3.11"))
    assert list(packages.entries(packages.pick(LOCK, ["scipy"]), "3.12")) == [
        "scipy==2 --hash=sha256:cb"
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_installs_what_the_workspace_has(packages: ModuleType, service: str) -> None:
    """Each service's lock names the workspace's versions and hashes; else run lock-services."""
    whole = set(packages.entries((ROOT / "requirements.lock").read_text("utf-8"), "3.12"))
    own = (ROOT / "services" / service / "requirements.lock").read_text("utf-8")
    entries = set(packages.entries(own, "3.12"))
    assert entries
    assert entries <= whole, f"run scripts/lock-services: {sorted(entries - whole)}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    """Where packages come from is the business of the machine that installs them."""
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text, "run make lock, or scripts/lock-frontend after npm install"
    assert '"resolved"' not in text


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_runs_without_root(service: str) -> None:
    """Each Dockerfile ends as a user of its own, in exec form, with a health check."""
    lines = (ROOT / "services" / service / "Dockerfile").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER hyperdock"]
    assert lines[-1] == f'ENTRYPOINT ["hyperdock-{service}"]'
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


@pytest.mark.parametrize("service", SERVICES)
def test_no_base_comes_from_a_named_registry(service: str) -> None:
    """The base images are arguments, and their defaults name no host."""
    dockerfile = (ROOT / "services" / service / "Dockerfile").read_text("utf-8")
    assert "ARG BASE_IMAGE=python:3.12-slim" in dockerfile
    named = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert set(named) <= {"${BASE_IMAGE}", "${BUILD_IMAGE}", "packages"}
