"""The folder of artifacts keeps the contract of the artifact store."""

from pathlib import Path

import pytest

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.testing import ArtifactStoreContract
from hyperdock_common.testing.artifact_store import OpenStore


class TestFolderArtifactStore(ArtifactStoreContract):
    """A folder that is not there yet."""

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        """Each process opens the folder anew."""
        return lambda: FolderArtifactStore(tmp_path / "results")
