"""Where a trial's `data` lies: below the folder that the worker's operator opens for it, if any."""

import posixpath
from pathlib import PurePath, PurePosixPath

from hyperdock_common.errors import CannotStart


def data_folder(data: str | None, root: PurePath | None) -> str | None:
    """The absolute path of a trial's data, as the host sees it that runs the target.

    Args:
        data: as the trial names it: relative to the root, or absolute.
        root: what trials may read below; None for anything that they name by an absolute path.

    Raises:
        CannotStart: it lies outside of the root, or is relative where there is none.
    """
    if data is None:
        return None
    path = PurePosixPath("/" + data.lstrip("/") if data.startswith("/") else data)
    if ".." in path.parts:
        raise CannotStart("cannot_start", f'data "{data}" contains "..", which is not allowed')
    if root is None:
        if not path.is_absolute():
            raise CannotStart(
                "cannot_start",
                f'data "{data}" is not an absolute path and this worker has no data root: '
                "name the folder in full, or start the worker with one",
            )
        return data
    top = PurePosixPath(posixpath.normpath(str(root)))
    if not (top / path).is_relative_to(top):
        raise CannotStart("cannot_start", f'data "{data}" is not below this worker\'s data root')
    return str(top / path)
