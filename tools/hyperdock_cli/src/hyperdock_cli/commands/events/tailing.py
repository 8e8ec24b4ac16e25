"""`hyperdock events tail`: what happens, as it happens."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

import click

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.completions import complete_trials
from hyperdock_cli.lookup import find_job, find_trial, find_worker
from hyperdock_cli.moment_option import Moment
from hyperdock_cli.rendering.events import event_line
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls

_FIRST: Final = 10
_PAGE: Final = 500
_SEARCHED: Final = 20_000
"""Events that are looked through at most for the last few that are wanted."""


@click.command()
@system_options
@click.option("--trial", metavar="TRIAL", shell_complete=complete_trials, help="Only this trial's.")
@click.option("--job", metavar="JOB", help="Only this job's.")
@click.option(
    "--type",
    "kinds",
    metavar="TYPE",
    multiple=True,
    help="Only of this type, e.g. job.finished or 'worker.*'; may be repeated.",
)
@click.option("--worker", metavar="WORKER", help="Only what this worker did, or what befell it.")
@click.option("--actor", metavar="NAME", help="Only what was asked for with this token.")
@click.option("--since", type=Moment(), help="Begin there: 10m, 2h, 3d ago, or a date and time.")
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(0),
    help=f"Begin with so many of the last ones.  [default: {_FIRST}; with --since all]",
)
@click.option("--follow/--no-follow", default=True, show_default=True, help="Go on, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def tail(
    session: Session,
    /,
    *,
    trial: str | None,
    job: str | None,
    kinds: tuple[str, ...],
    worker: str | None,
    actor: str | None,
    since: float | None,
    lines: int | None,
    follow: bool,
    as_json: bool,
) -> None:
    """Show the last events, and then each new one.

    \b
    Examples:
      hyperdock events tail
      hyperdock events tail --trial awk-branin --type job.finished --type 'trial.*'
      hyperdock events tail --since 1h --worker host-1 --no-follow --json
    """  # noqa: D301
    with session.client() as client:
        wanted = _wanted(client, trial, job, kinds, worker, actor)
        head = int(client.health()["position"])
        most = lines if lines is not None or since is not None else _FIRST
        try:
            for event in reversed(list(_newest(client, wanted, head, most, since))):
                _write(event, as_json=as_json)
            if follow:
                for event in filter(wanted.fits, client.events(head, wanted.topics)):
                    _write(event, as_json=as_json)
        except KeyboardInterrupt:
            if not follow:
                raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Which events are meant."""

    trial_id: str | None
    job_id: str | None
    kinds: tuple[str, ...]
    worker_id: str | None
    actor: str | None

    @property
    def stream(self) -> str | None:
        """The stream that all of them are in, if there is one."""
        trial_id = self.job_id.rpartition(".")[0] if self.job_id else self.trial_id
        return f"trial-{trial_id}" if trial_id else None

    @property
    def topics(self) -> tuple[str, ...]:
        """What to ask the live feed for."""
        if self.job_id:
            return (f"job:{self.job_id}",)
        return (f"trial:{self.trial_id}",) if self.trial_id else ()

    def fits(self, event: Doc) -> bool:
        """Whether an event is one of them."""
        data = event.get("data") or {}
        return (
            self._is_of_kind(str(event["type"]))
            and self.job_id in (None, data.get("job_id"))
            and self.worker_id in (None, data.get("worker_id"))
            and self.actor in (None, event.get("actor"))
        )

    def _is_of_kind(self, name: str) -> bool:
        names = (name, name.rpartition(".v")[0])
        return not self.kinds or any(fnmatchcase(n, kind) for kind in self.kinds for n in names)


def _wanted(
    client: ApiClient,
    trial: str | None,
    job: str | None,
    kinds: tuple[str, ...],
    worker: str | None,
    actor: str | None,
) -> _Wanted:
    return _Wanted(
        trial_id=find_trial(client, trial)["trial_id"] if trial else None,
        job_id=find_job(client, job)["job_id"] if job else None,
        kinds=kinds,
        worker_id=find_worker(client, worker)["worker_id"] if worker else None,
        actor=actor,
    )


def _newest(
    client: ApiClient, wanted: _Wanted, head: int, most: int | None, since: float | None
) -> Iterator[Doc]:
    """The last events up to the head, newest first; all since a moment, if one is given."""
    below: int | None = head + 1
    found = looked = 0
    while below and (most is None or found < most) and (since is not None or looked < _SEARCHED):
        page: Any = client.ask(calls.history(before=below, limit=_PAGE, stream=wanted.stream))
        for event in page["items"]:
            if since is not None and (event.get("recorded_at") or 0.0) < since:
                return
            if wanted.fits(event):
                yield event
                found += 1
                if found == most:
                    return
        looked += _PAGE
        below = page["next_before"]


def _write(event: Doc, *, as_json: bool) -> None:
    click.echo(json.dumps(event) if as_json else event_line(event))


COMMANDS: Final = (tail,)
