"""What the contract of the `ArtifactStore` port puts into a store, and finds there."""

from collections.abc import Mapping
from pathlib import Path

from hyperdock_common.ports import ArtifactStore


def fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into a folder, as a target does."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def listed(store: ArtifactStore, attempt: int = 1) -> dict[str, int]:
    """The paths and sizes of the job that most tests use, in the store's order."""
    files = store.list("t1", "j1", attempt)
    assert [each.path for each in files] == sorted(each.path for each in files)
    return {each.path: each.size for each in files}


def contents(store: ArtifactStore, attempt: int = 1) -> dict[str, bytes]:
    """The files of the job that most tests use."""
    found = {}
    for path in listed(store, attempt):
        with store.open("t1", "j1", attempt, path) as file:
            found[path] = file.read()
    return found
