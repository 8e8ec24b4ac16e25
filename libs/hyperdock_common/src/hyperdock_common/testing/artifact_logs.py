"""The contract of the `ArtifactStore` port: the logs of attempts."""

import pytest

from hyperdock_common.ports import ArtifactStore


class ArtifactLogContract:
    """Part of `ArtifactStoreContract`, which gives the fixture `store`."""

    def test_log_is_read_by_ranges(self, store: ArtifactStore) -> None:
        """A log grows chunk by chunk and is read from any place."""
        store.append_log("t1", "j1", 1, 0, b"one\n")
        store.append_log("t1", "j1", 1, 4, b"two\n")
        assert store.read_log("t1", "j1", 1, 0, 100) == b"one\ntwo\n"
        assert store.read_log("t1", "j1", 1, 2, 3) == b"e\nt"
        assert store.read_log("t1", "j1", 1, 8, 100) == b""
        assert store.read_log("t1", "j1", 1, 99, 100) == b""
        assert store.read_log("t1", "j1", 1, 0, 0) == b""

    def test_chunk_that_comes_again_changes_nothing(self, store: ArtifactStore) -> None:
        """A worker in doubt sends from an earlier place again."""
        store.append_log("t1", "j1", 1, 0, b"one\n")
        store.append_log("t1", "j1", 1, 4, b"two\n")
        store.append_log("t1", "j1", 1, 4, b"two\n")
        store.append_log("t1", "j1", 1, 0, b"one\ntwo\nthree\n")
        store.append_log("t1", "j1", 1, 0, b"one\n")
        assert store.read_log("t1", "j1", 1, 0, 100) == b"one\ntwo\nthree\n"

    def test_log_has_no_holes(self, store: ArtifactStore) -> None:
        """A chunk beyond the end is refused: what is missing would be lost in silence."""
        store.append_log("t1", "j1", 1, 0, b"one\n")
        with pytest.raises(ValueError, match="ends at 4"):
            store.append_log("t1", "j1", 1, 5, b"two\n")
        assert store.read_log("t1", "j1", 1, 0, 100) == b"one\n"

    def test_large_logs_are_kept_whole(self, store: ArtifactStore) -> None:
        """However the chunks fall, and wherever reading begins."""
        text = b"".join(b"line %d\n" % number for number in range(40_000))
        sizes = [1, 65_535, 65_536, 7, 131_072, 100_000]
        offset = 0
        while offset < len(text):
            size = sizes[0]
            sizes = [*sizes[1:], size]
            store.append_log("t1", "j1", 1, offset, text[offset : offset + size])
            offset += size
        assert store.read_log("t1", "j1", 1, 0, 10**9) == text
        for start in (0, 65_530, 65_536, 131_071, len(text) - 5):
            assert store.read_log("t1", "j1", 1, start, 70_000) == text[start : start + 70_000]
        store.append_log("t1", "j1", 1, 60_000, text[60_000:200_000])
        assert store.read_log("t1", "j1", 1, 0, 10**9) == text
        with pytest.raises(ValueError, match=f"ends at {len(text)}"):
            store.append_log("t1", "j1", 1, len(text) + 65_536, b"x")

    def test_log_that_ends_with_a_block_goes_on(self, store: ArtifactStore) -> None:
        """A store that cuts logs into blocks has no edge that shows."""
        store.append_log("t1", "j1", 1, 0, b"a" * 65_536)
        with pytest.raises(ValueError, match="ends at 65536"):
            store.append_log("t1", "j1", 1, 65_537, b"x")
        store.append_log("t1", "j1", 1, 65_536, b"b")
        assert store.read_log("t1", "j1", 1, 65_535, 10) == b"ab"
        with pytest.raises(ValueError, match="ends at 65537"):
            store.append_log("t1", "j1", 1, 131_072, b"x")

    def test_empty_log_is_no_hole(self, store: ArtifactStore) -> None:
        """A target that printed nothing has a log that ends at 0."""
        store.append_log("t1", "j1", 1, 0, b"")
        assert store.read_log("t1", "j1", 1, 0, 10) == b""
        with pytest.raises(ValueError, match="ends at 0"):
            store.append_log("t1", "j1", 1, 1, b"x")

    def test_every_attempt_has_its_own_log(self, store: ArtifactStore) -> None:
        """The log of a lost attempt stays beside that of the next."""
        for attempt in (1, 2, 12):
            store.append_log("t1", "j1", attempt, 0, f"attempt {attempt}".encode())
        assert store.read_log("t1", "j1", 1, 0, 100) == b"attempt 1"
        assert store.read_log("t1", "j1", 2, 0, 100) == b"attempt 2"
        assert store.read_log("t1", "j1", 12, 0, 100) == b"attempt 12"
        assert store.read_log("t1", "j1", 3, 0, 100) == b""
