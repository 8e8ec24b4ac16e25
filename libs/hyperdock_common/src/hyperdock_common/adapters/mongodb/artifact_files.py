"""The GridFS bucket of the artifacts: what its documents look like, and reading them.

They are as GridFS wants them, so every GridFS tool can read the bucket. What is ours is in
`metadata`: the `attempt` and the `path` in its folder; `link`, where the file is the same as
another one of the attempt; `partial`, while its chunks are still being written; `modified`, to
know a file that was taken before. The `_id` of a chunk tells its file and its number, so reading
needs no search.
"""

import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from pymongo.read_concern import ReadConcern

from hyperdock_common.adapters.mongodb.connection import Document, MongoServer, translated
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports.artifacts import ArtifactFile

CHUNK: Final = 255 * 1024
"""Bytes in a chunk: as GridFS has it, so that one and its document fit into 256 KiB."""

_BUFFER: Final = 64 * 1024
_MOST_HOPS: Final = 3


class ArtifactFiles:
    """The files and chunks of one bucket.

    Attributes:
        files: a document per file.
        chunks: their bytes.
    """

    def __init__(self, server: MongoServer, bucket: str) -> None:
        self._server = server
        self.files = server.database[f"{bucket}.files"]
        self.chunks = server.database[f"{bucket}.chunks"]
        self._lock = threading.Lock()
        self._indexed_after: int | None = None

    def make_indexes(self) -> None:
        """Makes the indexes, if a server that came back may lack them."""
        with self._lock:
            outages = self._server.outages
            if self._indexed_after != outages:
                self.files.create_index("metadata.attempt")
                self.chunks.create_index([("files_id", 1), ("n", 1)], unique=True)
                self._indexed_after = outages

    def committed(self, key: str) -> Iterator[Document]:
        """The documents of an attempt's files that no failing server can take back."""
        files = self.files.with_options(read_concern=ReadConcern("majority"))
        return iter(files.find({"metadata.attempt": key}))

    def list(self, key: str) -> Sequence[ArtifactFile]:
        """The files of an attempt that are there in full, sorted by path."""
        found = {each["metadata"]["path"]: each for each in self.committed(key)}
        files = ((path, _followed(found, path)) for path in sorted(found))
        return [ArtifactFile(path=path, size=each["length"]) for path, each in files if each]

    def open(self, key: str, path: str) -> BinaryIO:
        """One file of an attempt.

        Raises:
            FileNotFoundError: it is not there.
        """
        document = self._followed(key, path)
        if document is None:
            raise FileNotFoundError(path)
        return io.BufferedReader(_Chunks(self, document), _BUFFER)

    def read_chunk(self, file_id: str, number: int) -> bytes:
        """One chunk of a file.

        Raises:
            StorageUnavailable: it cannot be read.
        """
        with translated():
            chunk = self.chunks.find_one({"_id": chunk_id(file_id, number)})
        if chunk is None:
            raise StorageUnavailable(f"chunk {number} of {file_id} is missing")
        return bytes(chunk["data"])

    def _followed(self, key: str, path: str) -> Document | None:
        found: dict[str, Document] = {}
        wanted: str | None = path
        while wanted is not None and wanted not in found and len(found) < _MOST_HOPS:
            document = self.files.find_one({"_id": file_id(key, wanted)})
            if document is None:
                return None
            found[wanted] = document
            wanted = document["metadata"].get("link")
        return _followed(found, path)


def file_id(key: str, path: str) -> str:
    """The id of an attempt's file."""
    return f"{key}/{path}"


def chunk_id(of_file: str, number: int) -> str:
    """The id of a file's chunk."""
    return f"{of_file}#{number}"


def file_document(key: str, path: str, length: int, **metadata: Any) -> Document:
    """A document of the bucket; it lacks the date, which is added when it is written."""
    name = file_id(key, path)
    own = {"attempt": key, "path": path, **metadata}
    return {"_id": name, "filename": name, "length": length, "chunkSize": CHUNK, "metadata": own}


def chunk_document(of_file: str, number: int, data: bytes) -> Document:
    """A document of the bucket's chunks."""
    return {"_id": chunk_id(of_file, number), "files_id": of_file, "n": number, "data": data}


def _followed(found: Mapping[str, Document], path: str) -> Document | None:
    """The document that holds what is to be read under a path; None where it is not there."""
    for _ in range(_MOST_HOPS):
        document = found.get(path)
        if document is None or document["metadata"].get("partial"):
            return None
        if "link" not in document["metadata"]:
            return document
        path = document["metadata"]["link"]
    return None


class _Chunks(io.RawIOBase):
    """A file's bytes; holds one chunk of them at a time."""

    def __init__(self, files: ArtifactFiles, document: Mapping[str, Any]) -> None:
        super().__init__()
        self._files = files
        self._id: str = document["_id"]
        self._length: int = document["length"]
        self._chunk_size: int = document["chunkSize"]
        self._position = 0
        self._held = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self._length:
            return 0
        number, inside = divmod(self._position, self._chunk_size)
        if self._held[0] != number:
            self._held = (number, self._files.read_chunk(self._id, number))
        piece = self._held[1][inside : inside + len(buffer)]
        if not piece:
            raise StorageUnavailable(f"chunk {number} of {self._id} is too short")
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
