"""Taking over a folder into the bucket: which of its files are taken, and how each of them is."""

import os
from pathlib import Path
from typing import BinaryIO, Final

from hyperdock_common.adapters.folder_walk import (
    Found,
    Kind,
    leave_out,
    leave_out_or_raise,
    open_file,
    walk,
)
from hyperdock_common.adapters.mongodb.artifact_files import ArtifactFiles, file_document
from hyperdock_common.adapters.mongodb.artifact_writer import SMALL, ArtifactWriter
from hyperdock_common.adapters.mongodb.connection import Document

_LARGE: Final = 1 << 30
_HOLES: Final = 16
_BLOCK: Final = 512


class ArtifactIntake:
    """One takeover of a folder as the files of the attempt `key`. Repeating it completes it."""

    def __init__(self, bucket: ArtifactFiles, key: str) -> None:
        self._bucket = bucket
        self._key = key
        self._writer = ArtifactWriter(bucket, key)
        self._known: dict[str, Document] = {}
        self._taken: dict[tuple[int, int], str] = {}

    def take(self, folder: Path) -> None:
        """Takes everything over; the folder stays as it is."""
        self._bucket.make_indexes()
        self._known = {each["_id"]: each for each in self._bucket.committed(self._key)}
        for found in walk(folder):
            try:
                self._take(found)
            except OSError as error:
                leave_out_or_raise(found.source, error)
        self._writer.flush()
        half_done = [name for name, each in self._known.items() if each["metadata"].get("partial")]
        self._writer.remove(half_done)

    def _take(self, found: Found) -> None:
        match found.kind:
            case Kind.FILE:
                with open_file(found.source) as file:
                    self._take_file(found, file)
            case Kind.LINK:
                self._enter_link(found, str(found.leads_to))
            case Kind.FOLDER:
                pass

    def _take_file(self, found: Found, file: BinaryIO) -> None:
        status = os.fstat(file.fileno())
        if (first := self._first_name(found, status)) is not None:
            self._enter_link(found, first)
        elif _is_hole(status):
            leave_out(found.source, "almost all of it is a hole")
        else:
            modified = status.st_mtime_ns
            path = str(found.path)
            document = file_document(self._key, path, status.st_size, modified=modified)
            self._enter(document, file)

    def _first_name(self, found: Found, status: os.stat_result) -> str | None:
        """Another name under which the same file was taken: its bytes are kept once."""
        if status.st_nlink == 1:
            return None
        path = str(found.path)
        first = self._taken.setdefault((status.st_dev, status.st_ino), path)
        return None if first == path else first

    def _enter_link(self, found: Found, leads_to: str) -> None:
        self._enter(file_document(self._key, str(found.path), 0, link=leads_to), None)

    def _enter(self, document: Document, file: BinaryIO | None) -> None:
        known = self._known.pop(document["_id"], None)
        if known is None and document["length"] <= SMALL:
            self._writer.add(document, file.read(document["length"]) if file else b"")
        elif known is None or not _is_same(known, document):
            self._writer.replace(document, file)


def _is_same(known: Document, document: Document) -> bool:
    return all(known[each] == document[each] for each in ("length", "metadata"))


def _is_hole(status: os.stat_result) -> bool:
    """Whether a file claims far more than was written: it would be sent, and kept, as zeros."""
    return status.st_size > max(_LARGE, _HOLES * _BLOCK * status.st_blocks)
