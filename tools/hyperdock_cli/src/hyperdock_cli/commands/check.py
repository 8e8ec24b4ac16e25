"""`hyperdock check`: does everything hold that must always hold? It looks and changes nothing."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import click

from hyperdock_cli.checked_system import Opened, Place, opened
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show
from hyperdock_cli.place_options import place_options
from hyperdock_cli.rendering.checks import check_result
from hyperdock_common.checking import Counts, Progress, Report, System, check_system
from hyperdock_common.errors import (
    BusUnavailable,
    DecodeError,
    RunnerUnavailable,
    StorageUnavailable,
)
from hyperdock_common.events import RecordedEvent, TrialSubmitted
from hyperdock_common.ports.bus import SetAside
from hyperdock_common.service.secrets import SecretFile, ServerUrl

EPILOG: Final = """\
\b
Exit codes:
  0  nothing was found
  1  something was found that must not be
  2  it cannot be checked: nothing is there, or does not answer
"""
_CANNOT_CHECK: Final = (StorageUnavailable, DecodeError, BusUnavailable, RunnerUnavailable)
_PERIOD: Final = 2.0


@click.command(epilog=EPILOG)
@place_options
@click.option(
    "--rabbitmq",
    type=ServerUrl("amqp", "amqps"),
    envvar="HYPERDOCK_RABBITMQ",
    show_envvar=True,
    help="Its broker: lists the messages that were set aside.",
)
@click.option(
    "--rabbitmq-password-file",
    type=SecretFile(),
    envvar="HYPERDOCK_RABBITMQ_PASSWORD_FILE",
    help="A file with the password, in place of the one in the URL.",
)
@click.option("--rabbitmq-prefix", default="hyperdock", envvar="HYPERDOCK_RABBITMQ_PREFIX")
@click.option(
    "--docker/--no-docker",
    default=None,
    help="Insist on looking at containers, or do without.  [default: if an engine answers]",
)
@click.option(
    "--docker-host",
    "docker_hosts",
    metavar="URL",
    multiple=True,
    help="An engine whose containers to look at; may be repeated.  [default: Docker's own]",
)
@click.option("--settled", is_flag=True, help="Nothing is to happen any more: no job may be open.")
@click.option("--replay", is_flag=True, help="Ask the optimizers again for every proposal; slow.")
@click.option(
    "--moment",
    type=click.FloatRange(0),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a container may be without a lease.",
)
@as_json
def check(
    place: Place,
    /,
    *,
    rabbitmq: str | None,
    rabbitmq_password_file: str | None,
    rabbitmq_prefix: str,
    docker: bool | None,
    docker_hosts: tuple[str, ...],
    settled: bool,
    replay: bool,
    moment: float,
    as_json: bool,
) -> None:
    """Check that everything holds that must always hold.

    Looks at the event log, the views and the containers of a system, whether it runs or not, and
    changes nothing. With --json the last line is one JSON object.

    \b
    Examples:
      hyperdock check
      hyperdock check --state /data/hyperdock --settled --replay
      hyperdock check --mongodb mongodb://db/hyperdock --docker-host tcp://worker-1:2375
    """  # noqa: D301
    place = replace(
        place,
        rabbitmq=rabbitmq,
        rabbitmq_password=rabbitmq_password_file,
        rabbitmq_prefix=rabbitmq_prefix,
        docker=docker,
        docker_hosts=docker_hosts,
    )
    try:
        with opened(place, changes=False) as found:
            system = System(
                log=found.log,
                views=found.views,
                containers=found.containers,
                settled=settled,
                moment=moment,
            )
            report = _check(system, found, replay=replay)
    except _CANNOT_CHECK as error:
        raise Fault(f"it cannot be checked: {error}", code=REFUSED) from error
    if as_json:
        click.echo(json.dumps(report.as_json()))
    else:
        show(check_result(report))
    click.get_current_context().exit(0 if report.is_clean else 1)


def _check(system: System, found: Opened, *, replay: bool) -> Report:
    progress = _progress()
    trial_ids: list[str] = []

    def note_trial(record: RecordedEvent) -> None:
        if isinstance(record.event, TrialSubmitted):
            trial_ids.append(record.event.trial_id)

    report = check_system(replace(system, also=note_trial if replay else None), progress)
    if replay:
        from hyperdock_cli.checking_proposals import check_proposals  # noqa: PLC0415 - slow

        report = report.merge(check_proposals(system.log, trial_ids, progress))
    aside = found.set_aside() if found.set_aside else ()
    return Report(notes=found.notes).merge(report).merge(_aside(aside))


def _aside(messages: Sequence[SetAside]) -> Report:
    """Rule 7 is kept by setting messages aside: that there are some is worth knowing, no fault."""
    notes = [f"set aside: {each.reason}" for each in messages]
    return Report(notes=notes, counts=Counts(set_aside=len(messages)))


def _progress() -> Progress:
    """Says now and then on standard error how far it is."""
    said = time.monotonic()

    def tell(what: str, done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said > _PERIOD:
            said = time.monotonic()
            click.echo(f"checked {done:,} of {total:,} {what}", err=True)

    return tell
