"""A command whose settings are checked all together: every problem is told at once.

Each setting is an option and a variable of the environment; a problem names both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

import click

from hyperdock_common.errors import HyperdockError

PREFIX: Final = "HYPERDOCK"
_PROBLEMS: Final = "hyperdock_common.service.problems"
_FAILED: Final = 1

Check: TypeAlias = Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]
"""Finds what is wrong between settings: the names of parameters, and what to do about them.

A setting that is wrong by itself is None there.
"""


class Setting(click.Option):
    """An option that notes its problem for later instead of ending everything."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """Takes the option's value; None where there is something wrong with it."""
        try:
            return super().handle_parse_result(ctx, opts, args)
        except click.BadParameter as error:
            problem = f"{_label(self)}: {error.message}"
            ctx.meta.setdefault(_PROBLEMS, []).append(problem)
            ctx.params[self.name] = None
            return None, args


setting = partial(click.option, cls=Setting, show_default=True, show_envvar=True)
"""Like `click.option`, with the default and the variable in the help."""


class SettingsRefused(click.UsageError):
    """Raised when settings cannot be used; names each of them."""

    def __init__(self, problems: Sequence[str], ctx: click.Context) -> None:
        self.problems = tuple(problems)
        count = "a setting" if len(problems) == 1 else f"{len(problems)} settings"
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(f"{count} cannot be used:{lines}", ctx)


class ServiceCommand(click.Command):
    """The command of a service.

    Args:
        checks: look at the settings together, once each was looked at by itself.
    """

    def __init__(self, *args: Any, checks: Sequence[Check] = (), **kwargs: Any) -> None:
        kwargs["context_settings"] = {
            "auto_envvar_prefix": PREFIX,
            "help_option_names": ["-h", "--help"],
            "max_content_width": 100,
            **kwargs.get("context_settings", {}),
        }
        super().__init__(*args, **kwargs)
        self._checks = tuple(checks)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the settings.

        Raises:
            SettingsRefused: some cannot be used.
        """
        rest = super().parse_args(ctx, args)
        if not ctx.resilient_parsing and (problems := self._problems(ctx)):
            raise SettingsRefused(problems, ctx)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the service; an error on purpose becomes one line.

        Raises:
            click.ClickException: it could not be started.
        """
        try:
            return super().invoke(ctx)
        except (HyperdockError, OSError) as error:
            raise _Explained(str(error)) from error

    def _problems(self, ctx: click.Context) -> list[str]:
        labels = {each.name: _label(each) for each in self.params if isinstance(each, click.Option)}
        together = [
            f"{labels[name]}: {problem}"
            for check in self._checks
            for name, problem in check(ctx.params)
        ]
        return [*ctx.meta.get(_PROBLEMS, ()), *together]


class _Explained(click.ClickException):
    exit_code = _FAILED


def _label(option: click.Option) -> str:
    """The option and its variables, as a person knows them."""
    named = option.envvar or f"{PREFIX}_{str(option.name).upper()}"
    variables = [named] if isinstance(named, str) else named
    name = next((each for each in option.opts if each.startswith("--")), option.opts[0])
    return f"{name} ({', '.join(variables)})"
