"""The variables that an operator gives to every target: `KEY=VALUE`, or `KEY` as it is here."""

import os
import re
import shlex
from collections.abc import Sequence
from typing import Any, Final

import click

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OURS: Final = ("HYPERDOCK_DIR", "HYPERDOCK_DATA", "HYPERDOCK_TRIAL", "HYPERDOCK_JOB")


class Variable(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    """A variable with its value, as a pair."""

    name = "KEY[=VALUE]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Takes the value from the worker's environment where none is given."""
        if isinstance(value, tuple):
            return value
        name, given, text = str(value).partition("=")
        if not _NAME.fullmatch(name):
            self.fail(f"{name!r} is no name of a variable; write KEY=VALUE or KEY", param, ctx)
        if name in _OURS:
            self.fail(f"{name} is set by Hyperdock; choose another name", param, ctx)
        if given:
            return name, text
        environ = (ctx.find_root().obj if ctx else None) or {}
        if name not in environ:
            self.fail(f"{name} is not set here; write {name}=VALUE", param, ctx)
        return name, environ[name]

    def split_envvar_value(self, rv: str) -> Sequence[str]:
        """Several in one variable, quoted as in a shell: `A=1 B="two words"`."""
        try:
            return shlex.split(rv)
        except ValueError:
            return [rv]


def processors() -> int:
    """How many processors this process may use: as many slots as there are by default."""
    return len(os.sched_getaffinity(0))
