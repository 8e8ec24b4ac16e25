"""`hyperdock up`: the whole system in one process, until somebody ends it."""

from pathlib import Path
from typing import Any

import click

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.interrupts import Interrupts
from hyperdock_cli.launch import Launch, Outside, RunningSystem
from hyperdock_cli.options import engine_options
from hyperdock_cli.session import STATE_HELP, Session, state_path
from hyperdock_common.errors import StateFolderInUse
from hyperdock_common.service.options import is_loopback
from hyperdock_common.service.retention_options import log_retention, pulse_retention

_PERIOD = 1.0


@click.command()
@click.option("--state", type=state_path, help=STATE_HELP)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="HYPERDOCK_HOST",
    help="Address to listen on; whoever has a token may run what they like here.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8421,
    show_default=True,
    envvar="HYPERDOCK_PORT",
    help="Port to listen on; 0 takes any free one.",
)
@click.option(
    "--allow-host",
    multiple=True,
    metavar="NAME",
    help="A name that browsers and programs may call it by, * for any; may be repeated."
    "  [default: the names of this machine for itself]",
)
@click.option(
    "--no-login",
    is_flag=True,
    help="Ask for no token; then only this machine may reach it.",
)
@click.option(
    "--notify",
    type=click.Path(dir_okay=False, exists=True, readable=True, path_type=Path),
    envvar="HYPERDOCK_NOTIFY",
    help="File that says who is told what, over Slack, Pushover, a webhook, …  [default: nobody]",
)
@log_retention(click.option)
@pulse_retention(click.option)
@engine_options
@click.option("--page/--no-page", default=True, show_default=True, help="Serve the web page.")
@click.pass_obj
def up(
    session: Session, /, state: Path | None, *, page: bool, no_login: bool, **options: Any
) -> None:
    """Start everything in one process and keep it running.

    Trials that were unfinished go on. Ctrl-C ends it; running jobs go on in their containers or
    processes and are picked up at the next start. Ctrl-C again ends it at once.

    The address that it prints holds a token: whoever has that address may do everything. Tokens
    for others are made with `hyperdock token create`.

    \b
    Examples:
      hyperdock up
      hyperdock up --port 0 --slots 4 --state /data/hyperdock
      hyperdock up --no-docker
      hyperdock up --keep-logs-for 30d --keep-logs-size 50GB
      hyperdock up --host 0.0.0.0 --allow-host tuning.example.org
    """  # noqa: D301
    session = session.at(state, None)
    if no_login and not is_loopback(options["host"]):
        problem = f"without a login only this machine may reach it, not {options['host']}"
        raise Fault(problem, "leave out --no-login, or --host", code=REFUSED)
    launch = Launch(state=session.state, with_page=page, login=not no_login, **options)
    click.echo(f"starting on state folder {launch.state} …")
    system = _start(session.outside, launch)
    with Interrupts() as interrupts:
        for line in (
            f"Hyperdock runs at  {_address(system)}",
            f"jobs run in        {system.engine}",
            f"state folder       {launch.state}",
            f"results            {launch.state / 'results'}",
            "Ctrl-C ends it",
        ):
            click.echo(line)
        _tend(system, interrupts)
        interrupts.exit_on_next()
        click.echo("ending; Ctrl-C again to end at once")
        running = _running(session.outside, system)
        system.stop()
    click.echo(_farewell(running, launch.state))


def _start(outside: Outside, launch: Launch) -> RunningSystem:
    try:
        return outside.start(launch)
    except StateFolderInUse as error:
        remedy = "use that one, end it, or choose another folder with --state"
        raise Fault(str(error), remedy, code=REFUSED) from error


def _address(system: RunningSystem) -> str:
    """What opens the page: its token is behind the #, which browsers keep to themselves."""
    return f"{system.url}/#token={system.token}" if system.token else system.url


def _tend(system: RunningSystem, interrupts: Interrupts) -> None:
    """Tells problems as they come and go, until a signal comes."""
    known: list[str] = []
    while interrupts.wait(_PERIOD) is None:
        problems = system.problems()
        for problem in problems:
            if problem not in known:
                click.echo(f"warning: {problem}", err=True)
        if known and not problems:
            click.echo("it goes on", err=True)
        known = problems


def _running(outside: Outside, system: RunningSystem) -> int | None:
    """How many jobs run now; None where that cannot be told any more."""
    from hyperdock_client import HyperdockClientError  # noqa: PLC0415 - slow, help is not

    try:
        with outside.connect(system.url, system.token) as client:
            alive = [each for each in client.workers() if each["state"] == "alive"]
    except HyperdockClientError:
        return None
    return sum(len(each["running"]) for each in alive)


def _farewell(running: int | None, state: Path) -> str:
    again = f"`hyperdock up --state {state}` picks them up"
    match running:
        case None:
            return f"ended; running jobs go on, {again}"
        case 0:
            return "ended; no job was running"
        case 1:
            return f"ended; 1 job goes on, {again.replace('them', 'it')}"
        case _:
            return f"ended; {running} jobs go on, {again}"
