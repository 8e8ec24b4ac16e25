"""`hyperdock events`: what happened, and what happens."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.completions import complete_trials
from hyperdock_cli.lookup import find_job, find_trial
from hyperdock_cli.rendering.events import event_line
from hyperdock_cli.session import Session

_SHOWN: Final = 50

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: Final = (
    click.option("-f", "--follow", is_flag=True, help="Go on with what happens, until Ctrl-C."),
    click.option(
        "--trial", metavar="TRIAL", shell_complete=complete_trials, help="Only this trial's."
    ),
    click.option("--job", metavar="JOB", help="Only this job's."),
    click.option("--type", "kind", metavar="TYPE", help="Only of this type, e.g. job.finished."),
    click.option("--after", type=click.IntRange(0), help="From behind this position on."),
    click.option(
        "--limit",
        type=click.IntRange(1),
        help=f"At most so many: the first behind --after, else the newest.  [default: {_SHOWN}]",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line."),
)
_NAMES: Final = ("follow", "trial", "job", "kind", "after", "limit", "as_json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which events to list, and how."""

    follow: bool
    trial: str | None
    job: str | None
    kind: str | None
    after: int | None
    limit: int | None
    as_json: bool


def options(command: Command) -> Command:
    """Adds what says which events to list."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def was_told(ctx: click.Context) -> bool:
    """Whether any of these options was given."""
    return any(ctx.get_parameter_source(each) is ParameterSource.COMMANDLINE for each in _NAMES)


def list_events(session: Session, asked: Asked) -> None:
    """Lists what happened, and follows what happens if that is asked for."""
    with session.client() as client:
        wanted = _Wanted(client, asked.trial, asked.job, asked.kind)
        head = int(client.health()["position"])
        try:
            for event in _recorded(
                client, wanted, head, asked.after, asked.limit, follow=asked.follow
            ):
                _write(event, as_json=asked.as_json)
            if asked.follow:
                for event in filter(wanted.fits, client.events(head, wanted.topics)):
                    _write(event, as_json=asked.as_json)
        except KeyboardInterrupt:
            if not asked.follow:
                raise


class _Wanted:
    """Which events are meant."""

    def __init__(
        self, client: ApiClient, trial: str | None, job: str | None, kind: str | None
    ) -> None:
        self._job_id = find_job(client, job)["job_id"] if job else None
        self._trial_id = find_trial(client, trial)["trial_id"] if trial else None
        self.kind = kind

    @property
    def stream(self) -> str | None:
        """The stream that all of them are in, if there is one."""
        trial_id = self._job_id.rpartition(".")[0] if self._job_id else self._trial_id
        return f"trial-{trial_id}" if trial_id else None

    @property
    def topics(self) -> tuple[str, ...]:
        """What to ask the live feed for."""
        if self._job_id:
            return (f"job:{self._job_id}",)
        return (f"trial:{self._trial_id}",) if self._trial_id else ()

    @property
    def everything(self) -> bool:
        """Whether all events are meant."""
        return self.stream is None and self.kind is None

    def fits(self, event: Doc) -> bool:
        """Whether an event is one of them."""
        name = str(event["type"])
        if self.kind is not None and self.kind not in (name, name.rpartition(".v")[0]):
            return False
        return self._job_id is None or (event.get("data") or {}).get("job_id") == self._job_id


def _recorded(
    client: ApiClient,
    wanted: _Wanted,
    head: int,
    after: int | None,
    limit: int | None,
    *,
    follow: bool,
) -> Iterable[Doc]:
    """The events up to now: the first ones behind a position, or else the newest."""
    begin = after or 0
    if after is None and wanted.everything:
        begin = max(0, head - (limit or _SHOWN))
    found = (each.raw for each in _until(client, begin, head, wanted) if wanted.fits(each.raw))
    if after is None:
        return deque(found, maxlen=limit or _SHOWN)
    return found if follow and limit is None else islice(found, limit or _SHOWN)


def _until(client: ApiClient, begin: int, head: int, wanted: _Wanted) -> Iterator[Any]:
    for each in client.history(after=begin, stream=wanted.stream, type=wanted.kind):
        if each.position > head:
            return
        yield each


def _write(event: Doc, *, as_json: bool) -> None:
    click.echo(json.dumps(event) if as_json else event_line(event))
