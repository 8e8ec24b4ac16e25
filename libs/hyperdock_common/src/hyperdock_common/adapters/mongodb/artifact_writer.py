"""Writing into the bucket so that a crash at any point leaves what a repetition mends.

Small files travel many at a time, chunks before files: what is listed is whole. Where the chunks
are there already, an earlier process ended between the two. A large file is entered as partial
before its first chunk and is whole when that word goes. So chunks without a file are rare, and
known to be possible when they are.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO, Final

from pymongo.errors import BulkWriteError

from hyperdock_common.adapters.mongodb.artifact_files import (
    CHUNK,
    ArtifactFiles,
    chunk_document,
)
from hyperdock_common.adapters.mongodb.connection import Document

SMALL: Final = 128 * 1024
"""Up to so many bytes a file travels together with others."""

_MOST_FILES: Final = 200
_MOST_BYTES: Final = 4 * 1024 * 1024
_CHUNKS_AT_ONCE: Final = 8


class ArtifactWriter:
    """Writes files of the attempt `key`; what `add` was given is there after `flush`."""

    def __init__(self, bucket: ArtifactFiles, key: str) -> None:
        self._bucket = bucket
        self._key = key
        self._documents: list[Document] = []
        self._chunks: list[Document] = []
        self._bytes = 0
        self._after_a_crash = False

    def add(self, document: Document, data: bytes) -> None:
        """Writes a small file that is not in the bucket yet, in its time."""
        self._documents.append(_dated({**document, "length": len(data)}))
        if data:
            self._chunks.append(chunk_document(document["_id"], 0, data))
        self._bytes += len(data)
        if len(self._documents) >= _MOST_FILES or self._bytes >= _MOST_BYTES:
            self._send()

    def flush(self) -> None:
        """Writes what is waiting."""
        self._send()
        if self._after_a_crash:
            self._remove_orphans()

    def replace(self, document: Document, file: BinaryIO | None) -> None:
        """Writes a file of any size, whatever the bucket has of it."""
        name, metadata = document["_id"], document["metadata"]
        half_done = {**document, "metadata": {**metadata, "partial": True}}
        self._bucket.files.replace_one({"_id": name}, _dated(half_done), upsert=True)
        self._bucket.chunks.delete_many({"files_id": name})
        length = 0
        chunks = _chunks(name, file, document["length"]) if file else iter(())
        while group := list(islice(chunks, _CHUNKS_AT_ONCE)):
            self._bucket.chunks.insert_many(group, ordered=False)
            length += sum(len(each["data"]) for each in group)
        whole = _dated({**document, "length": length})
        self._bucket.files.replace_one({"_id": name}, whole, upsert=True)

    def remove(self, names: Sequence[str]) -> None:
        """Removes files."""
        for name in names:
            self._bucket.chunks.delete_many({"files_id": name})
            self._bucket.files.delete_one({"_id": name})

    def _send(self) -> None:
        documents, chunks = self._documents, self._chunks
        self._documents, self._chunks, self._bytes = [], [], 0
        if chunks:
            self._send_chunks(chunks)
        if documents:
            self._bucket.files.insert_many(documents, ordered=False)

    def _send_chunks(self, chunks: Sequence[Document]) -> None:
        try:
            self._bucket.chunks.insert_many(chunks, ordered=False)
        except BulkWriteError:
            self._after_a_crash = True
            names = [each["files_id"] for each in chunks]
            self._bucket.chunks.delete_many({"files_id": {"$in": names}})
            self._bucket.chunks.insert_many(chunks, ordered=False)

    def _remove_orphans(self) -> None:
        """Removes chunks whose file was not there to be taken again."""
        inside = {"$gte": f"{self._key}/", "$lt": f"{self._key}0"}
        names = set(self._bucket.chunks.distinct("files_id", {"files_id": inside}))
        self.remove(sorted(names - {each["_id"] for each in self._bucket.committed(self._key)}))


def _dated(document: Document) -> Document:
    return {**document, "uploadDate": dt.datetime.now(dt.UTC)}


def _chunks(name: str, file: BinaryIO, length: int) -> Iterator[Document]:
    """A file's chunks, up to the length that it had when it was looked at."""
    number = 0
    while data := file.read(min(CHUNK, length - number * CHUNK)):
        yield chunk_document(name, number, data)
        number += 1
        if len(data) < CHUNK:
            return
