"""Where a trial's `data` lies: below the folders that the worker's operator opens, if any."""

import os
import posixpath
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath, PurePosixPath
from typing import Any, Final

import click

from hyperdock_common.errors import CannotStart

_NAMED: Final = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,62})=(?P<path>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRoots:
    """The folders, on the host that runs the targets, that trials may read below.

    Attributes:
        plain: for data by absolute path, and for relative ones that begin with no known name.
        named: for data that begin with the name, e.g. `imagenet/train`.
    """

    plain: PurePath | None = None
    named: Mapping[str, PurePath] = field(default_factory=dict)

    def folder(self, data: str | None) -> str | None:
        """The absolute path of a trial's data, as the host sees it that runs the target.

        Args:
            data: as the trial names it: `<name of a root>/sub/folder`, relative to the plain root,
                or absolute.

        Raises:
            CannotStart: it lies outside of the roots, or there is no such root.
        """
        if data is None:
            return None
        path = PurePosixPath("/" + data.lstrip("/") if data.startswith("/") else data)
        if ".." in path.parts:
            raise _refused(data, 'contains "..", which is not allowed')
        if path.is_absolute():
            return self._by_path(data, path)
        root = self.named.get(path.parts[0])
        if root is not None:
            return _below(root, PurePosixPath(*path.parts[1:]), data)
        if self.plain is not None:
            return _below(self.plain, path, data)
        raise _refused(data, self._no_such_root(path.parts[0]))

    def _by_path(self, data: str, path: PurePosixPath) -> str:
        if self.plain is not None:
            return _below(self.plain, path, data)
        if self.named:
            names = ", ".join(sorted(self.named))
            remedy = f"this worker opens folders by name only; begin with one of: {names}"
            raise _refused(data, f"is an absolute path, and {remedy}")
        return data

    def _no_such_root(self, name: str) -> str:
        if self.named:
            return f'names the data root "{name}"; this worker has: {", ".join(sorted(self.named))}'
        return (
            "is not an absolute path and this worker has no data root: "
            "name the folder in full, or start the worker with one"
        )


class DataRoot(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    """`PATH`, or `NAME=PATH`: a pair of the name, if any, and the path."""

    name = "[NAME=]PATH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str | None, PurePosixPath]:
        """Tells a name from a path."""
        if isinstance(value, tuple):
            return value
        named = _NAMED.fullmatch(str(value))
        if named is None:
            return None, PurePosixPath(value)
        path = PurePosixPath(named["path"])
        if not path.is_absolute():
            problem = f"{value}: write the folder of {named['name']} as an absolute path"
            self.fail(problem, param, ctx)
        return named["name"], path

    def split_envvar_value(self, rv: str) -> list[str]:
        """Several in one variable, quoted as in a shell."""
        try:
            return shlex.split(rv)
        except ValueError:
            return [rv]


def data_roots(given: tuple[tuple[str | None, PurePosixPath], ...]) -> DataRoots:
    """The roots that an option was given.

    Raises:
        ValueError: two have the same name, or none.
    """
    roots: dict[str | None, PurePosixPath] = {}
    for name, path in given:
        if name in roots:
            what = f"the name {name}" if name else "no name"
            raise ValueError(f"{roots[name]} and {path} have {what}; give each its own NAME=")
        roots[name] = path
    named = {name: path for name, path in roots.items() if name is not None}
    return DataRoots(plain=roots.get(None), named=named)


def _below(root: PurePath, path: PurePosixPath, data: str) -> str:
    """The path in a root.

    Where the host that runs the targets is this one, links are followed: none leads out of it.
    """
    top = PurePosixPath(posixpath.normpath(str(root)))
    folder = top / path
    if not folder.is_relative_to(top):
        raise _refused(data, "is not below this worker's data root")
    real = os.path.realpath(folder)
    if not PurePosixPath(real).is_relative_to(os.path.realpath(top)):
        remedy = "give the folder that it leads to a data root of its own"
        raise _refused(data, f"leads by a link out of this worker's data root; {remedy}")
    return str(folder)


def _refused(data: str, problem: str) -> CannotStart:
    return CannotStart("cannot_start", f'data "{data}" {problem}')
