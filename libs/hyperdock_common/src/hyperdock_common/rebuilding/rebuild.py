"""A rebuild from its beginning, or from where the last one stopped, to the switch."""

from collections.abc import Sequence
from typing import Final

from hyperdock_common.errors import ViewSwitched
from hyperdock_common.ports import (
    EventLog,
    Generation,
    RebuildableViews,
    Role,
    ViewGenerations,
    ViewStore,
)
from hyperdock_common.projections import Projection
from hyperdock_common.rebuilding.folding import USUAL, Amounts, Tell, fold_on, silent
from hyperdock_common.rebuilding.stopped import RebuildStopped

_MOST_IDLE: Final = 20
_START: Final = "start this release's supervisor, which folds it anew when it begins"
_DROP: Final = "`hyperdock replay drop --before` removes it"


def rebuild(
    projections: Sequence[Projection],
    views: RebuildableViews,
    log: EventLog,
    *,
    switch: bool = True,
    tell: Tell = silent,
    amounts: Amounts = USUAL,
) -> int:
    """Folds views anew beside the live ones, and makes them the live ones when they are level.

    What an earlier rebuild left unfinished is continued. The views that were live are kept.

    Args:
        projections: of the views.
        views: the store; others read and write it meanwhile.
        log: it may grow meanwhile.
        switch: false to leave them beside the live ones.
        tell: how far it is.
        amounts: what is held in memory at most.

    Returns:
        The position up to which they are folded.

    Raises:
        RebuildStopped: they cannot be folded anew, or not now.
        ViewSwitched: another rebuild of the same views was first.
        StorageUnavailable: the log or the views do not answer.
    """
    names = [each.schema.name for each in projections]
    _refuse_foreign(projections, views.generations, log)
    beside = _begun(names, views.generations, log)
    position = fold_on(projections, beside, log, tell=tell, amounts=amounts)
    if switch:
        position = _switch_all(projections, views.generations, beside, log, Role.BESIDE, tell)
    return position


def put_back(
    projections: Sequence[Projection],
    views: RebuildableViews,
    log: EventLog,
    *,
    tell: Tell = silent,
) -> int:
    """Makes the views from before the last switch the live ones, folded on to the log's end.

    Raises:
        ValueError: of one of them nothing is kept.
        RebuildStopped, ViewSwitched, StorageUnavailable: as `rebuild`.
    """
    _refuse_foreign(projections, views.generations, log)
    _refuse_foreign_before(projections, views.generations, log)
    before = views.generations.before([each.schema.name for each in projections])
    return _switch_all(projections, views.generations, before, log, Role.BEFORE, tell)


def _begun(names: Sequence[str], generations: ViewGenerations, log: EventLog) -> ViewStore:
    """The views beside; what is ahead of the log was folded from another one."""
    beside, head = generations.beside(names), log.head()
    if foreign := [name for name in names if beside.position(name) > head]:
        for name in foreign:
            generations.drop(name, Role.BESIDE)
        beside = generations.beside(names)
    return beside


def _switch_all(
    projections: Sequence[Projection],
    generations: ViewGenerations,
    store: ViewStore,
    log: EventLog,
    role: Role,
    tell: Tell,
) -> int:
    """Folds on and switches until all are switched: the live ones are moved on meanwhile."""
    left, position, idle = list(projections), 0, 0
    while left and idle < _MOST_IDLE:
        before, position = position, fold_on(left, store, log, tell=tell)
        idle = idle + 1 if position == before else 0
        left = [each for each in left if not _switched(generations, each.schema.name, role)]
    if left:
        problem = f"the view {left[0].schema.name} is ahead of position {position}, where the log"
        raise RebuildStopped(f"{problem} ends: it belongs to another log", _START)
    return position


def _switched(generations: ViewGenerations, view: str, role: Role) -> bool:
    try:
        return generations.switch(view, role)
    except ValueError as error:  # it was there when it was folded on
        raise ViewSwitched(view) from error


def _refuse_foreign(
    projections: Sequence[Projection], generations: ViewGenerations, log: EventLog
) -> None:
    """Refuses where whoever keeps the live views would not keep the new ones.

    A view of another schema version belongs to a supervisor of another release, which may be
    running; this release's folds it anew by itself when it begins.
    """
    live = {each.view: each for each in generations.generations() if each.role is Role.LIVE}
    head = log.head()
    for projection in projections:
        there = live.get(projection.schema.name)
        if there is None:
            continue
        if there.version != projection.schema.version:
            raise RebuildStopped(_foreign(there, projection.schema.version), _START)
        if there.position > head:
            problem = f"the view {there.view} shows position {there.position}, but the log ends at"
            raise RebuildStopped(f"{problem} {head}: it belongs to another log", _START)


def _refuse_foreign_before(
    projections: Sequence[Projection], generations: ViewGenerations, log: EventLog
) -> None:
    """Refuses what this release, or this log, has never made."""
    kept = {each.view: each for each in generations.generations() if each.role is Role.BEFORE}
    head = log.head()
    for projection in projections:
        there = kept.get(projection.schema.name)
        if there is None:
            continue
        what = f"what is kept from before of the view {there.view}"
        if there.version not in {None, projection.schema.version}:
            raise RebuildStopped(f"{what} is of another release's schema", _DROP)
        if there.position > head:
            raise RebuildStopped(f"{what} is ahead of the log: it is of another one", _DROP)


def _foreign(there: Generation, version: int) -> str:
    return (
        f"the view {there.view} is kept by version {there.version} of its schema, and this release"
        f" has {version}: the supervisor that keeps it would not keep what is built beside it"
    )
