"""What ended runs have left in the folder of an archive, told from what other people keep there."""

from itertools import chain
from pathlib import Path
from typing import Final

from hyperdock_common.archive.archived_log import Store
from hyperdock_common.archive.index import INDEX_PATTERN, drop_other_indexes, index_path
from hyperdock_common.archive.manifest import NAME, Manifest, UnusableArchive
from hyperdock_common.archive.reading import Archive
from hyperdock_common.archive.segments import SEGMENT_PATTERN
from hyperdock_common.ports import StoredEvent
from hyperdock_common.transfer import DamagedFile, EventReader, stored_at

_HALF_DONE: Final = (
    f"{SEGMENT_PATTERN}.part",
    f"{SEGMENT_PATTERN}.note",
    f"{SEGMENT_PATTERN}.note.part",
    f"{INDEX_PATTERN}.*.part",
    f"{NAME}.part",
)


def note_path(folder: Path, name: str) -> Path:
    """Where it is noted what a segment holds that no manifest names yet."""
    return folder / f"{name}.note"


def refuse_strays(folder: Path, manifest: Manifest, store: Store) -> None:
    """Looks whether all segments are of this log, those that the manifest does not name, too.

    Raises:
        UnusableArchive: one is not: it would be overwritten or removed.
    """
    archive = Archive(folder, manifest)
    for path in _unnamed(folder, manifest):
        last = _last_fact(path)
        if last is None or last != _fact_at(archive, store, last.position):
            problem = "is not of this log, or is damaged: move it, or name another folder"
            raise UnusableArchive(path, problem)


def clean(folder: Path, manifest: Manifest) -> None:
    """Removes what ended runs have left: all that is in it the log or the archive has, too."""
    half_done = chain.from_iterable(folder.glob(pattern) for pattern in _HALF_DONE)
    for path in [*_unnamed(folder, manifest), *half_done]:
        path.unlink(missing_ok=True)
    drop_other_indexes(folder, index_path(folder, manifest))


def _unnamed(folder: Path, manifest: Manifest) -> list[Path]:
    names = {segment.name for segment in manifest.segments}
    return sorted(path for path in folder.glob(SEGMENT_PATTERN) if path.name not in names)


def _last_fact(path: Path) -> StoredEvent | None:
    """Its chain vouches for all before it. None where the file is not whole."""
    fact = None
    try:
        with path.open("rb") as file:
            for fact in EventReader(file, path.name).facts():  # noqa: B007 - the last one is meant
                pass
    except DamagedFile:
        return None
    return fact


def _fact_at(archive: Archive, store: Store, position: int) -> StoredEvent | None:
    if (fact := stored_at(store, position)) is not None or position > archive.last:
        return fact
    return archive.at(position)
