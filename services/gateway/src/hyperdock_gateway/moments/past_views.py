"""The views as they were at a moment, for one request."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, NoReturn

import msgspec

from hyperdock_common.adapters.page_query import PageQuery
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import Page
from hyperdock_common.ports.views import Condition, Field, Folded
from hyperdock_gateway.moments.past_pages import page_of
from hyperdock_gateway.moments.patience import Patience
from hyperdock_gateway.moments.system_past import Snapshot, SystemPast
from hyperdock_gateway.moments.trial_past import OF_TRIALS, TrialState
from hyperdock_gateway.moments.trial_pasts import TrialPasts

_OF_TRIALS: Final = frozenset(each.schema.name for each in OF_TRIALS)
_documents: Final = msgspec.json.Decoder(JsonObject)


class PastViews:
    """A `ViewStore` to be read only.

    What is asked of one trial is told by that trial's past. All else, and what is asked after
    that, is told by the past of the whole system, where there are no heartbeats: they are no facts.
    """

    def __init__(
        self, position: int, trials: TrialPasts, system: SystemPast, patience: Patience
    ) -> None:
        self._position = position
        self._trials = trials
        self._system = system
        self._patience = patience
        self._states: dict[str, TrialState] = {}
        self._snapshot: Snapshot | None = None

    def position(self, view: str) -> int:  # noqa: ARG002 - every view is as far as the others
        """The moment."""
        return self._position

    def get(self, view: str, key: str) -> JsonObject | None:
        """See `ViewStore.get`."""
        return self.get_many(view, [key]).get(key)

    def get_many(self, view: str, keys: Sequence[str]) -> Mapping[str, JsonObject]:
        """See `ViewStore.get_many`; whoever changes these documents does not change the past."""
        return {key: _documents.decode(text) for key, text in self.texts(view, keys).items()}

    def texts(self, view: str, keys: Sequence[str]) -> Mapping[str, str]:
        """See `ViewStore.texts`."""
        if not keys:
            return {}
        state = self._state({_trial_of(view, key) for key in keys})
        if state is None:
            return self._whole().views.texts(view, keys)
        there = state.documents[view]
        return {key: state.text(view, key) for key in dict.fromkeys(keys) if key in there}

    def page(
        self,
        view: str,
        *,
        where: Mapping[str, Json] | None = None,
        conditions: Sequence[Condition] = (),
        sort: Field,
        descending: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        """See `ViewStore.page`."""
        wanted = where or {}
        state = self._state({_trial_asked(view, wanted)})
        if state is None:
            return self._whole().views.page(
                view,
                where=where,
                conditions=conditions,
                sort=sort,
                descending=descending,
                limit=limit,
                cursor=cursor,
            )
        query = PageQuery(
            view=view, where=wanted, conditions=conditions, sort=sort, descending=descending
        )
        text_of = partial(state.text, view)
        return page_of(state.documents[view], text_of, query, limit, cursor)

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> NoReturn:
        """Nothing is folded into the past."""
        raise TypeError(f"{len(documents)} of {view} cannot be saved at {position} in the past")

    def folded(self, view: str, keys: Sequence[str]) -> Mapping[str, Folded]:
        """The past is for readers."""
        raise TypeError(f"nobody folds {len(keys)} of {view} in the past")

    def clear(self, view: str) -> NoReturn:
        """The past stays."""
        raise TypeError(f"{view} cannot be cleared in the past")

    def _state(self, trial_ids: set[str | None]) -> TrialState | None:
        """The state of the one trial that is asked for; None: ask the whole."""
        trial_id = next(iter(trial_ids))
        if self._snapshot is not None or len(trial_ids) > 1 or trial_id is None:
            return None
        if trial_id not in self._states:
            state = self._trials.at(trial_id, self._position, self._patience)
            if state is None:
                return None
            self._states[trial_id] = state
        return self._states[trial_id]

    def _whole(self) -> Snapshot:
        if self._snapshot is None:
            self._snapshot = self._system.at(self._position, self._patience)
        return self._snapshot


def _trial_of(view: str, key: str) -> str | None:
    """The trial that a document belongs to; None: no single one, or it cannot be told."""
    match view:
        case "trials" | "specs" | "notes":
            return key
        case "jobs":
            return _trial_of_job(key)
        case "curves":
            return _trial_of_job(key.partition("/")[0])
        case _:
            return None


def _trial_of_job(job_id: str) -> str | None:
    return job_id.rpartition(".")[0] or None


def _trial_asked(view: str, where: Mapping[str, Json]) -> str | None:
    """The trial of which alone the documents of a page can be."""
    if view not in _OF_TRIALS:
        return None
    match where:
        case {"trial_id": str(trial_id)}:
            return trial_id
        case {"job_id": str(job_id)}:
            return _trial_of_job(job_id)
        case _:
            return None
