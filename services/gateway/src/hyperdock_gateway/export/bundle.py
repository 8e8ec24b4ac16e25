"""All there is of a trial but its jobs' files: for the drawer, or for programs of one's own."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import msgspec

from hyperdock_common.history import history
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import dump_document, dump_trial, recorded_trial
from hyperdock_gateway.archives import Member, content_of, tar_gz
from hyperdock_gateway.documents import show_trial
from hyperdock_gateway.export.reading import jobs_of, line, reports_of
from hyperdock_gateway.export.spool import Spool
from hyperdock_gateway.feed.messages import wire_of
from hyperdock_gateway.services import Services

_README: Final = """\
# Trial {trial_id}

{name}

Exported by Hyperdock {version}; the state was `{state}`, the log's last position {position}.

- `spec.json`: what was submitted, every field explicit.
- `trial.yaml`: the same as a trial file: `hyperdock run trial.yaml` runs it again.
- `trial.json`: the trial as `GET /api/v1/trials/{trial_id}` shows it: state, counts, best job, and
  budget, parallelism and priority as they were changed last.
- `jobs.jsonl`: its jobs by number, one JSON object a line, as `GET /api/v1/jobs/…` shows them.
- `curves.jsonl`: what the jobs reported while they ran, one report a line.
- `events.jsonl`: every event of the trial up to that position, one a line, each with its position.
  All the rest follows from them.

Times are seconds since 1970, UTC. The jobs' own files and logs are not here: `GET
/api/v1/jobs/<job>/archive` has them.
"""


def bundle_of(services: Services, trial: JsonObject, spec: JsonObject) -> Iterator[bytes]:
    """The archive, piece by piece.

    Args:
        services: where the rest is read, as it is asked for.
        trial: its document in the view.
        spec: its spec as it was recorded.
    """
    found: Any = trial
    head = services.log.head()
    members = _members(services, found, spec, head)
    return tar_gz(found["trial_id"], members, found["updated_at"])


def _members(services: Services, trial: Any, recorded: JsonObject, head: int) -> Iterator[Member]:
    views, trial_id = services.views, trial["trial_id"]
    spec = dump_trial(recorded_trial(recorded))
    readme = _README.format(
        trial_id=trial_id,
        name=trial["name"],
        version=services.version,
        state=trial["state"],
        position=head,
    )
    events = history(services.log, to=head, stream=f"trial-{trial_id}")
    yield _text("README.md", readme)
    yield _text("spec.json", _indented(spec))
    yield _text("trial.yaml", dump_document(spec))
    yield _text("trial.json", _indented(show_trial(services, trial)))
    yield from _lines("jobs.jsonl", jobs_of(views, trial_id))
    yield from _lines("curves.jsonl", reports_of(views, trial_id))
    yield from _lines("events.jsonl", map(wire_of, events))


def _text(path: str, text: str) -> Member:
    return Member(path, partial(content_of, text.encode()))


def _lines(path: str, documents: Iterator[JsonObject]) -> Iterator[Member]:
    with Spool(map(line, documents)) as spool:
        yield Member(path, spool.content, spool.fill())


def _indented(document: JsonObject) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
