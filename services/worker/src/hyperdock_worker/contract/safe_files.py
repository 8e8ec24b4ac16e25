"""Reading what a target wrote: it may have planted anything under the names that we look for."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Unreadable(Exception):
    """Raised when something stands under the name that is not a file for us to read."""


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A descriptor of a regular file that stands at `path` itself, not behind a link.

    Raises:
        FileNotFoundError: nothing stands there.
        Unreadable: something else than a plain, readable file stands there.
    """
    try:
        # Without O_NONBLOCK opening a named pipe would wait for its writer for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unreadable(_what_it_is(path, error)) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unreadable("it is not a plain file")
        yield descriptor
    finally:
        os.close(descriptor)


def read_small(path: Path, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes.

    Raises:
        FileNotFoundError: nothing stands there.
        Unreadable: it is no plain file, or larger than `limit`.
    """
    with opened(path) as descriptor:
        # One byte more than allowed tells a file that is too large, whatever its size claims.
        content = read_up_to(descriptor, limit + 1)
    if len(content) > limit:
        raise Unreadable(f"it is larger than {limit // 1024} KiB")
    return content


def read_up_to(descriptor: int, count: int) -> bytes:
    """Reads until `count` bytes or the end of the file."""
    parts = []
    while count > 0 and (part := os.read(descriptor, min(count, 1 << 20))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _what_it_is(path: Path, error: OSError) -> str:
    if path.is_symlink():
        return "it is a symbolic link, which is not followed"
    return f"it cannot be read: {error.strerror}"
