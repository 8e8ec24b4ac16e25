"""What the system's errors about files mean to us."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hyperdock_common.errors import StorageUnavailable


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns what the system says about files into our error.

    Raises:
        StorageUnavailable: whatever the system could not do.
    """
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(f"{path}: {error}") from error
