"""Files that are there in whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def saving(to: Path) -> Iterator[Callable[[bytes], object]]:
    """Takes bytes for a file, which appears when all of them are there."""
    handle, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream.write
        Path(name).replace(to)
    finally:
        Path(name).unlink(missing_ok=True)
