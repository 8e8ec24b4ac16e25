"""The files of an image to be, gathered from this machine and written as one tar stream."""

import io
import os
import re
import subprocess
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

_LIBRARY = re.compile(r"^\s*(?:\S+ => )?(/\S+) \(0x", re.MULTILINE)


class FileTree:
    """What lies at which path of the image; a later addition replaces an earlier one."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[tarfile.TarInfo, Path | bytes | None]] = {}

    def add_file(self, source: str | Path, path: str | Path | None = None) -> None:
        """Adds what `source` leads to, under its own name unless another one is given."""
        file = Path(source).resolve(strict=True)
        facts = file.stat()
        entry = _entry(path or source, mode=0o755 if facts.st_mode & 0o100 else 0o644)
        entry.size = facts.st_size
        # Python believes a compiled module only if the time of its source is the recorded one.
        entry.mtime = int(facts.st_mtime)
        self._entries[entry.name] = entry, file

    def add_text(self, path: str, text: str) -> None:
        """Adds a small file with this content."""
        content = text.encode()
        entry = _entry(path)
        entry.size = len(content)
        self._entries[entry.name] = entry, content

    def add_link(self, path: str, target: str) -> None:
        """Adds a symbolic link."""
        entry = _entry(path, tarfile.SYMTYPE)
        entry.linkname = target
        self._entries[entry.name] = entry, None

    def add_folder(self, path: str, mode: int = 0o755) -> None:
        """Adds an empty folder."""
        entry = _entry(path, tarfile.DIRTYPE, mode)
        self._entries[entry.name] = entry, None

    def add_tree(
        self, source: Path, path: str | None = None, skip: Callable[[Path], bool] = lambda _: False
    ) -> None:
        """Adds all files below a folder, links resolved, except those below what `skip` names."""
        for folder, folders, files in os.walk(source):
            here = Path(folder)
            folders[:] = [name for name in folders if not skip(here / name)]
            for file in (here / name for name in files):
                if file.is_file() and not skip(file):
                    self.add_file(file, Path(path or source) / file.relative_to(source))

    def add_libraries(self, programs: Iterable[str | Path]) -> None:
        """Adds the shared libraries that these need, where the dynamic linker finds them here."""
        for library in shared_libraries(programs):
            self.add_file(library)

    def write(self, stream: IO[bytes]) -> None:
        """Writes everything as a tar archive owned by root."""
        with tarfile.open(fileobj=stream, mode="w|") as archive:
            for entry, content in self._entries.values():
                match content:
                    case Path():
                        with content.open("rb") as file:
                            archive.addfile(entry, file)
                    case bytes():
                        archive.addfile(entry, io.BytesIO(content))
                    case None:
                        archive.addfile(entry)


def shared_libraries(programs: Iterable[str | Path]) -> list[str]:
    """Asks the dynamic linker what these programs and libraries load."""
    # Its exit code is not zero as soon as one of them is static, which is fine.
    answer = subprocess.run(
        ["ldd", *map(str, programs)], capture_output=True, text=True, check=False
    )
    return sorted({os.path.normpath(path) for path in _LIBRARY.findall(answer.stdout)})


def _entry(path: str | Path, kind: bytes = tarfile.REGTYPE, mode: int = 0o644) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(str(path).lstrip("/"))
    entry.type, entry.mode = kind, mode
    return entry
