"""What an archive holds, written beside it: its segments in order, each with its hash and chain.

The manifest is replaced as a whole, and only once what it names is on the disk: whoever reads it
finds what it says.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from hyperdock_common.durability import sync_folder
from hyperdock_common.errors import StorageUnavailable

NAME: Final = "manifest.json"
FORMAT: Final = "hyperdock-archive"
FORMAT_VERSION: Final = 1


class UnusableArchive(StorageUnavailable):
    """Raised when an archive is there and cannot be used: mend it, or name another one."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path} {problem}")


class Segment(msgspec.Struct, kw_only=True, frozen=True):
    """One file of an archive.

    Attributes:
        name: of the file.
        first: position of its first fact.
        last: position of its last one.
        size: bytes.
        sha256: of the whole file, in hexadecimal.
        chain_before: of the fact before its first, in hexadecimal; None where there is none.
        chain: of its last fact, likewise.
        frames: of each frame its first position, and where it begins.
        end: where the last frame ends.
    """

    name: str
    first: int
    last: int
    size: int
    sha256: str
    chain_before: str | None
    chain: str | None
    frames: tuple[tuple[int, int], ...]
    end: int


class Manifest(msgspec.Struct, kw_only=True, frozen=True):
    """All that an archive holds: the facts from position 1 on."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    archive_id: str
    segments: tuple[Segment, ...] = ()

    @property
    def last(self) -> int:
        """The position of its last fact; 0 where it is empty."""
        return self.segments[-1].last if self.segments else 0

    @property
    def chain(self) -> bytes | None:
        """The chain of its last fact."""
        chain = self.segments[-1].chain if self.segments else None
        return None if chain is None else bytes.fromhex(chain)


_decoder: Final = msgspec.json.Decoder(Manifest)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of an archive; None where there is none.

    Raises:
        UnusableArchive: it cannot be read, or says what cannot be.
    """
    path = folder / NAME
    try:
        manifest = _decoder.decode(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnusableArchive(path, f"cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnusableArchive(path, f"is no manifest of an archive: {error}") from error
    if manifest.format != FORMAT or manifest.format_version > FORMAT_VERSION:
        raise UnusableArchive(
            path,
            f"is of format {manifest.format} {manifest.format_version}; "
            f"this release reads {FORMAT} up to {FORMAT_VERSION}",
        )
    if problem := _disorder(manifest):
        raise UnusableArchive(path, problem)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replaces the manifest, durably."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    replace_file(folder / NAME, lambda file: file.write(text + b"\n"))


def replace_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """A file that is there as a whole, on the disk, or as it was before."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def _disorder(manifest: Manifest) -> str:
    """What cannot be, in words; empty where all is well."""
    last, chain = 0, None
    for segment in manifest.segments:
        if Path(segment.name).name != segment.name:
            return f"names a segment outside of its folder: {segment.name}"
        if segment.first != last + 1 or segment.last < segment.first:
            return f"has a gap or a double: {segment.name} does not follow position {last}"
        if segment.chain_before != chain:
            return f"has segments that do not belong together: {segment.name} builds on others"
        starts = [place for _, place in segment.frames] + [segment.end]
        if not segment.frames or segment.frames[0][0] != segment.first or starts != sorted(starts):
            return f"has frames out of order in {segment.name}"
        last, chain = segment.last, segment.chain
    return ""
