"""`hyperdock trial change`: the budget, the parallelism and the priority of an open trial."""

from collections.abc import Mapping
from typing import Any, Final

import click

from hyperdock_cli.arguments import TRIAL_HELP, trial_argument
from hyperdock_cli.lookup import find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.rendering import formats
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls

_NONE: Final = "none"


class _Limit(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    """A limit of a budget, or `none` for no limit."""

    def __init__(self, name: str, kind: type[int] | type[float]) -> None:
        self.name = name
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from hyperdock_common.spec.quantities import parse_duration  # noqa: PLC0415 - slow

        if value == _NONE:
            return value
        try:
            return self._kind(parse_duration(value) if self.name == "DURATION" else value)
        except ValueError:
            example = "90, 30s, 1h30m" if self.name == "DURATION" else "a number"
            self.fail(f"{value!r} is none of {example}, or {_NONE}", param, ctx)


@click.command(epilog=TRIAL_HELP)
@trial_argument
@system_options
@click.option("--jobs", type=_Limit("N", int), help="Budget: how many jobs.")
@click.option("--wall-time", type=_Limit("DURATION", float), help="Budget: how long, e.g. 2h.")
@click.option("--target-loss", type=_Limit("X", float), help="Budget: end at this loss.")
@click.option("--max-failures", type=_Limit("N", int), help="Budget: end after so many failures.")
@click.option("--parallelism", type=click.IntRange(1, 100_000), help="Jobs at the same time.")
@click.option("--priority", type=click.IntRange(-1000, 1000), help="Higher ones go first.")
@as_json
def change(
    session: Session,
    /,
    trial_text: str,
    *,
    parallelism: int | None,
    priority: int | None,
    as_json: bool,
    **limits: Any,
) -> None:
    """Change the budget, the parallelism or the priority of a trial that is open.

    What is not named stays as it is; `none` takes a limit away.

    \b
    Examples:
      hyperdock trial change awk-branin --jobs 200
      hyperdock trial change awk-branin --wall-time 2h --target-loss none
      hyperdock trial change awk-branin --parallelism 8 --priority 5
    """  # noqa: D301
    named = {name: value for name, value in limits.items() if value is not None}
    if not named and parallelism is None and priority is None:
        raise click.UsageError("name what to change, e.g. --jobs 200")
    with session.client() as client:
        found = find_trial(client, trial_text)
        budget = _changed(found["budget"], named) if named else None
        call = calls.change(
            found["trial_id"], budget=budget, parallelism=parallelism, priority=priority
        )
        changed = client.document(call)
    if as_json:
        show_json(changed)
        return
    left = {name: value for name, value in changed["budget"].items() if value is not None}
    words = f"budget {formats.params(left) or _NONE}, parallelism {changed['parallelism']}"
    show([f"{changed['trial_id']} has {words}, priority {changed['priority']}"])


def _changed(budget: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """The whole budget: the gateway replaces all of it."""
    merged = {**budget, **named}
    return {name: value for name, value in merged.items() if value not in (None, _NONE)}


COMMANDS: Final = (change,)
