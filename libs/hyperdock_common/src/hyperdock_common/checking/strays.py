"""Which documents are stored in the views, found by their pages.

A page gives documents and not their keys; where a document does not tell its key (a spec), it is
looked for under the keys that others tell.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import ViewStore
from hyperdock_common.projections import jobs, metrics, specs, trials, workers

_PAGE: Final = 500
_Key: TypeAlias = Callable[[JsonObject], str]


def _metric(document: JsonObject) -> str:
    return "/".join(str(document.get(name)) for name in ("job_id", "attempt", "steps"))


def _field(name: str) -> _Key:
    return lambda document: str(document.get(name))


_OF_A_TRIAL: Final[Mapping[str, tuple[str, _Key]]] = MappingProxyType(
    {jobs.SCHEMA.name: ("number", _field("job_id")), metrics.SCHEMA.name: ("order", _metric)}
)


def stored_keys(views: ViewStore) -> Iterator[tuple[str, Sequence[str]]]:
    """The keys of the stored documents, by view and some at a time."""
    for page in _pages(views, workers.SCHEMA.name, "registered_at", None):
        yield workers.SCHEMA.name, [str(each.get("worker_id")) for each in page]
    for page in _pages(views, trials.SCHEMA.name, "submitted_at", None):
        trial_ids = [str(each.get("trial_id")) for each in page]
        yield trials.SCHEMA.name, trial_ids
        yield specs.SCHEMA.name, trial_ids
        for trial_id in trial_ids:
            for view, (sort, key) in _OF_A_TRIAL.items():
                for documents in _pages(views, view, sort, trial_id):
                    yield view, [key(each) for each in documents]


def _pages(
    views: ViewStore, view: str, sort: str, trial_id: str | None
) -> Iterator[Sequence[JsonObject]]:
    where: dict[str, Json] | None = None if trial_id is None else {"trial_id": trial_id}
    cursor: str | None = None
    while True:
        page = views.page(view, where=where, sort=sort, limit=_PAGE, cursor=cursor)
        yield page.documents
        cursor = page.next_cursor
        if cursor is None:
            return
